/** Makes a fresh peer connection; the case closes it. */
export type CreatePeerConnection = () => RTCPeerConnection;

/**
 * One thing that our fake and every browser must agree on. `run` throws when they don't. Each is self-contained, uses
 * nothing of its module, so that it can be sent into a browser as text as well as bundled.
 */
export interface ContractCase {
  readonly name: string;
  readonly run: (createPc: CreatePeerConnection) => Promise<void>;
}

async function startsStable(createPc: CreatePeerConnection): Promise<void> {
  const pc = createPc();
  const seen = `${pc.signalingState} ${pc.connectionState} ${pc.localDescription} ${pc.remoteDescription}`;
  pc.close();
  if (seen !== 'stable new null null') throw new Error(seen);
}

async function offerHasBothKinds(createPc: CreatePeerConnection): Promise<void> {
  const pc = createPc();
  pc.addTransceiver('audio', { direction: 'sendrecv' });
  pc.addTransceiver('video', { direction: 'sendrecv' });
  const { sdp = '' } = await pc.createOffer();
  const before = pc.signalingState;
  await pc.setLocalDescription({ type: 'offer', sdp });
  const after = pc.signalingState;
  pc.close();
  if (sdp.indexOf('m=audio') < 0 || sdp.indexOf('m=audio') > sdp.indexOf('m=video')) {
    throw new Error(`m-lines out of order: ${sdp}`);
  }
  if (before !== 'stable' || after !== 'have-local-offer') throw new Error(`${before} ${after}`);
}

async function exchangeEndsStable(createPc: CreatePeerConnection): Promise<void> {
  const offerer = createPc();
  const answerer = createPc();
  const offererTracks: string[] = [];
  const answererTracks: string[] = [];
  offerer.ontrack = ({ track }) => offererTracks.push(track.kind);
  answerer.ontrack = ({ track }) => answererTracks.push(track.kind);
  offerer.addTransceiver('audio', { direction: 'sendrecv' });
  offerer.addTransceiver('video', { direction: 'sendrecv' });
  const offer = await offerer.createOffer();
  await offerer.setLocalDescription(offer);
  await answerer.setRemoteDescription({ type: 'offer', sdp: offer.sdp ?? '' });
  const directions = answerer.getTransceivers().map(({ direction }) => direction);
  const between = `${answerer.signalingState} ${directions.join()} ${answererTracks.join()}`;
  for (const transceiver of answerer.getTransceivers()) transceiver.direction = 'sendrecv';
  const answer = await answerer.createAnswer();
  await answerer.setLocalDescription(answer);
  await offerer.setRemoteDescription({ type: 'answer', sdp: answer.sdp ?? '' });
  const end = `${offerer.signalingState} ${answerer.signalingState} ${offererTracks.join()}`;
  offerer.close();
  answerer.close();
  if (between !== 'have-remote-offer recvonly,recvonly audio,video') throw new Error(between);
  if (end !== 'stable stable audio,video') throw new Error(end);
}

async function answererThatOnlyReceives(createPc: CreatePeerConnection): Promise<void> {
  const offerer = createPc();
  const answerer = createPc();
  let tracks = 0;
  offerer.ontrack = () => {
    tracks += 1;
  };
  offerer.addTransceiver('audio', { direction: 'sendrecv' });
  const offer = await offerer.createOffer();
  await offerer.setLocalDescription(offer);
  await answerer.setRemoteDescription({ type: 'offer', sdp: offer.sdp ?? '' });
  const answer = await answerer.createAnswer();
  await answerer.setLocalDescription(answer);
  await offerer.setRemoteDescription({ type: 'answer', sdp: answer.sdp ?? '' });
  offerer.close();
  answerer.close();
  if (!(answer.sdp ?? '').includes('a=recvonly')) throw new Error(`answer: ${answer.sdp}`);
  if (tracks !== 0) throw new Error('a track came from one who sends nothing');
}

async function candidateBeforeDescription(createPc: CreatePeerConnection): Promise<void> {
  const pc = createPc();
  const candidate = 'candidate:1 1 udp 2122260223 192.0.2.1 50000 typ host';
  const error: unknown = await pc
    .addIceCandidate({ candidate, sdpMid: '0', sdpMLineIndex: 0 })
    .then(() => null)
    .catch((reason: unknown) => reason);
  pc.close();
  const name = (error as Error | null)?.name;
  if (name !== 'InvalidStateError') throw new Error(`addIceCandidate too early: ${name}`);
}

async function candidateWithoutPlace(createPc: CreatePeerConnection): Promise<void> {
  const pc = createPc();
  const candidate = 'candidate:1 1 udp 2122260223 192.0.2.1 50000 typ host';
  const error: unknown = await pc
    .addIceCandidate({ candidate, sdpMid: null, sdpMLineIndex: null })
    .then(() => null)
    .catch((reason: unknown) => reason);
  pc.close();
  const name = (error as Error | null)?.name;
  if (name !== 'TypeError') throw new Error(`addIceCandidate without mid and index: ${name}`);
}

