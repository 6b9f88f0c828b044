import { type CallParameters, type CodecName, parseCallParameters } from './call-parameters.ts';
import type { TrackKind } from './negotiator.ts';
import {
  type FormatChanges,
  withOpusFormat,
  withReceiveLimit,
  withVideoStart,
} from './sdp-edits.ts';

/** What this browser can receive; empty where it does not say. */
export type ReceiveCodecs = (kind: TrackKind) => readonly RTCRtpCodec[];

const redundancy = /^video\/(red|ulpfec|flexfec-03)$/i;

function isCodec({ mimeType, clockRate }: RTCRtpCodec, wanted: CodecName): boolean {
  const name = mimeType.toLowerCase().split('/')[1];
  return name === wanted.name && (wanted.clockRateHz ?? clockRate) === clockRate;
}

function opusChanges({ opus }: CallParameters): FormatChanges {
  const { stereo, fec, dtx, maxPlaybackRateHz: rate } = opus;
  const switches = Object.entries({ stereo, useinbandfec: fec, usedtx: dtx }).flatMap(
    ([key, isOn]): [string, string | null][] => (isOn === null ? [] : [[key, isOn ? '1' : null]]),
  );
  return {
    ...Object.fromEntries(switches),
    ...(rate === null ? {} : { maxplaybackrate: String(rate) }),
  };
}

/** For Opus too: from an answer Chromium takes no `b=AS` for audio. Within the bounds of RFC 7587 section 6.1. */
function averageRate(kbps: number | null): FormatChanges {
  if (kbps === null) return {};
  return { maxaveragebitrate: String(Math.min(Math.max(kbps, 6), 510) * 1_000) };
}

/** The order of codecs to negotiate: preferred first. Null: as the browser has it. Pure. */
export function codecOrder(
  codecs: readonly RTCRtpCodec[],
  kind: TrackKind,
  parameters: CallParameters,
): RTCRtpCodec[] | null {
  const { receiveCodec, sendCodec } = parameters[kind];
  const isWithoutFec = kind === 'video' && parameters.isVideoFecOff;
  const rest = isWithoutFec ? codecs.filter(({ mimeType }) => !redundancy.test(mimeType)) : codecs;
  // Our description says what we want to receive; whoever follows it gets what we want to send next.
  const ranks = [receiveCodec, sendCodec].filter((wanted) => wanted !== null);
  const rankOf = (codec: RTCRtpCodec): number => {
    const rank = ranks.findIndex((wanted) => isCodec(codec, wanted));
    return rank < 0 ? ranks.length : rank;
  };
  const ordered = [...rest].sort((one, other) => rankOf(one) - rankOf(other));
  const isChanged = ordered.some((codec, index) => codec !== codecs[index]);
  return isChanged || ordered.length < codecs.length ? ordered : null;
}

/**
 * Gives a peer connection the shape that the query asks for: by its API where there is one, else in the descriptions.
 * What a browser refuses is left out; the call goes on without it.
 */
export class ConnectionShape {
  readonly #parameters: CallParameters;
  readonly #receiveCodecs: ReceiveCodecs;
  readonly #opus: FormatChanges;

  constructor(parameters: CallParameters, receiveCodecs: ReceiveCodecs) {
    this.#parameters = parameters;
    this.#receiveCodecs = receiveCodecs;
    this.#opus = opusChanges(parameters);
  }

  /** Before a description is made. */
  prepare(kind: TrackKind, transceiver: RTCRtpTransceiver): void {
    const order = codecOrder(this.#receiveCodecs(kind), kind, this.#parameters);
    if (order === null) return;
    try {
      transceiver.setCodecPreferences(order);
    } catch {
      // Then the browser's own order stands.
    }
  }

  /** Our description, to be set and sent. */
  local(sdp: string): string {
    const { audio, video } = this.#parameters;
    let shaped = withOpusFormat(sdp, { ...this.#opus, ...averageRate(audio.maxReceiveKbps) });
    for (const [kind, { maxReceiveKbps }] of [
      ['audio', audio] as const,
      ['video', video] as const,
    ]) {
      if (maxReceiveKbps !== null) shaped = withReceiveLimit(shaped, kind, maxReceiveKbps);
    }
    return shaped;
  }

  /** The other one's description, to be set: it rules how we send. */
  remote(sdp: string): string {
    const { initialVideoKbps } = this.#parameters;
    const shaped = withOpusFormat(sdp, this.#opus);
    return initialVideoKbps === null ? shaped : withVideoStart(shaped, initialVideoKbps);
  }

  /** Once both descriptions are set: how much is sent, and with which of the codecs. */
  async limit(kind: TrackKind, { sender }: RTCRtpTransceiver): Promise<void> {
    const { sendCodec, maxSendKbps } = this.#parameters[kind];
    if (sendCodec === null && maxSendKbps === null) return;
    try {
      const parameters = sender.getParameters();
      const codec = sendCodec && parameters.codecs.find((entry) => isCodec(entry, sendCodec));
      for (const encoding of parameters.encodings) {
        if (maxSendKbps !== null) encoding.maxBitrate = maxSendKbps * 1_000;
        if (codec) Object.assign(encoding, { codec });
      }
      await sender.setParameters(parameters);
    } catch {
      // An older browser: it sends as it would.
    }
  }
}

/** The shape that a connection has by itself. */
export function plainShape(): ConnectionShape {
  return new ConnectionShape(parseCallParameters(new URLSearchParams()), () => []);
}
