import {
  type Credential,
  credential as credentialShape,
  encodeSessionEvent,
  type PeerWhy,
  parseSessionFrame,
  type SessionEvent,
  type SessionFrame,
} from '@apprtc/protocol';
import { FakeSocket } from './fake-socket.ts';

interface Seat {
  readonly client: string;
  instance: string;
  socket: FakeSocket | null;
}

const base = 'http://fake';

/**
 * A server that speaks sessions, for one process and one room: as little of it as two clients of ours need. It knows nothing of
 * legacy clients, times and third persons. Sockets move only in `flush`.
 */
export class FakeSessionServer {
  static readonly origin = base;
  /** `C1 register`, `C1 send offer`, in the order of their coming. */
  readonly log: string[] = [];
  /** False: the network is gone; requests fail and no socket opens. */
  isReachable = true;
  /** True: what is sent reaches it, and it answers nothing. */
  isMute = false;
  readonly #sockets = new Set<FakeSocket>();
  readonly #holders = new Map<FakeSocket, string>();
  #slots: [Seat | null, Seat | null] = [null, null];
  #issued = 0;
  #epoch = 0;
  #epochOf = '';
  /** Credentials outlive a restart, as the secret that signs them does. */
  readonly #signed = new Map<string, { readonly client: string; readonly slot: 0 | 1 }>();

  /** An arrow function, so that it can be handed out as `fetch`. */
  readonly fetch = async (input: unknown, init: RequestInit = {}): Promise<Response> => {
    if (!this.isReachable) throw new TypeError('fetch failed');
    const path = String(input).slice(base.length);
    this.log.push(`${init.method ?? 'GET'} ${path}`);
    const [, verb = '', , client = ''] = path.split('/');
    if (verb === 'join') return new Response(this.#join());
    if (verb === 'leave') this.#free(client, 'left');
    return new Response(JSON.stringify({ iceServers: [] }));
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
      for (const socket of [...this.#sockets]) isBusy = this.#advance(socket) || isBusy;
    }
  }

  /** Whether it said something. */
  #advance(socket: FakeSocket): boolean {
    if (this.isReachable && socket.readyState === 0) socket.serverAccepts();
    socket.flush();
    const frames = this.isReachable && !this.isMute ? socket.take() : [];
    for (const frame of frames) this.#frame(socket, frame);
    if (socket.readyState === 3) this.#closed(socket);
    return frames.length > 0;
  }

  /** Shows every client that it is alive. */
  tick(): void {
    for (const client of this.members()) this.say(client, { event: 'tick' });
  }

  /** Cuts every connection of a client; what is under way in either direction is lost. */
  cut(client: string): void {
    for (const [socket, holder] of this.#holders) if (holder === client) socket.sever();
    this.flush();
  }

  /** Killed and started again: nothing is remembered but the secret. */
  restart(): void {
    for (const socket of this.#sockets) socket.sever();
    this.flush();
    this.#slots = [null, null];
    this.#holders.clear();
    this.#epoch = 0;
    this.#epochOf = '';
  }

  /** Another connection has resumed the seat. */
  takeOver(client: string): void {
    for (const [socket, holder] of this.#holders) if (holder === client) socket.serverCloses(4401);
    this.flush();
  }

  say(client: string, event: SessionEvent): void {
    const seat = this.#slots.find((one) => one?.client === client);
    seat?.socket?.serverSends(encodeSessionEvent(event));
    this.flush();
  }

  /** What an event of now says of a client's pairing. */
  pairing(client: string) {
    const { epoch, initiator, credential } = this.#view(client);
    return { epoch, initiator, credential };
  }

  /** Takes a seat away, and forgets who held it. */
  evict(client: string): void {
    const slot = this.#slots[0]?.client === client ? 0 : 1;
    this.#slots[slot] = null;
    for (const [token, claim] of this.#signed) {
      if (claim.client === client) this.#signed.delete(token);
    }
  }

  members(): readonly string[] {
    return this.#slots.flatMap((seat) => (seat === null ? [] : [seat.client]));
  }

  #join(): string {
    const slot = this.#slots.indexOf(null);
    if (slot < 0) return JSON.stringify({ result: 'FULL', params: { messages: [] } });
    this.#issued += 1;
    const client = `C${this.#issued}`;
    this.#slots[slot === 0 ? 0 : 1] = { client, instance: '', socket: null };
    return JSON.stringify({
      result: 'SUCCESS',
      params: {
        room_id: 'abc',
        client_id: client,
        is_initiator: String(slot === 0),
        is_loopback: 'false',
        room_link: `${base}/r/abc`,
        wss_url: 'ws://fake/ws',
        wss_post_url: base,
        ice_server_url: `${base}/ice`,
        session_protocol: 2,
        messages: [],
      },
    });
  }

  #frame(socket: FakeSocket, text: string): void {
    const parsed = parseSessionFrame(text);
    if (!parsed.ok) throw new Error(`The client sent ${parsed.problem}: ${text}`);
    const frame = parsed.value;
    const client = this.#holders.get(socket);
    if (frame.cmd === 'register') this.#seat(socket, frame.clientid, frame.instance);
    else if (frame.cmd === 'resume') this.#resume(socket, frame.credential, frame.instance);
    else if (client !== undefined) this.#seated(client, frame);
  }

  #seated(client: string, frame: SessionFrame): void {
    const other = this.#slots.find((seat) => seat !== null && seat.client !== client);
    this.log.push(`${client} ${frame.cmd}`);
    if (frame.cmd === 'leave') this.#free(client, 'left');
    else if (frame.cmd === 'send' && frame.epoch === this.#epoch) {
      const { epoch, n, msg } = frame;
      other?.socket?.serverSends(encodeSessionEvent({ event: 'message', epoch, n, msg }));
    } else if (frame.cmd === 'ack' && frame.epoch === this.#epoch) {
      const { epoch, n } = frame;
      other?.socket?.serverSends(encodeSessionEvent({ event: 'ack', epoch, n }));
    }
  }

  #resume(socket: FakeSocket, token: string, instance: string): void {
    const claim = this.#signed.get(token);
    const held = claim && this.#slots[claim.slot];
    if (claim === undefined || (held && held.client !== claim.client)) {
      socket.serverSends(encodeSessionEvent({ event: 'gone', why: 'credential' }));
      socket.serverCloses(4404);
      return;
    }
    if (!held) {
      this.#slots[claim.slot] = { client: claim.client, instance: '', socket: null };
      // What the credentials of a pairing agree upon goes on.
      const [, epoch = '0', instances = ''] = token.split('.');
      if (this.#epoch === 0) [this.#epoch, this.#epochOf] = [Number(epoch), instances];
    }
    this.#seat(socket, claim.client, instance);
  }

  #seat(socket: FakeSocket, client: string, instance: string): void {
    const seat = this.#slots.find((one) => one?.client === client);
    this.log.push(`${client} seated`);
    if (!seat) {
      socket.serverSends(encodeSessionEvent({ event: 'gone', why: 'unknown-client' }));
      socket.serverCloses(4404);
      return;
    }
    const isNew = seat.instance !== instance;
    const old = seat.socket;
    Object.assign(seat, { socket, instance });
    this.#holders.set(socket, client);
    if (old !== null) old.serverCloses(4401);
    this.#pair();
    this.#welcome(seat);
    this.#tell(client, isNew ? 'joined' : 'back');
  }