async function candidateAfterDescription(createPc: CreatePeerConnection): Promise<void> {
  const offerer = createPc();
  const answerer = createPc();
  offerer.addTransceiver('audio', { direction: 'sendrecv' });
  const offer = await offerer.createOffer();
  await answerer.setRemoteDescription({ type: 'offer', sdp: offer.sdp ?? '' });
  const candidate = 'candidate:1 1 udp 2122260223 192.0.2.1 50000 typ host';
  await answerer.addIceCandidate({ candidate, sdpMid: null, sdpMLineIndex: 0 });
  const error: unknown = await answerer
    .addIceCandidate({ candidate, sdpMid: 'nowhere', sdpMLineIndex: null })
    .then(() => null)
    .catch((reason: unknown) => reason);
  offerer.close();
  answerer.close();
  const name = (error as Error | null)?.name;
  if (name !== 'OperationError') throw new Error(`candidate of an unknown m-line: ${name}`);
}

async function answerWithoutOffer(createPc: CreatePeerConnection): Promise<void> {
  const offerer = createPc();
  const answerer = createPc();
  const stranger = createPc();
  offerer.addTransceiver('audio', { direction: 'sendrecv' });
  const offer = await offerer.createOffer();
  await offerer.setLocalDescription(offer);
  await answerer.setRemoteDescription({ type: 'offer', sdp: offer.sdp ?? '' });
  const { sdp = '' } = await answerer.createAnswer();
  const names: unknown[] = [];
  for (const attempt of [
    () => stranger.setRemoteDescription({ type: 'answer', sdp }),
    () => stranger.createAnswer(),
  ]) {
    const error: unknown = await attempt()
      .then(() => null)
      .catch((reason: unknown) => reason);
    names.push((error as Error | null)?.name);
  }
  const state = stranger.signalingState;
  for (const pc of [offerer, answerer, stranger]) pc.close();
  const seen = `${names.join()} ${state}`;
  if (seen !== 'InvalidStateError,InvalidStateError stable') throw new Error(seen);
}

async function noiseIsRefused(createPc: CreatePeerConnection): Promise<void> {
  const pc = createPc();
  const refused = await pc
    .setRemoteDescription({ type: 'offer', sdp: 'noise' })
    .then(() => false)
    .catch(() => true);
  const state = `${pc.signalingState} ${pc.remoteDescription}`;
  pc.close();
  if (!refused || state !== 'stable null') throw new Error(`${refused} ${state}`);
}

async function restartKeepsCertificate(createPc: CreatePeerConnection): Promise<void> {
  const pc = createPc();
  pc.addTransceiver('audio', { direction: 'sendrecv' });
  const first = await pc.createOffer();
  await pc.setLocalDescription(first);
  const second = await pc.createOffer({ iceRestart: true });
  await pc.setLocalDescription(second);
  const state = pc.signalingState;
  pc.close();
  const line = (sdp: string | undefined, name: string): string | undefined =>
    new RegExp(`^a=${name}:(.*)$`, 'm').exec(sdp ?? '')?.[1];
  if (line(first.sdp, 'fingerprint') !== line(second.sdp, 'fingerprint')) {
    throw new Error('the fingerprint changed');
  }
  if (line(first.sdp, 'ice-ufrag') === line(second.sdp, 'ice-ufrag')) {
    throw new Error('the ufrag stayed');
  }
  if (state !== 'have-local-offer') throw new Error(state);
}

async function connectionsHaveOwnCertificates(createPc: CreatePeerConnection): Promise<void> {
  const prints: (string | undefined)[] = [];
  for (const pc of [createPc(), createPc()]) {
    pc.addTransceiver('audio', { direction: 'sendrecv' });
    const { sdp = '' } = await pc.createOffer();
    prints.push(/^a=fingerprint:(.*)$/m.exec(sdp)?.[1]);
    pc.close();
  }
  if (prints[0] === undefined || prints[0] === prints[1]) throw new Error(String(prints));
}

async function offerGivesWay(createPc: CreatePeerConnection): Promise<void> {
  const pc = createPc();
  const other = createPc();
  pc.addTransceiver('audio', { direction: 'sendrecv' });
  other.addTransceiver('audio', { direction: 'sendrecv' });
  await pc.setLocalDescription(await pc.createOffer());
  const { sdp = '' } = await other.createOffer();
  await pc.setRemoteDescription({ type: 'offer', sdp });
  const state = pc.signalingState;
  pc.close();
  other.close();
  if (state !== 'have-remote-offer') throw new Error(state);
}

async function tracksAreReplaced(createPc: CreatePeerConnection): Promise<void> {
  const pc = createPc();
  const { sender, receiver } = pc.addTransceiver('audio', { direction: 'sendrecv' });
  const before = `${sender.track} ${receiver.track.kind}`;
  await sender.replaceTrack(null);
  pc.close();
  if (before !== 'null audio') throw new Error(before);
}

