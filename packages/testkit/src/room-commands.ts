import type { ClientId } from '@apprtc/protocol';
import type { ConnectionId } from '@apprtc/signaling';

/** Commands by the name of who gives them; a socket has its client's name unless another is said. */
export const roomCommands = {
  join: (name: string) => ({ type: 'join', clientId: client(name), loopback: false }) as const,
  register: (name: string, socket = name) =>
    ({
      type: 'register',
      clientId: client(name),
      connection: connection(socket),
      issued: true,
    }) as const,
  send: (name: string, message: string) =>
    ({ type: 'send', connection: connection(name), message }) as const,
  post: (name: string, message: string) =>
    ({ type: 'post', clientId: client(name), message }) as const,
  leave: (name: string) => ({ type: 'leave', clientId: client(name) }) as const,
  delete: (name: string) => ({ type: 'delete', clientId: client(name) }) as const,
  drop: (socket: string) => ({ type: 'drop', connection: connection(socket) }) as const,
} as const;

function client(name: string): ClientId {
  return name as ClientId;
}

function connection(name: string): ConnectionId {
  return name as ConnectionId;
}
