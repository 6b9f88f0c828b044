/** A codec as `asc`, `arc`, `vsc` and `vrc` name it: `opus/48000`, or without its rate `VP9`. */
export interface CodecName {
  /** In lower case. */
  readonly name: string;
  readonly clockRateHz: number | null;
}

/** What the query asks for one kind of media. Null is no word on the matter, here and below. */
export interface KindParameters {
  /** `asc`, `vsc` */
  readonly sendCodec: CodecName | null;
  /** `arc`, `vrc` */
  readonly receiveCodec: CodecName | null;
  /** `asbr`, `vsbr` */
  readonly maxSendKbps: number | null;
  /** `arbr`, `vrbr` */
  readonly maxReceiveKbps: number | null;
}

/** Format parameters of Opus, RFC 7587 section 6.1. */
export interface OpusParameters {
  /** `opusfec` */
  readonly fec: boolean | null;
  /** `opusdtx` */
  readonly dtx: boolean | null;
  readonly stereo: boolean | null;
  /** `opusmaxpbr` */
  readonly maxPlaybackRateHz: number | null;
}

/** What the query of an address asks of the peer connection, as AppRTC's page has always read it. */
export interface CallParameters {
  readonly audio: KindParameters;
  readonly video: KindParameters;
  readonly opus: OpusParameters;
  /** `vsibr`, never above `vsbr`. */
  readonly initialVideoKbps: number | null;
  /** `videofec=false`: no redundancy in the video. */
  readonly isVideoFecOff: boolean;
}

const maxKbps = 1_000_000;
const playbackRatesHz = { min: 8_000, max: 48_000 };

function wholeNumber(text: string | null, min: number, max: number): number | null {
  const value = /^\d{1,9}$/.test(text ?? '') ? Number(text) : Number.NaN;
  return value >= min && value <= max ? value : null;
}

function onOff(text: string | null): boolean | null {
  const word = text?.toLowerCase();
  if (word === 'true') return true;
  return word === 'false' ? false : null;
}

function codecName(text: string | null): CodecName | null {
  const match = /^([\w.-]{1,32})(?:\/(\d{1,6}))?(?:\/\d)?$/.exec(text ?? '');
  if (match?.[1] === undefined) return null;
  const rate = match[2];
  return { name: match[1].toLowerCase(), clockRateHz: rate === undefined ? null : Number(rate) };
}

/** Reads the parameters of a query. Never throws: what is unknown, malformed or out of bounds counts as absent. */
export function parseCallParameters(query: URLSearchParams): CallParameters {
  const kbps = (key: string): number | null => wholeNumber(query.get(key), 1, maxKbps);
  const kind = (letter: 'a' | 'v'): KindParameters => ({
    sendCodec: codecName(query.get(`${letter}sc`)),
    receiveCodec: codecName(query.get(`${letter}rc`)),
    maxSendKbps: kbps(`${letter}sbr`),
    maxReceiveKbps: kbps(`${letter}rbr`),
  });
  const video = kind('v');
  const initialKbps = kbps('vsibr');
  const { min, max } = playbackRatesHz;
  return {
    audio: kind('a'),
    video,
    opus: {
      fec: onOff(query.get('opusfec')),
      dtx: onOff(query.get('opusdtx')),
      stereo: onOff(query.get('stereo')),
      maxPlaybackRateHz: wholeNumber(query.get('opusmaxpbr'), min, max),
    },
    initialVideoKbps:
      initialKbps === null ? null : Math.min(initialKbps, video.maxSendKbps ?? maxKbps),
    isVideoFecOff: onOff(query.get('videofec')) === false,
  };
}
