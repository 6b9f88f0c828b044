/** One line of the connection's details. */
export interface Fact {
  readonly name: string;
  readonly value: string;
}

type Report = Readonly<Record<string, unknown>>;

function textAt(report: Report | undefined, key: string): string | null {
  const value = report?.[key];
  return typeof value === 'string' ? value : null;
}

function numberAt(report: Report | undefined, key: string): number | null {
  const value = report?.[key];
  return typeof value === 'number' ? value : null;
}

function fact(name: string, value: string | null): Fact[] {
  return value === null ? [] : [{ name, value }];
}

function path(reports: ReadonlyMap<string, Report>): Fact[] {
  const all = [...reports.values()];
  const transport = all.find((report) => report['type'] === 'transport');
  const pair =
    reports.get(textAt(transport, 'selectedCandidatePairId') ?? '') ??
    all.find((report) => report['type'] === 'candidate-pair' && report['nominated'] === true);
  const local = reports.get(textAt(pair, 'localCandidateId') ?? '');
  const remote = reports.get(textAt(pair, 'remoteCandidateId') ?? '');
  const roundTripS = numberAt(pair, 'currentRoundTripTime');
  return [
    ...fact('Path', candidateText(local, remote)),
    ...fact('Round trip', roundTripS === null ? null : `${Math.round(roundTripS * 1_000)} ms`),
  ];
}

function candidateText(local: Report | undefined, remote: Report | undefined): string | null {
  const from = textAt(local, 'candidateType');
  const to = textAt(remote, 'candidateType');
  const protocol = textAt(local, 'relayProtocol') ?? textAt(local, 'protocol') ?? '';
  return from === null || to === null ? null : `${from} → ${to} (${protocol})`;
}

/** Remembers the counters of a second ago, to say how fast they grow. */
class Meter {
  readonly #before = new Map<string, { readonly bytes: number; readonly atMs: number }>();

  kbps(report: Report, key: string): number | null {
    const bytes = numberAt(report, key);
    const atMs = numberAt(report, 'timestamp');
    const id = textAt(report, 'id');
    if (bytes === null || atMs === null || id === null) return null;
    const before = this.#before.get(id);
    this.#before.set(id, { bytes, atMs });
    if (before === undefined || atMs <= before.atMs) return null;
    return Math.round(((bytes - before.bytes) * 8) / (atMs - before.atMs));
  }
}

function flow(reports: readonly Report[], meter: Meter, isSent: boolean): Fact[] {
  const type = isSent ? 'outbound-rtp' : 'inbound-rtp';
  const word = isSent ? 'sent' : 'received';
  return reports
    .filter((report) => report['type'] === type)
    .flatMap((report) => {
      const kind = textAt(report, 'kind') === 'video' ? 'Picture' : 'Sound';
      const kbps = meter.kbps(report, isSent ? 'bytesSent' : 'bytesReceived');
      return [
        ...fact(`${kind} ${word}`, kbps === null ? null : `${kbps} kbit/s`),
        ...fact(`Frame ${word}`, frameText(report)),
      ];
    });
}

function frameText(report: Report): string | null {
  const width = numberAt(report, 'frameWidth');
  const height = numberAt(report, 'frameHeight');
  const perSecond = numberAt(report, 'framesPerSecond');
  if (width === null || height === null) return null;
  return `${width} × ${height}${perSecond === null ? '' : ` at ${Math.round(perSecond)}/s`}`;
}

/** Reads a connection's details, each time anew; rates need two readings. */
export function callFacts(): (pc: RTCPeerConnection | null) => Promise<readonly Fact[]> {
  const meter = new Meter();
  return async (pc) => {
    if (pc === null) return [];
    const reports = new Map<string, Report>();
    const stats: { forEach(visit: (report: Report, id: string) => void): void } =
      await pc.getStats();
    stats.forEach((report, id) => {
      reports.set(id, report);
    });
    const all = [...reports.values()];
    return [
      { name: 'Media', value: pc.connectionState },
      { name: 'Negotiation', value: pc.signalingState },
      ...path(reports),
      ...flow(all, meter, true),
      ...flow(all, meter, false),
    ];
  };
}
