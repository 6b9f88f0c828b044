/** The pair of candidates over which a connection's media flows. */
export interface SelectedPath {
  readonly local: string;
  readonly remote: string;
  /** How the local relay candidate reaches its TURN server: `udp`, `tcp` or `tls`; null where it is none. */
  readonly relayProtocol: string | null;
}

/** Of the page's newest peer connection; runs in the page. */
export async function readSelectedPath(): Promise<SelectedPath | null> {
  const stats = await window.madePeerConnections.at(-1)?.getStats();
  const reports = [...(stats?.values() ?? [])];
  const byId = (id: string) => reports.find((report) => report.id === id);
  const transport = reports.find(({ type }) => type === 'transport');
  // Firefox marks the pair instead of naming it.
  const pair =
    byId(transport?.selectedCandidatePairId ?? '') ??
    reports.find(({ type, selected }) => type === 'candidate-pair' && selected === true);
  if (pair === undefined) return null;
  const [local, remote] = [byId(pair.localCandidateId), byId(pair.remoteCandidateId)];
  return {
    local: local?.candidateType ?? '',
    remote: remote?.candidateType ?? '',
    relayProtocol: local?.relayProtocol ?? null,
  };
}

/** The codes of the errors that an ICE server answers a gathering with, until it is complete; runs in the page. */
export async function readCandidateErrors(
  servers: readonly RTCIceServer[],
): Promise<{ readonly codes: readonly number[]; readonly relays: number }> {
  const connection = new RTCPeerConnection({
    iceServers: [...servers],
    iceTransportPolicy: 'relay',
  });
  const codes: number[] = [];
  let relays = 0;
  connection.addEventListener('icecandidateerror', (event) => codes.push(event.errorCode));
  connection.addEventListener('icecandidate', ({ candidate }) => {
    if (candidate?.type === 'relay') relays += 1;
  });
  const complete = new Promise<void>((resolve) => {
    connection.addEventListener('icegatheringstatechange', () => {
      if (connection.iceGatheringState === 'complete') resolve();
    });
  });
  connection.createDataChannel('any');
  await connection.setLocalDescription();
  await complete;
  connection.close();
  return { codes, relays };
}