async function serversAreReplaced(createPc: CreatePeerConnection): Promise<void> {
  const pc = createPc();
  pc.addTransceiver('audio', { direction: 'sendrecv' });
  await pc.setLocalDescription(await pc.createOffer());
  const turn = { urls: ['turn:127.0.0.1:9'], username: 'u', credential: 'c' };
  pc.setConfiguration({ ...pc.getConfiguration(), iceServers: [turn] });
  const used = pc.getConfiguration().iceServers?.map(({ username }) => username);
  const state = pc.signalingState;
  let name = '';
  try {
    pc.setConfiguration({ ...pc.getConfiguration(), iceServers: [{ urls: 'turn:127.0.0.1:9' }] });
  } catch (error) {
    name = (error as Error).name;
  }
  const kept = pc.getConfiguration().iceServers?.map(({ username }) => username);
  pc.close();
  let afterClose = '';
  try {
    pc.setConfiguration({});
  } catch (error) {
    afterClose = (error as Error).name;
  }
  const seen = `${used} ${state} ${name} ${kept} ${afterClose}`;
  const expected = 'u have-local-offer InvalidAccessError u InvalidStateError';
  if (seen !== expected) throw new Error(seen);
}

async function sameOfferTwice(createPc: CreatePeerConnection): Promise<void> {
  const offerer = createPc();
  const answerer = createPc();
  offerer.addTransceiver('audio', { direction: 'sendrecv' });
  await offerer.setLocalDescription(await offerer.createOffer());
  const ufrags: (string | undefined)[] = [];
  for (let time = 0; time < 2; time += 1) {
    const sdp = offerer.localDescription?.sdp ?? '';
    await answerer.setRemoteDescription({ type: 'offer', sdp });
    const answer = await answerer.createAnswer();
    await answerer.setLocalDescription(answer);
    ufrags.push(/^a=ice-ufrag:(.*)$/m.exec(answer.sdp ?? '')?.[1]);
  }
  offerer.close();
  answerer.close();
  if (ufrags[0] === undefined || ufrags[0] !== ufrags[1]) throw new Error(ufrags.join());
}

async function transportComesWithDescription(createPc: CreatePeerConnection): Promise<void> {
  const pc = createPc();
  const { sender } = pc.addTransceiver('audio', { direction: 'sendrecv' });
  const before = sender.transport;
  const gathering = pc.iceGatheringState;
  await pc.setLocalDescription(await pc.createOffer());
  const transport = sender.transport?.iceTransport;
  const tells = transport !== undefined && 'onselectedcandidatepairchange' in transport;
  const stats = typeof (await pc.getStats()).forEach;
  const hasErrors = 'onicecandidateerror' in pc && 'onicegatheringstatechange' in pc;
  pc.close();
  const seen = `${before} ${gathering} ${tells} ${hasErrors} ${stats}`;
  if (seen !== 'null new true true function') throw new Error(seen);
}

async function closedIsClosed(createPc: CreatePeerConnection): Promise<void> {
  const pc = createPc();
  let events = 0;
  pc.onconnectionstatechange = () => {
    events += 1;
  };
  pc.close();
  pc.close();
  const error: unknown = await pc
    .createOffer()
    .then(() => null)
    .catch((reason: unknown) => reason);
  const name = (error as Error | null)?.name;
  const seen = `${pc.signalingState} ${pc.connectionState} ${name} ${events}`;
  if (seen !== 'closed closed InvalidStateError 0') throw new Error(seen);
}

/** What our code relies on in a peer connection, for the fake here and for real browsers elsewhere. */
export const peerConnectionContract: readonly ContractCase[] = [
  { name: 'a new connection is stable and has no descriptions', run: startsStable },
  { name: 'an offer has the m-lines in the order of the transceivers', run: offerHasBothKinds },
  { name: 'an exchange ends stable, with tracks on both sides', run: exchangeEndsStable },
  { name: 'an answerer that only receives gives no track', run: answererThatOnlyReceives },
  { name: 'a candidate before the description is refused', run: candidateBeforeDescription },
  { name: 'a candidate without mid and index is a TypeError', run: candidateWithoutPlace },
  { name: 'a candidate needs an m-line that exists', run: candidateAfterDescription },
  { name: 'an answer without an offer is refused', run: answerWithoutOffer },
  { name: 'what is no SDP is refused and changes nothing', run: noiseIsRefused },
  { name: 'an ICE restart keeps the certificate', run: restartKeepsCertificate },
  { name: 'each connection has its own certificate', run: connectionsHaveOwnCertificates },
  { name: 'a remote offer rolls back our own', run: offerGivesWay },
  { name: 'a track can be taken away', run: tracksAreReplaced },
  {
    name: 'ICE servers are replaced, or kept when the new ones are unusable',
    run: serversAreReplaced,
  },
  { name: 'an offer that is said twice is answered twice alike', run: sameOfferTwice },
  { name: 'the transport is there once a description is set', run: transportComesWithDescription },
  { name: 'closing is final, idempotent and silent', run: closedIsClosed },
];

/** Runs every case; answers what failed, as `name: message`, and nothing when all is well. */
export async function checkPeerConnectionContract(
  createPc: CreatePeerConnection,
): Promise<readonly string[]> {
  const failures: string[] = [];
  for (const { name, run } of peerConnectionContract) {
    try {
      await run(createPc);
    } catch (error) {
      failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return failures;
}
