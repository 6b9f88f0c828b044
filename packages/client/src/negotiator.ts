import type { InnerMessage } from '@apprtc/protocol';

/** What is sent, or null for nothing of that kind. */
export interface SendTracks {
  readonly audio: MediaStreamTrack | null;
  readonly video: MediaStreamTrack | null;
}

export type TrackKind = keyof SendTracks;

/** A message of negotiation, in or out. */
export type NegotiationMessage = Extract<InnerMessage, { type: 'offer' | 'answer' | 'candidate' }>;

export interface NegotiatorListeners {
  readonly send: (message: NegotiationMessage) => void;
  /** A description of the other one is being taken: media should come soon. */
  readonly onPeerHere: () => void;
  readonly onConnectionState: (state: RTCPeerConnectionState) => void;
  readonly onRemoteStream: (stream: MediaStream) => void;
}

/**
 * Turns messages into a working peer connection. Who may offer is the implementation's rule: AppRTC's clients have
 * fixed roles; perfect negotiation (W3C webrtc section 10.7) would be a second implementation of this.
 */
export interface Negotiator {
  readonly peerConnection: RTCPeerConnection;
  /** Begins: the offerer makes its offer, the answerer waits for one. */
  start(): Promise<void>;
  /** Takes a message of the other one. Rejects when it can't be used; the negotiator stays usable. */
  receive(message: NegotiationMessage): Promise<void>;
  /** Seeks a new path for media, where this side may. Answers whether it did, or asked again for an answer. */
  restartIce(): Promise<boolean>;
  replaceTrack(kind: TrackKind, track: MediaStreamTrack | null): Promise<void>;
  close(): void;
}
