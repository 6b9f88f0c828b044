import type { LocalMediaRequest } from './local-media.ts';

type Kind = keyof LocalMediaRequest;
type Bound = 'min' | 'max' | 'exact';

interface Constraint {
  readonly name: string;
  readonly bound: Bound;
  readonly value: string | number | boolean;
}

const maxLength = 2_048;
const maxParts = 32;
const maxNumber = 1_000_000;

const numberNames = {
  audio: /^(channelCount|sampleRate|sampleSize|latency)$/,
  video: /^(width|height|frameRate|aspectRatio)$/,
};
const switchNames = /^(echoCancellation|autoGainControl|noiseSuppression)$/;
const textNames = /^(deviceId|groupId|facingMode)$/;
const renamed: ReadonlyMap<string, string> = new Map([
  ['noiseReduction', 'noiseSuppression'],
  ['sourceId', 'deviceId'],
]);

/** Today's name (W3C mediacapture-streams) for one of 2013: `minWidth`, `googEchoCancellation2`, `sourceId`. */
function nameOfToday(key: string): string {
  const name = key
    .replace(/^(min|max|goog)|2$/g, '')
    .replace(/^./, (letter) => letter.toLowerCase());
  return renamed.get(name) ?? name;
}

/** One constraint in today's words; null for one that today's browsers have no word for, or a bad value. */
function translate(kind: Kind, key: string, text: string): Constraint | null {
  const name = nameOfToday(key);
  if (numberNames[kind].test(name)) {
    const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
    const bound = /^m(in|ax)/.exec(key)?.[0] as Bound | undefined;
    return value <= maxNumber ? { name, bound: bound ?? 'exact', value } : null;
  }
  const isSwitch = kind === 'audio' && switchNames.test(name) && /^(true|false)$/.test(text);
  if (isSwitch) return { name, bound: 'exact', value: text === 'true' };
  return textNames.test(name) && text !== '' ? { name, bound: 'exact', value: text } : null;
}

/** `[mandatory:|optional:]key=value`, several joined by commas. */
function constraintsOf(kind: Kind, list: string): boolean | MediaTrackConstraints {
  const found: Record<string, { [Key in Bound | 'ideal']?: Constraint['value'] }> = {};
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
    else found[name].ideal ??= value;
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
