import { type Answered, type Asked, LocalServer } from './local-server.ts';

/** A room server of another make: seats two, keeps the first one's messages, forwards what comes afterwards. */
export class ForeignRoomServer {
  /** What it answers to `POST /bye/:room/:client`; 200: it has that route and frees the seat. */
  byeStatus = 404;
  readonly http = new LocalServer((asked) => this.#answer(asked));
  readonly #rooms = new Map<string, Map<string, string[]>>();
  #collider = '';
  #issued = 0;

  static async start(): Promise<ForeignRoomServer> {
    const roomServer = new ForeignRoomServer();
    await roomServer.http.listen();
    return roomServer;
  }

  /** Where it forwards messages to and sends its clients. */
  useCollider(port: number): void {
    this.#collider = `127.0.0.1:${port}`;
  }

  close(): Promise<void> {
    return this.http.close();
  }

  async #answer({ path, body }: Asked): Promise<Answered> {
    const [, verb, name = '', client = ''] = path.split('/');
    const room = this.#rooms.get(name) ?? new Map<string, string[]>();
    this.#rooms.set(name, room);
    switch (verb) {
      case 'join':
        return this.#join(name, room);
      case 'message':
        return await this.#message(name, room, client, body);
      case 'leave':
        room.delete(client);
        return { status: 200 };
      case 'bye':
        if (this.byeStatus === 200) room.delete(client);
        return { status: this.byeStatus };
      default:
        return { status: 404 };
    }
  }

  #join(name: string, room: Map<string, string[]>): Answered {
    if (room.size >= 2) return reply({ result: 'FULL', params: { messages: [] } });
    this.#issued += 1;
    const clientId = String(10_000_000 + this.#issued);
    const messages = [...room.values()].flatMap((stored) => stored.splice(0));
    const isInitiator = String(room.size === 0);
    room.set(clientId, []);
    return reply({
      result: 'SUCCESS',
      params: {
        client_id: clientId,
        room_id: name,
        is_initiator: isInitiator,
        messages,
        wss_url: `ws://${this.#collider}/ws`,
        wss_post_url: `http://${this.#collider}`,
      },
    });
  }

  async #message(
    name: string,
    room: Map<string, string[]>,
    client: string,
    body: string,
  ): Promise<Answered> {
    const stored = room.get(client);
    if (stored === undefined) return reply({ result: 'UNKNOWN_CLIENT' });
    if (room.size < 2) {
      stored.push(body);
      return reply({ result: 'SUCCESS' });
    }
    const url = `http://${this.#collider}/${name}/${client}`;
    const forwarded = await fetch(url, { method: 'POST', body });
    return reply({ result: forwarded.status === 200 ? 'SUCCESS' : 'ERROR' });
  }
}

function reply(body: unknown): Answered {
  return { status: 200, body: JSON.stringify(body) };
}
