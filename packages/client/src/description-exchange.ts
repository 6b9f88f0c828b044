import { limits } from '@apprtc/protocol';
import type { ConnectionShape } from './connection-shape.ts';
import type {
  NegotiationMessage,
  Negotiator,
  NegotiatorListeners,
  SendTracks,
  TrackKind,
} from './negotiator.ts';

export interface ExchangeOptions {
  readonly peerConnection: RTCPeerConnection;
  readonly tracks: SendTracks;
  /** Names our tracks' stream in the SDP: older clients show only media that belongs to a stream. */
  readonly localStream: MediaStream;
  /** An empty stream, for what the other one sends. */
  readonly remoteStream: MediaStream;
  readonly shape: ConnectionShape;
  readonly listeners: NegotiatorListeners;
}

export type CandidateMessage = Extract<NegotiationMessage, { type: 'candidate' }>;

const kinds = ['audio', 'video'] as const;

/** Descriptions and candidates between two peer connections. Who may offer, and when, is for those who extend it. */
export abstract class DescriptionExchange implements Negotiator {
  readonly peerConnection: RTCPeerConnection;
  protected readonly options: ExchangeOptions;
  readonly #tracks: Record<TrackKind, MediaStreamTrack | null>;
  readonly #transceivers = new Map<TrackKind, RTCRtpTransceiver>();
  #remoteCandidates: CandidateMessage[] = [];
  /** Our candidates while a description of ours is not out yet; null when they may go at once. */
  #heldCandidates: CandidateMessage[] | null = [];
  #streamShown = false;

  constructor(options: ExchangeOptions) {
    this.options = options;
    this.#tracks = { ...options.tracks };
    const pc = options.peerConnection;
    this.peerConnection = pc;
    pc.onicecandidate = ({ candidate }) => this.#sendCandidate(candidate);
    pc.ontrack = ({ track }) => options.remoteStream.addTrack(track);
    pc.onconnectionstatechange = () => options.listeners.onConnectionState(pc.connectionState);
  }

  abstract start(): Promise<void>;
  abstract receive(message: NegotiationMessage): Promise<void>;
  abstract restartIce(): Promise<boolean>;

  async replaceTrack(kind: TrackKind, track: MediaStreamTrack | null): Promise<void> {
    this.#tracks[kind] = track;
    await this.#transceivers.get(kind)?.sender.replaceTrack(track);
  }

  close(): void {
    const pc = this.peerConnection;
    pc.onicecandidate = null;
    pc.ontrack = null;
    pc.onconnectionstatechange = null;
    pc.close();
  }

  /** Both kinds, always both ways, also without a track: one can be put in later without a new offer. */
  protected addOwnTransceivers(): void {
    for (const kind of kinds) {
      const transceiver = this.peerConnection.addTransceiver(this.#tracks[kind] ?? kind, {
        direction: 'sendrecv',
        streams: [this.options.localStream],
      });
      this.#transceivers.set(kind, transceiver);
      this.options.shape.prepare(kind, transceiver);
    }
  }

  protected async offer(options?: RTCOfferOptions): Promise<void> {
    const pc = this.peerConnection;
    this.#heldCandidates ??= [];
    await this.#describe('offer', await pc.createOffer(options));
  }

  protected async answer(sdp: string): Promise<void> {
    const pc = this.peerConnection;
    this.options.listeners.onPeerHere();
    await pc.setRemoteDescription({ type: 'offer', sdp: this.options.shape.remote(sdp) });
    this.#heldCandidates ??= [];
    await this.#adoptTransceivers();
    await this.#flushRemoteCandidates();
    await this.#describe('answer', await pc.createAnswer());
    this.#showRemoteStream();
    await this.#limit();
  }

  protected async takeAnswer(sdp: string): Promise<void> {
    // A second answer, or one to an offer that we gave up, has nothing to answer.
    if (this.peerConnection.signalingState !== 'have-local-offer') return;
    this.options.listeners.onPeerHere();
    const shaped = this.options.shape.remote(sdp);
    await this.peerConnection.setRemoteDescription({ type: 'answer', sdp: shaped });
    await this.#flushRemoteCandidates();
    this.#showRemoteStream();
    await this.#limit();
  }

  async #limit(): Promise<void> {
    for (const [kind, transceiver] of this.#transceivers) {
      await this.options.shape.limit(kind, transceiver);
    }
  }

  /** Puts our tracks on the first m-line of each kind; what the offer has beside them is only received. */
  async #adoptTransceivers(): Promise<void> {
    for (const transceiver of this.peerConnection.getTransceivers()) {
      const kind = kinds.find((name) => name === transceiver.receiver.track.kind);
      if (kind === undefined || this.#transceivers.has(kind)) continue;
      this.#transceivers.set(kind, transceiver);
      this.options.shape.prepare(kind, transceiver);
      transceiver.direction = 'sendrecv';
      transceiver.sender.setStreams?.(this.options.localStream);
      await transceiver.sender.replaceTrack(this.#tracks[kind]);
    }
  }

  protected async takeCandidate(message: CandidateMessage): Promise<void> {
    if (message.candidate === '') return;
    if (this.peerConnection.remoteDescription === null) {
      if (this.#remoteCandidates.length < limits.maxQueuedMessages) {
        this.#remoteCandidates.push(message);
      }
      return;
    }
    await this.#addCandidate(message);
  }

  async #flushRemoteCandidates(): Promise<void> {
    const waiting = this.#remoteCandidates;
    this.#remoteCandidates = [];
    for (const message of waiting) await this.#addCandidate(message);
  }

  async #addCandidate({ candidate, id, label }: CandidateMessage): Promise<void> {
    try {
      await this.peerConnection.addIceCandidate({
        candidate,
        // One of the two is required. Everything is bundled on the first m-line, so that is the right guess.
        sdpMLineIndex: label ?? (id === undefined ? 0 : null),
        sdpMid: id ?? null,
      });
    } catch {
      // One path less: of a former generation, or of an m-line that we don't have. The others may still work.
    }
  }

  #sendCandidate(candidate: RTCIceCandidate | null): void {
    if (candidate === null || candidate.candidate === '') return;
    const message: CandidateMessage = {
      type: 'candidate',
      label: candidate.sdpMLineIndex ?? 0,
      id: candidate.sdpMid ?? '',
      candidate: candidate.candidate,
    };
    if (this.#heldCandidates === null) this.options.listeners.send(message);
    else this.#heldCandidates.push(message);
  }

  /** Sets our description and sends it, shaped. A browser that refuses the edit still sends it: the other one is meant. */
  async #describe(type: 'offer' | 'answer', made: RTCSessionDescriptionInit): Promise<void> {
    const pc = this.peerConnection;
    const sdp = this.options.shape.local(made.sdp ?? '');
    try {
      await pc.setLocalDescription({ type, sdp });
    } catch (error) {
      if (sdp === made.sdp) throw error;
      await pc.setLocalDescription(made);
    }
    this.sendDescription(type, sdp);
  }

  protected sendDescription(type: 'offer' | 'answer', sdp: string): void {
    const { send } = this.options.listeners;
    send({ type, sdp });
    const held = this.#heldCandidates ?? [];
    this.#heldCandidates = null;
    for (const message of held) send(message);
  }

  #showRemoteStream(): void {
    const { listeners, remoteStream } = this.options;
    if (!this.#streamShown && remoteStream.getTracks().length > 0) {
      this.#streamShown = true;
      listeners.onRemoteStream(remoteStream);
    }
  }
}
