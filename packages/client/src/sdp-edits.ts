/*
 * Edits of session descriptions (RFC 8866), for what no API of a browser can say. Each takes a whole description and
 * answers one; what it does not find it leaves alone.
 */

/** Edits the lines of each m-line's part; the session's own part comes before the first. */
function editSections(
  sdp: string,
  kind: 'audio' | 'video',
  edit: (lines: readonly string[]) => readonly string[],
): string {
  const sections = sdp.split(/^(?=m=)/m).map((section) => {
    if (!section.startsWith(`m=${kind} `)) return section;
    const lineEnd = section.includes('\r\n') ? '\r\n' : '\n';
    return edit(section.split(lineEnd)).join(lineEnd);
  });
  return sections.join('');
}

/** Payload types of the codecs that `isWanted` accepts; it is given `opus/48000/2`, in lower case. */
function payloadTypes(
  lines: readonly string[],
  isWanted: (encoding: string) => boolean,
): readonly string[] {
  return lines.flatMap((line) => {
    const [, payloadType, encoding] = /^a=rtpmap:(\d+) (\S+)/.exec(line) ?? [];
    if (payloadType === undefined || encoding === undefined) return [];
    return isWanted(encoding.toLowerCase()) ? [payloadType] : [];
  });
}

/** A format parameter and its value; null takes the parameter out. */
export type FormatChanges = Readonly<Record<string, string | null>>;

function changedFormat(format: string, changes: FormatChanges): string {
  const kept = format
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '' && !Object.hasOwn(changes, part.split('=')[0] ?? ''));
  const added = Object.entries(changes).flatMap(([key, value]) =>
    value === null ? [] : [`${key}=${value}`],
  );
  return [...kept, ...added].join(';');
}

/** Changes the `a=fmtp` line of one payload type; makes one after its `a=rtpmap`, or takes an empty one out. */
function withFormat(
  lines: readonly string[],
  payloadType: string,
  changes: FormatChanges,
): readonly string[] {
  const start = `a=fmtp:${payloadType} `;
  const before = lines.find((line) => line.startsWith(start));
  const format = changedFormat(before?.slice(start.length) ?? '', changes);
  const after = format === '' ? [] : [`${start}${format}`];
  return lines.flatMap((line) => {
    if (line === before) return after;
    const isPlaceForNew = before === undefined && line.startsWith(`a=rtpmap:${payloadType} `);
    return isPlaceForNew ? [line, ...after] : [line];
  });
}

/** Changes the format of each codec that `isWanted` accepts. */
function withFormats(
  sdp: string,
  kind: 'audio' | 'video',
  isWanted: (encoding: string) => boolean,
  changes: FormatChanges,
): string {
  return editSections(sdp, kind, (lines) =>
    payloadTypes(lines, isWanted).reduce(
      (edited, payloadType) => withFormat(edited, payloadType, changes),
      lines,
    ),
  );
}

/** Changes format parameters of Opus (RFC 7587 section 6.1). */
export function withOpusFormat(sdp: string, changes: FormatChanges): string {
  return withFormats(sdp, 'audio', (encoding) => encoding.startsWith('opus/48000'), changes);
}

/** Says with `b=AS` how much the one who sends the description wants to receive. */
export function withReceiveLimit(sdp: string, kind: 'audio' | 'video', kbps: number): string {
  return editSections(sdp, kind, (lines) => {
    const kept = lines.filter((line) => !line.startsWith('b=AS:'));
    // In the order of RFC 8866 section 5: m=, i=, c=, b=, then k= and a=.
    const next = kept.findIndex((line, index) => index > 0 && !/^[ic]=/.test(line));
    const place = next < 0 ? kept.length : next;
    return kept.toSpliced(place, 0, `b=AS:${kbps}`);
  });
}

const notVideoCodecs = /^(rtx|red|ulpfec|flexfec-03)\//;

/** In the other one's description: the rate at which a Chromium starts to send video, before it has measured. */
export function withVideoStart(sdp: string, kbps: number): string {
  const changes = { 'x-google-start-bitrate': String(kbps) };
  return withFormats(sdp, 'video', (encoding) => !notVideoCodecs.test(encoding), changes);
}
