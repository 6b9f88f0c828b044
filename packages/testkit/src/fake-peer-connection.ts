import type { FakeTrack } from './fake-media.ts';
import {
  answerDirection,
  type FakeSection,
  readFakeSections,
  receives,
  sends,
  writeFakeSdp,
} from './fake-sdp.ts';
import { type FakeIceTransport, FakeTransceiver } from './fake-transceiver.ts';

interface Description {
  readonly type: 'offer' | 'answer';
  readonly sdp: string;
}

interface Candidate {
  readonly candidate: string;
  readonly sdpMid: string | null;
  readonly sdpMLineIndex: number | null;
}

let made = 0;

function invalidState(message: string): DOMException {
  return new DOMException(message, 'InvalidStateError');
}

/** W3C webrtc section 4.4.1.6: a TURN server without a credential makes the whole configuration unusable. */
function assertUsable({ iceServers = [] }: RTCConfiguration): void {
  for (const { urls, username, credential } of iceServers) {
    const isTurn = [urls].flat().some((url) => /^turns?:/.test(url));
    if (isTurn && (username === undefined || credential === undefined)) {
      throw new DOMException('TURN without a credential', 'InvalidAccessError');
    }
  }
}

/**
 * An RTCPeerConnection without a network: real signaling states, descriptions with m-lines, and the real one's errors.
 * Connection states and candidates are the test's to make. It passes the same contract as Chromium's.
 */
export class FakePeerConnection {
  readonly configuration: RTCConfiguration;
  iceGatheringState: RTCIceGatheringState = 'new';
  signalingState: RTCSignalingState = 'stable';
  connectionState: RTCPeerConnectionState = 'new';
  localDescription: Description | null = null;
  remoteDescription: Description | null = null;
  onicecandidate: ((event: { readonly candidate: Candidate | null }) => void) | null = null;
  ontrack: ((event: { readonly track: FakeTrack }) => void) | null = null;
  onconnectionstatechange: (() => void) | null = null;
  onicegatheringstatechange: (() => void) | null = null;
  onicecandidateerror: ((event: { readonly errorCode: number }) => void) | null = null;
  /** What was given to addIceCandidate and accepted. */
  readonly remoteCandidates: string[] = [];
  readonly #id: number;
  readonly #transceivers: FakeTransceiver[] = [];
  readonly #iceTransport: FakeIceTransport = { onselectedcandidatepairchange: null };
  #stats: ReadonlyMap<string, object> = new Map();
  #offered: readonly FakeSection[] = [];
  #version = 1;
  #generation = 0;

  constructor(configuration: RTCConfiguration = {}) {
    assertUsable(configuration);
    made += 1;
    this.#id = made;
    this.configuration = { ...configuration };
  }

  addTransceiver(
    trackOrKind: FakeTrack | 'audio' | 'video',
    init: {
      readonly direction?: RTCRtpTransceiverDirection;
      readonly streams?: readonly { readonly id: string }[];
    } = {},
  ): FakeTransceiver {
    this.#assertOpen();
    const track = typeof trackOrKind === 'string' ? null : trackOrKind;
    const kind = typeof trackOrKind === 'string' ? trackOrKind : trackOrKind.kind;
    const transceiver = new FakeTransceiver(kind, init.direction ?? 'sendrecv', track);
    transceiver.sender.setStreams(...(init.streams ?? []));
    this.#transceivers.push(transceiver);
    return transceiver;
  }

  getTransceivers(): FakeTransceiver[] {
    return [...this.#transceivers];
  }

  setConfiguration(configuration: RTCConfiguration): void {
    this.#assertOpen();
    assertUsable(configuration);
    Object.assign(this.configuration, configuration);
  }

  getConfiguration(): RTCConfiguration {
    return { ...this.configuration };
  }

  getStats(): Promise<ReadonlyMap<string, object>> {
    return Promise.resolve(this.#stats);
  }

  async createOffer(options: { readonly iceRestart?: boolean } = {}): Promise<Description> {
    this.#assertOpen();
    const { signalingState } = this;
    if (signalingState !== 'stable' && signalingState !== 'have-local-offer') {
      throw invalidState(`createOffer in ${signalingState}`);
    }
    if (options.iceRestart === true) this.#generation += 1;
    const sections = this.#transceivers.map((transceiver, index) => ({
      kind: transceiver.receiver.track.kind,
      mid: transceiver.mid ?? String(index),
      direction: transceiver.direction,
    }));
    return { type: 'offer', sdp: this.#write(sections) };
  }