  #pair(): void {
    const [first, second] = this.#slots;
    if (first === null || second === null || !first.instance || !second.instance) return;
    const instances = `${first.instance}+${second.instance}`;
    if (this.#epochOf === instances) return;
    this.#epochOf = instances;
    this.#epoch += 1;
  }

  #view(client: string) {
    const slot = this.#slots[0]?.client === client ? 0 : 1;
    const other = this.#slots[slot === 0 ? 1 : 0];
    const isThere = other !== null && other.instance !== '';
    const state = other?.socket ? 'here' : 'away';
    const peer = isThere ? ({ protocol: 2, state } as const) : null;
    const initiator = slot === 0;
    return { slot, peer, epoch: this.#epoch, initiator, credential: this.#sign(client, slot) };
  }

  #welcome({ client, socket }: Seat): void {
    const { slot, ...view } = this.#view(client);
    const clientid = client as Extract<SessionEvent, { event: 'welcome' }>['clientid'];
    const event = { event: 'welcome', ...view, slot: slot === 0 ? 0 : 1, clientid } as const;
    socket?.serverSends(encodeSessionEvent({ ...event, tick: 5_000 }));
  }

  /** Tells the other one what became of this one. */
  #tell(client: string, why: PeerWhy): void {
    const other = this.#slots.find((seat) => seat !== null && seat.client !== client);
    if (!other?.socket) return;
    const { slot: _, ...view } = this.#view(other.client);
    other.socket.serverSends(encodeSessionEvent({ event: 'peer', why, ...view }));
  }

  #sign(client: string, slot: 0 | 1): Credential {
    const token = credentialShape.read(`${client}.${this.#epoch}.${this.#epochOf}`);
    if (token === undefined) throw new Error('No credential');
    this.#signed.set(token, { client, slot });
    return token;
  }

  #free(client: string, why: PeerWhy): void {
    const slot = this.#slots[0]?.client === client ? 0 : 1;
    if (this.#slots[slot]?.client !== client) return;
    this.#slots[slot] = null;
    this.#tell(client, why);
  }

  #closed(socket: FakeSocket): void {
    this.#sockets.delete(socket);
    const client = this.#holders.get(socket);
    this.#holders.delete(socket);
    const seat = this.#slots.find((one) => one?.client === client);
    if (seat?.socket !== socket) return;
    seat.socket = null;
    this.#tell(seat.client, 'away');
  }
}
