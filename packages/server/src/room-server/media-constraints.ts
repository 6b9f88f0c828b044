/** getUserMedia constraints in the form of 2013, which AppRTC's clients still read. */
type TrackConstraints =
  | boolean
  | {
      readonly mandatory: Readonly<Record<string, string>>;
      readonly optional: readonly Readonly<Record<string, string>>[];
    };

export interface MediaConstraints {
  readonly audio: TrackConstraints;
  readonly video: TrackConstraints;
  readonly fake?: true;
}

/** [PR7] `audio=` and `video=`: `true`, `false`, or `[mandatory:|optional:]key=value` joined by commas. */
function trackConstraints(text: string): TrackConstraints {
  const word = text.toLowerCase();
  if (word === '' || word === 'true') return true;
  if (word === 'false') return false;
  const mandatory = new Map<string, string>();
  const optional: Record<string, string>[] = [];
  for (const part of text.split(',')) {
    const colon = part.split(':');
    const assignment = (colon.at(-1) ?? '').split('=');
    const [key = '', value = ''] = assignment;
    // Malformed parts are ignored.
    if (assignment.length !== 2) continue;
    // Without a word before it a constraint is mandatory, but for Chrome's own, which others don't know.
    const isMandatory = colon.length === 2 ? colon[0] === 'mandatory' : !key.startsWith('goog');
    if (isMandatory) mandatory.set(key, value);
    else optional.push(Object.fromEntries([[key, value]]));
  }
  return { mandatory: Object.fromEntries(mandatory), optional };
}

export interface MediaQuery {
  readonly audio: string;
  readonly video: string;
  readonly hd: string;
  readonly firefoxFakeDevice: string;
  readonly userAgent: string;
}

/** [PR7] [PR6] What to open: HD from a desktop Chrome unless the query says otherwise. */
export function mediaConstraints(query: MediaQuery): MediaConstraints {
  return {
    audio: trackConstraints(query.audio),
    video: trackConstraints(videoText(query)),
    ...(query.firefoxFakeDevice === '' ? {} : { fake: true as const }),
  };
}

function videoText({ video, hd, userAgent }: MediaQuery): string {
  if (hd.toLowerCase() === 'true') return 'mandatory:minWidth=1280,mandatory:minHeight=720';
  const isDesktopChrome = userAgent.includes('Chrome') && !userAgent.includes('Android');
  if (hd === '' && video === '' && isDesktopChrome) {
    return 'optional:minWidth=1280,optional:minHeight=720';
  }
  return video;
}

/** [PR8] What was asked for and can't be had, in words. */
export function mediaWarnings(query: MediaQuery, minre: string, maxre: string): string[] {
  const warnings: string[] = [];
  if (query.hd !== '' && query.video !== '') {
    warnings.push(`The "hd" parameter has overridden video=${query.video}`);
  }
  if (minre !== '' || maxre !== '') {
    warnings.push(
      'The "minre" and "maxre" parameters are no longer supported. Use "video" instead.',
    );
  }
  return warnings;
}
