import { FakeSocket } from './fake-socket.ts';

interface Member {
  socket: FakeSocket | null;
  /** What it said while alone. */
  readonly stored: string[];
  /** What waits for its register. */
  readonly waiting: string[];
}

const base = 'http://fake';
const loopback = 'LOOPBACK_CLIENT_ID';

/**
 * A whole AppRTC server for one process: rooms, messages, sockets, as little as two calls need. It writes down all that
 * it is asked. Sockets move only in `flush`.
 */
export class FakeAppRtcServer {
  static readonly origin = base;
  /** `POST /join/r`, `ws C1 register`, `POST /message/r/C1 offer`, in the order of their coming. */
  readonly log: string[] = [];
  /** False: the network is gone; requests fail and no socket opens. */
  isReachable = true;
  /** True: requests reach it and get no reply. */
  isSilent = false;
  /** Set, the result of every `POST /message`, which then does nothing. */
  messageResult: string | null = null;
  ice: 'servers' | 'failing' | 'silent' = 'servers';
  /** The body of the reply to whoever asks for ICE servers. */
  iceConfig: object = { iceServers: [{ urls: ['stun:fake'] }] };
  readonly #rooms = new Map<string, Map<string, Member>>();
  readonly #sockets = new Set<FakeSocket>();
  readonly #seats = new Map<FakeSocket, { readonly room: string; readonly client: string }>();
  #issued = 0;

  /** An arrow function, so that it can be handed out as `fetch`. */
  readonly fetch = async (input: unknown, init: RequestInit = {}): Promise<Response> => {
    if (!this.isReachable) throw new TypeError('fetch failed');
    const path = String(input).slice(base.length);
    const body = typeof init.body === 'string' ? init.body : '';
    this.log.push(`${init.method ?? 'GET'} ${path}${summary(body)}`);
    if (this.isSilent) return untilAborted(init.signal ?? null);
    const [plainPath = '', query = ''] = path.split('?');
    const [, verb = '', room = '', client = ''] = plainPath.split('/');
    if (verb === 'ice') return this.#iceReply(init.signal ?? null);
    return new Response(this.#answer(init.method ?? 'GET', [verb, room, client, query], body));
  };

  /** A WebSocket class connected to this server. */
  socketClass(): new (url: string) => WebSocket {
    const sockets = this.#sockets;
    class Connected extends FakeSocket {
      constructor(url: string) {
        super(url);
        sockets.add(this);
      }
    }
    return Connected as unknown as new (
      url: string,
    ) => WebSocket;
  }

  /** Lets every socket do what it has to do, until all are quiet. */
  flush(): void {
    for (let isBusy = true; isBusy; ) {
      isBusy = false;
      for (const socket of [...this.#sockets]) {
        if (this.isReachable && socket.readyState === 0) socket.serverAccepts();
        socket.flush();
        const frames = socket.take();
        for (const frame of frames) this.#frame(socket, frame);
        isBusy ||= frames.length > 0;
        if (socket.readyState === 3) this.#drop(socket);
      }
    }
  }

  /** Closes a client's socket: 1006 is a lost network. */
  closeSocket(client: string, code: number): void {
    for (const [socket, seat] of this.#seats) {
      if (seat.client === client) socket.serverCloses(code);
    }
    this.flush();
  }

  /** Sends a frame to a client as if its peer had said it. */
  say(client: string, message: string): void {
    this.#send(client, JSON.stringify({ msg: message, error: '' }));
  }

  sayError(client: string, error: string): void {
    this.#send(client, JSON.stringify({ msg: '', error }));
  }

  /** Takes a seat away behind its holder's back. */
  evict(room: string, client: string): void {
    this.#rooms.get(room)?.delete(client);
  }

  members(room: string): readonly string[] {
    return [...(this.#rooms.get(room)?.keys() ?? [])];
  }

  #send(client: string, frame: string): void {
    for (const [socket, seat] of this.#seats) {
      if (seat.client === client) socket.serverSends(frame);
    }
    this.flush();
  }

  #answer(method: string, asked: [string, string, string, string], body: string): string {
    const [verb, room, client, query] = asked;
    if (verb === 'join') return this.#join(room, query.includes('debug=loopback'));
    if (verb === 'message') return JSON.stringify({ result: this.#message(room, client, body) });
    if (verb === 'leave') this.#free(room, client);
    // On the Collider's side the room is the first part of the path.
    else if (method === 'POST') this.#relay(verb, room, body);
    else if (method === 'DELETE') this.#free(verb, room);
    return 'OK\n';
  }

  /** The loopback seat goes with its owner. */
  #free(name: string, client: string): void {
    const room = this.#rooms.get(name);
    room?.delete(client);
    room?.get(loopback)?.socket?.serverCloses(1000);
    room?.delete(loopback);
  }

  #join(name: string, wantsLoopback: boolean): string {
    const room = this.#rooms.get(name) ?? new Map<string, Member>();
    this.#rooms.set(name, room);
    if (room.size >= 2) return JSON.stringify({ result: 'FULL', params: { messages: [] } });
    const isLoopback = wantsLoopback && room.size === 0;
    const isInitiator = room.size === 0;
    const messages = [...room.values()].flatMap((member) => member.stored.splice(0));
    this.#issued += 1;
    const client = `C${this.#issued}`;
    room.set(client, { socket: null, stored: [], waiting: [] });
    if (isLoopback) room.set(loopback, { socket: null, stored: [], waiting: [] });
    return JSON.stringify({
      result: 'SUCCESS',
      params: {
        room_id: name,
        client_id: client,
        is_initiator: String(isInitiator),
        is_loopback: String(isLoopback),
        room_link: `${base}/r/${name}`,
        wss_url: 'ws://fake/ws',
        wss_post_url: base,
        ice_server_url: `${base}/ice`,
        // As some ports do, left out when there are none.
        ...(messages.length > 0 ? { messages } : {}),
      },
    });
  }

  #message(room: string, client: string, body: string): string {
    if (this.messageResult !== null) return this.messageResult;
    if (this.#rooms.get(room)?.has(client) !== true) return 'UNKNOWN_CLIENT';
    this.#relay(room, client, body);
    return 'SUCCESS';
  }

  #relay(name: string, from: string, body: string): void {
    const room = this.#rooms.get(name);
    const other = [...(room ?? [])].find(([client]) => client !== from);
    if (other === undefined) room?.get(from)?.stored.push(body);
    else if (other[1].socket === null) other[1].waiting.push(body);
    else other[1].socket.serverSends(JSON.stringify({ msg: body, error: '' }));
  }

  #frame(socket: FakeSocket, text: string): void {
    const frame = JSON.parse(text) as Readonly<Record<string, string>>;
    const seat = this.#seats.get(socket);
    if (frame['cmd'] === 'register') {
      this.#register(socket, frame['roomid'] ?? '', frame['clientid'] ?? '');
    } else if (seat !== undefined) {
      this.log.push(`ws ${seat.client}${summary(frame['msg'] ?? '')}`);
      this.#relay(seat.room, seat.client, frame['msg'] ?? '');
    }
  }

