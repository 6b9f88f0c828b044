import { parseInnerMessage } from '@apprtc/protocol';
import type { SignalingState } from './api.ts';
import { platformWith } from './browser-platform.ts';
import { plainShape } from './connection-shape.ts';
import { PeerSession } from './peer-session.ts';
import type { Platform } from './platform.ts';
import { fixedIce } from './seat-ice.ts';
import { SignalingChannel } from './signaling-channel.ts';

export interface LoopbackPeerOptions {
  readonly room: string;
  /** `loopbackUrl` of the call that is to be answered. */
  readonly url: string;
  /** Asked for at each offer; the other side's own configuration serves best. */
  readonly configuration?: () => RTCConfiguration;
  /** What arrives; null when the other side has gone. */
  readonly onStream?: (stream: MediaStream | null) => void;
  readonly platform?: Partial<Platform>;
}

/** [LB2] As the original page spelt it. */
const clientId = 'loopback_client_id';

/**
 * The far end of a call with oneself: takes the loopback seat with a socket of its own, answers the offer that comes
 * over it, and sends back what it receives: sound, pictures, `customized` messages. It has nothing to leave: its seat
 * goes with its owner ([LB7]).
 */
export class LoopbackPeer {
  readonly #options: LoopbackPeerOptions;
  readonly #platform: Platform;
  readonly #channel: SignalingChannel;
  #signaling: SignalingState = 'connecting';
  #session: PeerSession | null = null;

  /** @throws CallError `unsupported` where there is no WebRTC. */
  constructor(options: LoopbackPeerOptions) {
    this.#options = options;
    this.#platform = platformWith(options.platform);
    this.#channel = new SignalingChannel({
      platform: this.#platform,
      url: options.url,
      roomId: options.room,
      clientId,
      onMessage: (text) => this.#receive(text),
      onState: (state) => {
        this.#signaling = state;
      },
      onRefused: () => this.#endSession(),
    });
    this.#channel.open();
  }

  get signaling(): SignalingState {
    return this.#signaling;
  }

  /** The answering connection, for statistics; null while there is none. */
  get peerConnection(): RTCPeerConnection | null {
    return this.#session?.peerConnection ?? null;
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#endSession();
    await this.#channel.close();
  }

  #receive(text: string): void {
    const parsed = parseInnerMessage(text);
    if (!parsed.ok) return;
    const message = parsed.value;
    switch (message.type) {
      case 'offer':
        this.#sessionFor(message.sdp).receive(message);
        return;
      case 'candidate':
        this.#session?.receive(message);
        return;
      case 'customized':
        this.#channel.send(text);
        return;
      case 'bye':
        this.#endSession();
        return;
      default:
    }
  }

  /** An offer of another peer connection than the last one begins anew. */
  #sessionFor(sdp: string): PeerSession {
    if (this.#session?.judgeOffer(sdp) === 'take') return this.#session;
    this.#endSession();
    const session = this.#newSession();
    session.judgeOffer(sdp);
    session.start();
    this.#session = session;
    return session;
  }

  #newSession(): PeerSession {
    const session = new PeerSession({
      role: 'answerer',
      platform: this.#platform,
      tracks: { audio: null, video: null },
      localStream: new this.#platform.MediaStream(),
      ice: fixedIce(() => this.#options.configuration?.() ?? {}),
      canSignal: () => this.#signaling === 'open',
      shape: plainShape(),
      listeners: {
        send: (message) => this.#channel.send(JSON.stringify(message)),
        onPeerHere: () => {},
        onRemoteStream: (stream) => this.#echo(session, stream),
        onMediaConnected: () => {},
        onMediaLost: () => {},
        onGivenUp: () => this.#endSession(),
        onSilence: () => {},
        onPath: () => {},
        onRelayProblem: () => {},
        onWarning: () => {},
      },
    });
    return session;
  }

  #echo(session: PeerSession, stream: MediaStream): void {
    for (const track of stream.getTracks()) {
      const kind = track.kind === 'audio' ? 'audio' : 'video';
      // Refused only once the connection is closed, when nobody minds.
      session.replaceTrack(kind, track).catch(() => {});
    }
    this.#options.onStream?.(stream);
  }

  #endSession(): void {
    if (this.#session === null) return;
    this.#session.close();
    this.#session = null;
    this.#options.onStream?.(null);
  }
}
