import { type OpeningFrame, type SessionFrame, unreachable } from '@apprtc/protocol';
import type { ConnectionId, SessionCommand } from '@apprtc/signaling';
import type { ClientIds } from '../client-ids.ts';
import type { SessionCredentials } from './session-credentials.ts';

/** Who makes ids and says which are ours: rooms only believe what they are told of them. */
export interface SessionTrust {
  readonly clientIds: ClientIds;
  readonly credentials: SessionCredentials;
}

/** What a frame asks of its room. */
export function sessionCommandOf(
  frame: SessionFrame,
  connection: ConnectionId,
  trust: SessionTrust,
): SessionCommand {
  switch (frame.cmd) {
    case 'watch':
    case 'join':
    case 'resume':
    case 'register':
      return openingCommandOf(frame, connection, trust);
    case 'send': {
      const { epoch, n, msg: message } = frame;
      return { type: 'sessionSend', connection, epoch, n, message };
    }
    case 'ack':
      return { type: 'sessionAck', connection, epoch: frame.epoch, n: frame.n };
    case 'media':
      return { type: 'sessionMedia', connection, isReceiving: frame.receiving };
    case 'publish':
      return { type: 'publish', connection, offer: frame.offer };
    case 'unpublish':
      return { type: 'unpublish', connection };
    case 'leaving':
      return { type: 'sessionLeaving', connection };
    case 'leave':
      return { type: 'sessionLeave', connection };
    default:
      return unreachable(frame);
  }
}

function openingCommandOf(
  frame: OpeningFrame,
  connection: ConnectionId,
  { clientIds, credentials }: SessionTrust,
): SessionCommand {
  switch (frame.cmd) {
    case 'watch':
      return { type: 'watch', connection };
    case 'join': {
      const { instance, roomid, answer = null } = frame;
      const clientId = clientIds.issue(roomid);
      return { type: 'sessionJoin', connection, clientId, instance, answer };
    }
    case 'resume': {
      const { instance, roomid, credential } = frame;
      const proof = credentials.read(roomid, credential);
      return { type: 'sessionResume', connection, instance, proof };
    }
    case 'register': {
      const { clientid: clientId, instance, roomid } = frame;
      const issued = clientIds.isIssued(roomid, clientId);
      return { type: 'sessionRegister', connection, clientId, instance, issued };
    }
    default:
      return unreachable(frame);
  }
}
