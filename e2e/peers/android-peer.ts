/**
 * A caller on @roamhq/wrtc (Google's libwebrtc in Node) that speaks AppRTC as the Android app did: the roles are the
 * join's for the whole call, the initiator posts to /message, the other one uses the WebSocket, any error frame ends
 * the call, and leaving is /leave in parallel with bye, then DELETE, then close.
 *
 *     android-peer.ts SERVER ROOM [bare-candidates]
 *
 * `bare-candidates`: they say neither `label` nor `id`, as those of some devices.
 */
import { once } from 'node:events';
import wrtc from '@roamhq/wrtc';
import { WebSocket } from 'ws';
import { report, reportMedia, takeOrders } from './peer-process.ts';
import { generatedStream, Meter } from './wrtc-media.ts';

interface SignalingParameters {
  readonly client_id: string;
  readonly room_id: string;
  readonly is_initiator: 'true' | 'false';
  readonly messages: readonly string[];
  readonly wss_url: string;
  readonly wss_post_url: string;
}

type Message =
  | { readonly type: 'offer' | 'answer'; readonly sdp: string }
  | {
      readonly type: 'candidate';
      readonly label?: number;
      readonly id?: string;
      readonly candidate: string;
    }
  | { readonly type: 'bye' };

const [server, room, manner] = process.argv.slice(2);

async function joinRoom(): Promise<SignalingParameters> {
  const response = await fetch(`${server}/join/${room}`, { method: 'POST' });
  const { result, params } = (await response.json()) as {
    result: string;
    params: SignalingParameters;
  };
  if (result !== 'SUCCESS') throw new Error(`/join answered ${result}`);
  return params;
}