  #register(socket: FakeSocket, room: string, given: string): void {
    this.log.push(`ws ${given} register`);
    const client = given === 'loopback_client_id' ? loopback : given;
    const member = this.#rooms.get(room)?.get(client);
    if (member === undefined) {
      const error = "Invalid register request: unknown 'clientid'";
      socket.serverSends(JSON.stringify({ msg: '', error }));
      socket.serverCloses(1000);
      return;
    }
    member.socket = socket;
    this.#seats.set(socket, { room, client });
    for (const message of member.waiting.splice(0)) {
      socket.serverSends(JSON.stringify({ msg: message, error: '' }));
    }
  }

  #drop(socket: FakeSocket): void {
    this.#sockets.delete(socket);
    const seat = this.#seats.get(socket);
    this.#seats.delete(socket);
    const member = this.#rooms.get(seat?.room ?? '')?.get(seat?.client ?? '');
    if (member?.socket === socket) member.socket = null;
  }

  #iceReply(signal: AbortSignal | null): Promise<Response> {
    switch (this.ice) {
      case 'servers':
        return Promise.resolve(new Response(JSON.stringify(this.iceConfig)));
      case 'failing':
        return Promise.resolve(new Response('no', { status: 500 }));
      case 'silent':
        return untilAborted(signal);
    }
  }
}

/** The `type` of a message, for the log. */
function summary(body: string): string {
  return body === '' ? '' : ` ${/"type":"([\w-]+)"/.exec(body)?.[1] ?? body}`;
}

function untilAborted(signal: AbortSignal | null): Promise<Response> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(new Error('aborted')));
  });
}
