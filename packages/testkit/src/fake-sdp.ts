/** One m-line of a description. */
export interface FakeSection {
  readonly kind: string;
  readonly mid: string;
  readonly direction: RTCRtpTransceiverDirection;
}

export interface FakeSdp {
  readonly sessionId: string;
  readonly version: number;
  readonly fingerprint: string;
  readonly ufrag: string;
  readonly sections: readonly FakeSection[];
}

/** Writes a description with the lines that signaling code looks at, and no codecs. */
export function writeFakeSdp(sdp: FakeSdp): string {
  const session = [
    'v=0',
    `o=- ${sdp.sessionId} ${sdp.version} IN IP4 127.0.0.1`,
    's=-',
    't=0 0',
    `a=group:BUNDLE ${sdp.sections.map(({ mid }) => mid).join(' ')}`,
  ];
  const media = sdp.sections.flatMap(({ kind, mid, direction }) => [
    `m=${kind} 9 UDP/TLS/RTP/SAVPF 111`,
    `a=ice-ufrag:${sdp.ufrag}`,
    `a=fingerprint:${sdp.fingerprint}`,
    `a=mid:${mid}`,
    `a=${direction}`,
  ]);
  return `${[...session, ...media].join('\r\n')}\r\n`;
}

function directionOf(lines: readonly string[]): RTCRtpTransceiverDirection {
  for (const direction of ['sendonly', 'recvonly', 'inactive'] as const) {
    if (lines.includes(`a=${direction}`)) return direction;
  }
  return 'sendrecv';
}

/** Reads the m-lines of a description; undefined when it is none. */
export function readFakeSections(sdp: string): readonly FakeSection[] | undefined {
  if (!sdp.startsWith('v=0\r\n')) return undefined;
  const [, ...parts] = sdp.split(/^m=/m);
  return parts.map((part, index) => {
    const lines = part.split('\r\n');
    return {
      kind: (lines[0] ?? '').split(' ')[0] ?? '',
      mid: lines.find((line) => line.startsWith('a=mid:'))?.slice(6) ?? String(index),
      direction: directionOf(lines),
    };
  });
}

export function sends(direction: RTCRtpTransceiverDirection): boolean {
  return direction === 'sendrecv' || direction === 'sendonly';
}

export function receives(direction: RTCRtpTransceiverDirection): boolean {
  return direction === 'sendrecv' || direction === 'recvonly';
}

/** What an answer may say to an offered direction (RFC 3264 section 6.1). */
export function answerDirection(
  wanted: RTCRtpTransceiverDirection,
  offered: RTCRtpTransceiverDirection,
): RTCRtpTransceiverDirection {
  const mayReceive = receives(wanted) && sends(offered);
  if (sends(wanted) && receives(offered)) return mayReceive ? 'sendrecv' : 'sendonly';
  return mayReceive ? 'recvonly' : 'inactive';
}