  async createAnswer(): Promise<Description> {
    this.#assertOpen();
    if (this.signalingState !== 'have-remote-offer') {
      throw invalidState(`createAnswer in ${this.signalingState}`);
    }
    const sections = this.#offered.map((section) => {
      const own = this.#transceivers.find(({ mid }) => mid === section.mid);
      if (own === undefined) return section;
      return { ...section, direction: answerDirection(own.direction, section.direction) };
    });
    return { type: 'answer', sdp: this.#write(sections) };
  }

  async setLocalDescription(description: Description): Promise<void> {
    this.#assertOpen();
    const sections = readFakeSections(description.sdp) ?? [];
    if (description.type === 'offer') {
      this.#assertState('stable', 'have-local-offer');
      for (const [index, section] of sections.entries()) {
        const transceiver = this.#transceivers[index];
        if (transceiver !== undefined) transceiver.mid ??= section.mid;
      }
      this.signalingState = 'have-local-offer';
    } else {
      this.#assertState('have-remote-offer');
      this.signalingState = 'stable';
    }
    this.localDescription = description;
    for (const { sender } of this.#transceivers) {
      sender.transport ??= { iceTransport: this.#iceTransport };
    }
  }

  async setRemoteDescription(description: Description): Promise<void> {
    this.#assertOpen();
    const sections = readFakeSections(description.sdp);
    if (sections === undefined) throw new DOMException('No SDP', 'OperationError');
    if (description.type === 'offer') {
      // In have-local-offer the real one rolls its own offer back first, and so ends up here too.
      this.#assertState('stable', 'have-remote-offer', 'have-local-offer');
      this.#offered = sections;
      for (const section of sections) this.#adopt(section);
      this.signalingState = 'have-remote-offer';
    } else {
      this.#assertState('have-local-offer');
      this.signalingState = 'stable';
    }
    this.remoteDescription = description;
    for (const section of sections) this.#announce(section);
  }

  async addIceCandidate(candidate: Partial<Candidate>): Promise<void> {
    this.#assertOpen();
    const { sdpMid = null, sdpMLineIndex = null } = candidate;
    if (sdpMid === null && sdpMLineIndex === null) {
      throw new TypeError('Candidate missing values for both sdpMid and sdpMLineIndex');
    }
    if (this.remoteDescription === null) throw invalidState('No remote description');
    const sections = readFakeSections(this.remoteDescription.sdp) ?? [];
    const isKnown =
      sdpMid === null
        ? sections[sdpMLineIndex ?? 0] !== undefined
        : sections.some(({ mid }) => mid === sdpMid);
    if (!isKnown) throw new DOMException('No such m-line', 'OperationError');
    this.remoteCandidates.push(candidate.candidate ?? '');
  }

  close(): void {
    // As W3C has it, closing fires no connectionstatechange.
    this.signalingState = 'closed';
    this.connectionState = 'closed';
  }

  /** The test's hand: media comes or goes. */
  driveConnection(state: RTCPeerConnectionState): void {
    if (this.signalingState === 'closed') return;
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }

  /** The test's hand: a path of our own was found. */
  driveCandidate(candidate: string, sdpMLineIndex = 0): void {
    if (this.signalingState === 'closed') return;
    const sdpMid = this.#transceivers[sdpMLineIndex]?.mid ?? null;
    this.onicecandidate?.({ candidate: { candidate, sdpMid, sdpMLineIndex } });
  }

  /** The test's hand: this is what statistics say, and the pair in use is another one. */
  drivePair(stats: Readonly<Record<string, object>>): void {
    this.#stats = new Map(Object.entries(stats));
    this.#iceTransport.onselectedcandidatepairchange?.();
  }

  /** The test's hand: paths of our own are being looked for, or all are found. */
  driveGathering(state: RTCIceGatheringState): void {
    if (this.signalingState === 'closed') return;
    this.iceGatheringState = state;
    this.onicegatheringstatechange?.();
  }

  /** The test's hand: an ICE server gave an error, or no answer (701). */
  driveCandidateError(errorCode: number): void {
    if (this.signalingState !== 'closed') this.onicecandidateerror?.({ errorCode });
  }

  #adopt(section: FakeSection): void {
    const { kind, mid } = section;
    if (kind !== 'audio' && kind !== 'video') return;
    if (this.#transceivers.some((transceiver) => transceiver.mid === mid)) return;
    const transceiver = new FakeTransceiver(kind, 'recvonly', null);
    transceiver.mid = mid;
    this.#transceivers.push(transceiver);
  }

  #announce(section: FakeSection): void {
    const transceiver = this.#transceivers.find(({ mid }) => mid === section.mid);
    if (transceiver === undefined || transceiver.isReceiving) return;
    if (!sends(section.direction) || !receives(transceiver.direction)) return;
    transceiver.isReceiving = true;
    this.ontrack?.({ track: transceiver.receiver.track });
  }

  #write(sections: readonly FakeSection[]): string {
    this.#version += 1;
    return writeFakeSdp({
      sessionId: String(this.#id),
      version: this.#version,
      fingerprint: `sha-256 FA:KE:${this.#id}`,
      ufrag: `u${this.#id}g${this.#generation}`,
      sections,
    });
  }

  #assertOpen(): void {
    if (this.signalingState === 'closed') throw invalidState('The connection is closed');
  }

  #assertState(...allowed: readonly RTCSignalingState[]): void {
    if (!allowed.includes(this.signalingState)) {
      throw invalidState(`Not allowed in ${this.signalingState}`);
    }
  }
}

/** An RTCPeerConnection class whose instances land in `created`, for code that makes its own. */
export function fakePeerConnectionClass(
  created: FakePeerConnection[],
): new (
  configuration?: RTCConfiguration,
) => RTCPeerConnection {
  class Recorded extends FakePeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      created.push(this);
    }
  }
  return Recorded as unknown as new (
    configuration?: RTCConfiguration,
  ) => RTCPeerConnection;
}
