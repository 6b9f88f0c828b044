import { isJsonObject, wireCodes } from '@apprtc/protocol';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Address } from '../wire/product.ts';
import { type Answered, type Asked, LocalServer } from './local-server.ts';

interface Room {
  readonly sockets: Map<string, WebSocket>;
  /** What was said while nobody else was connected. */
  readonly waiting: { readonly from: string; readonly message: string }[];
}

/** A Collider of another make: as much of the original as two clients and a room server need. */
export class ForeignCollider {
  /** What it answers to `POST /bye/:room/:client`, a route that the original doesn't have. */
  byeStatus = 404;
  /** What it answers to a message, instead of taking it. */
  messageStatus = 200;
  readonly http = new LocalServer((asked) => this.#answer(asked));
  readonly #rooms = new Map<string, Room>();
  readonly #sockets = new WebSocketServer({ noServer: true });

  static async start(port = 0): Promise<ForeignCollider> {
    const collider = new ForeignCollider();
    collider.http.server.on('upgrade', (request, socket, head) =>
      collider.#sockets.handleUpgrade(request, socket, head, (each) => collider.#accept(each)),
    );
    await collider.http.listen(port);
    return collider;
  }

  /** Where clients go whose room server is at `port`. */
  address(port: number): Address {
    return { baseUrl: `http://127.0.0.1:${port}`, port, colliderPort: this.http.port };
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    await this.http.close();
  }

  #answer({ method, path, body }: Asked): Answered {
    const [, first = '', client = '', ...rest] = path.split('/');
    if (path === '/status') return { status: 200, body: '{"upsec":1}' };
    if (first === 'bye') return { status: this.byeStatus };
    if (rest.length > 0 || client === '') return { status: 500, body: 'Invalid path' };
    if (method === 'POST' && this.messageStatus === 200) this.#say(first, client, body);
    return method === 'POST' ? { status: this.messageStatus } : { status: 200, body: 'OK\n' };
  }

  #room(name: string): Room {
    const known = this.#rooms.get(name) ?? { sockets: new Map(), waiting: [] };
    this.#rooms.set(name, known);
    return known;
  }

  #say(roomName: string, from: string, message: string): void {
    const room = this.#room(roomName);
    const other = [...room.sockets].find(([client]) => client !== from)?.[1];
    if (other === undefined) room.waiting.push({ from, message });
    else send(other, message);
  }

  #accept(socket: WebSocket): void {
    let seat: { readonly room: string; readonly client: string } | undefined;
    socket.on('message', (data) => {
      const frame: unknown = JSON.parse(String(data));
      if (!isJsonObject(frame)) return;
      if (frame['cmd'] === 'register') {
        seat = { room: String(frame['roomid']), client: String(frame['clientid']) };
        this.#register(seat.room, seat.client, socket);
      } else if (frame['cmd'] === 'send' && seat !== undefined) {
        this.#say(seat.room, seat.client, String(frame['msg']));
      } else {
        socket.send(JSON.stringify({ msg: '', error: wireCodes.unexpectedCmd.frame }));
      }
    });
    socket.on('close', () => {
      if (seat !== undefined) this.#room(seat.room).sockets.delete(seat.client);
    });
  }

  #register(roomName: string, client: string, socket: WebSocket): void {
    const room = this.#room(roomName);
    room.sockets.set(client, socket);
    for (const { message } of room.waiting.filter(({ from }) => from !== client)) {
      send(socket, message);
    }
    const kept = room.waiting.filter(({ from }) => from === client);
    room.waiting.splice(0, room.waiting.length, ...kept);
  }
}

function send(socket: WebSocket, message: string): void {
  socket.send(JSON.stringify({ msg: message, error: '' }));
}
