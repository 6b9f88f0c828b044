import type { LocalMediaRequest } from './local-media.ts';

type Constraint = readonly [constraint: string, bound: 'min' | 'max' | 'exact'];

/** Names of 2013 beside today's (W3C mediacapture-streams section 4.3.8), by what kind of value they take. */
const numbers: ReadonlyMap<string, Constraint> = new Map(
  ['width', 'height', 'frameRate', 'aspectRatio'].flatMap((name): [string, Constraint][] => {
    const capital = name.replace(/^./, (letter) => letter.toUpperCase());
    return [
      [name, [name, 'exact']],
      [`min${capital}`, [name, 'min']],
      [`max${capital}`, [name, 'max']],
    ];
  }),
);
const audioNumbers = new Set(['channelCount', 'sampleRate', 'sampleSize', 'latency']);
const audioSwitches: ReadonlyMap<string, string> = new Map(
  Object.entries({
    echoCancellation: 'echoCancellation',
    googEchoCancellation: 'echoCancellation',
    googEchoCancellation2: 'echoCancellation',
    autoGainControl: 'autoGainControl',
    googAutoGainControl: 'autoGainControl',
    googAutoGainControl2: 'autoGainControl',
    noiseSuppression: 'noiseSuppression',
    googNoiseSuppression: 'noiseSuppression',
    googNoiseSuppression2: 'noiseSuppression',
    googNoiseReduction: 'noiseSuppression',
  }),
);
const texts: ReadonlyMap<string, string> = new Map(
  Object.entries({
    deviceId: 'deviceId',
    sourceId: 'deviceId',
    groupId: 'groupId',
    facingMode: 'facingMode',
  }),
);

const maxLength = 2_048;
const maxParts = 32;
const maxNumber = 1_000_000;

type Kind = keyof LocalMediaRequest;
type Value = string | number | boolean;

/** One constraint in today's words; null for one that today's browsers have no word for, or a bad value. */
function translate(
  kind: Kind,
  key: string,
  text: string,
): { readonly name: string; readonly bound: Constraint[1]; readonly value: Value } | null {
  const number: Constraint | undefined =
    kind === 'video' ? numbers.get(key) : audioNumbers.has(key) ? [key, 'exact'] : undefined;
  if (number !== undefined) {
    const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
    return value <= maxNumber ? { name: number[0], bound: number[1], value } : null;
  }
  const name = kind === 'audio' ? audioSwitches.get(key) : undefined;
  if (name !== undefined) {
    if (text !== 'true' && text !== 'false') return null;
    return { name, bound: 'exact', value: text === 'true' };
  }
  const textName = texts.get(key);
  return textName === undefined || text === ''
    ? null
    : { name: textName, bound: 'exact', value: text };
}

/** `[mandatory:|optional:]key=value`, several joined by commas. */
function constraintsOf(kind: Kind, list: string): boolean | MediaTrackConstraints {
  const found: Record<string, Record<string, Value>> = {};
  for (const part of list.slice(0, maxLength).split(',').slice(0, maxParts)) {
    const match = /^(?:(mandatory|optional):)?([^:=]+)=([^=]*)$/.exec(part);
    const [, prefix, key = '', text = ''] = match ?? [];
    const constraint = match === null ? null : translate(kind, key, text);
    if (constraint === null) continue;
    const { name, bound, value } = constraint;
    // As AppRTC has it: without a word before it a constraint is mandatory, but for Chrome's own.
    const isMandatory = prefix === undefined ? !key.startsWith('goog') : prefix === 'mandatory';
    found[name] ??= {};
    // Of several wishes the first is the dearest, as in the old lists.
    if (isMandatory) found[name][bound] = value;
    else found[name]['ideal'] ??= value;
  }
  return Object.keys(found).length === 0 ? true : found;
}

function trackRequest(kind: Kind, text: string): boolean | MediaTrackConstraints {
  const word = text.toLowerCase();
  if (word === '' || word === 'true') return true;
  return word === 'false' ? false : constraintsOf(kind, text);
}

/**
 * What `audio=`, `video=` and `hd=` of a page's query ask camera and microphone for, in today's constraints: what was
 * mandatory becomes `exact`, `min` or `max`, what was optional `ideal`. Never throws; unknown constraints are left out.
 */
export function mediaRequestOf(query: URLSearchParams): LocalMediaRequest {
  const isHd = query.get('hd')?.toLowerCase() === 'true';
  return {
    audio: trackRequest('audio', query.get('audio') ?? ''),
    video: isHd
      ? { width: { min: 1280 }, height: { min: 720 } }
      : trackRequest('video', query.get('video') ?? ''),
  };
}