class AndroidClient {
  readonly #params: SignalingParameters;
  readonly #isInitiator: boolean;
  readonly #socket: WebSocket;
  readonly #pc = new wrtc.RTCPeerConnection({
    bundlePolicy: 'max-bundle',
    rtcpMuxPolicy: 'require',
  });
  readonly #meter = new Meter();
  /** Candidates that came before the description they belong to. */
  #queuedCandidates: RTCIceCandidateInit[] | null = [];
  /** Messages are posted, and taken, one after the other. */
  #outbox: Promise<unknown> = Promise.resolve();
  #inbox: Promise<unknown> = Promise.resolve();
  #isLeaving = false;

  constructor(params: SignalingParameters) {
    this.#params = params;
    this.#isInitiator = params.is_initiator === 'true';
    this.#socket = new WebSocket(params.wss_url);
    const stream = generatedStream();
    for (const track of stream.getTracks()) this.#pc.addTrack(track, stream);
    this.#pc.onconnectionstatechange = () =>
      report({ event: 'state', name: this.#pc.connectionState });
    this.#pc.ontrack = ({ track }) => this.#meter.watch(track);
    this.#pc.onicecandidate = ({ candidate }) => {
      if (candidate === null || candidate.candidate === '') return;
      const { sdpMLineIndex, sdpMid } = candidate;
      const place = { label: sdpMLineIndex ?? 0, id: sdpMid ?? '' };
      this.#send({
        type: 'candidate',
        ...(manner === 'bare-candidates' ? {} : place),
        candidate: candidate.candidate,
      });
    };
    reportMedia(() => this.#meter.heard);
  }

  async start(): Promise<void> {
    const { client_id: clientid, room_id: roomid, messages } = this.#params;
    await once(this.#socket, 'open');
    this.#socket.send(JSON.stringify({ cmd: 'register', roomid, clientid }));
    this.#socket.on('message', (data) => this.#takeFrame(String(data)));
    report({ event: 'joined', isInitiator: this.#isInitiator });
    if (this.#isInitiator) await this.#describe('offer', await this.#pc.createOffer());
    else for (const message of messages) this.#take(JSON.parse(message) as Message);
  }

  /** Any message, on the way that this role sends. */
  sendText(text: string): void {
    const { client_id, room_id } = this.#params;
    if (this.#isInitiator)
      void this.#post('POST', `${server}/message/${room_id}/${client_id}`, text);
    else this.#socket.send(JSON.stringify({ cmd: 'send', msg: text }));
  }

  async leave(): Promise<void> {
    if (this.#isLeaving) return;
    this.#isLeaving = true;
    const { client_id, room_id, wss_post_url } = this.#params;
    // In parallel with what follows: the app's posts are asynchronous, and it waits for none of them.
    const left = this.#post('POST', `${server}/leave/${room_id}/${client_id}`);
    this.#socket.send(JSON.stringify({ cmd: 'send', msg: '{"type": "bye"}' }));
    const deleted = this.#post('DELETE', `${wss_post_url}/${room_id}/${client_id}`);
    this.#socket.close();
    await once(this.#socket, 'close');
    await Promise.all([left, deleted]);
    this.#pc.close();
    report({ event: 'left' });
    process.exit(0);
  }

  #takeFrame(text: string): void {
    const { msg, error } = JSON.parse(text) as { msg: string; error: string };
    if (error !== '') fail(new Error(`The server complained: ${error}`));
    report({ event: 'message', text: msg });
    this.#take(JSON.parse(msg) as Message);
  }

  #take(message: Message): void {
    this.#inbox = this.#inbox.then(() => this.#handle(message)).catch(fail);
  }

  async #handle(message: Message): Promise<void> {
    switch (message.type) {
      case 'offer':
        if (this.#isInitiator) throw new Error('An offer to the initiator');
        await this.#takeDescription('offer', message.sdp);
        await this.#describe('answer', await this.#pc.createAnswer());
        return;
      case 'answer':
        if (!this.#isInitiator) throw new Error('An answer to the one who answers');
        await this.#takeDescription('answer', message.sdp);
        return;
      case 'candidate':
        await this.#takeCandidate(message);
        return;
      case 'bye':
        report({ event: 'bye' });
        await this.leave();
    }
  }

  async #takeDescription(type: 'offer' | 'answer', sdp: string): Promise<void> {
    await this.#pc.setRemoteDescription({ type, sdp });
    const queued = this.#queuedCandidates ?? [];
    this.#queuedCandidates = null;
    for (const candidate of queued) await this.#pc.addIceCandidate(candidate);
  }

  async #takeCandidate(message: Extract<Message, { type: 'candidate' }>): Promise<void> {
    const { candidate, id: sdpMid = null, label: sdpMLineIndex = null } = message;
    const init = { candidate, sdpMid, sdpMLineIndex };
    if (this.#queuedCandidates === null) await this.#pc.addIceCandidate(init);
    else this.#queuedCandidates.push(init);
  }

  /** Sent before its candidates, which begin when it is set. */
  async #describe(type: 'offer' | 'answer', description: RTCSessionDescriptionInit): Promise<void> {
    this.#send({ type, sdp: description.sdp ?? '' });
    await this.#pc.setLocalDescription(description);
  }

  #send(message: Message): void {
    if (!this.#isLeaving) this.sendText(JSON.stringify(message));
  }

  #post(method: string, url: string, body?: string): Promise<unknown> {
    const ask = async () => {
      const response = await fetch(url, { method, ...(body === undefined ? {} : { body }) });
      if (response.status !== 200) throw new Error(`${method} answered ${response.status}`);
      const text = await response.text();
      if (url.includes('/message/') && !text.includes('"SUCCESS"')) throw new Error(text);
    };
    // Messages keep their order; farewells don't wait for them.
    if (!url.includes('/message/')) return ask().catch(fail);
    this.#outbox = this.#outbox.then(ask).catch(fail);
    return this.#outbox;
  }
}

function fail(error: unknown): never {
  console.error(error);
  process.exit(1);
}

const client = new AndroidClient(await joinRoom());
await client.start();
takeOrders({
  say: (message) => client.sendText(message),
  hangUp: () => void client.leave().catch(fail),
});
