import { unreachable } from '../model/unreachable.ts';
import type {
  Outcome,
  SelfTestMeasurements,
  SelfTestSubject,
  VerdictLine,
} from './self-test-verdict.ts';

type Say = (outcome: Outcome, seen: string, advice?: string) => VerdictLine;

const slowMediaMs = 300;
const someLoss = 0.01;
const muchLoss = 0.05;

function lineOf(subject: SelfTestSubject, tried: string): Say {
  return (outcome, seen, advice = '') => ({ subject, outcome, tried, seen, advice });
}

/** Whether the two ends could tell each other where they are. */
function couldMeet({ entry, signaling, media }: SelfTestMeasurements): boolean {
  return media.isConnected || (entry === 'joined' && signaling.roundTripMs !== null);
}

export function directLine(measured: SelfTestMeasurements): VerdictLine {
  const { isConnected, isRelayOnly, localCandidateType, remoteCandidateType } = measured.media;
  const say = lineOf('direct path', 'Media straight from one end to the other.');
  if (!couldMeet(measured)) {
    return say('skipped', 'Without the server the two ends could not find each other.');
  }
  if (isRelayOnly) return say('skipped', 'This address allows relays only (it=relay).');
  if (!isConnected) {
    return say(
      'bad',
      'None was found.',
      'A firewall or a VPN may block UDP: try without it, or on another network.',
    );
  }
  const pair = `${localCandidateType ?? 'unknown'} to ${remoteCandidateType ?? 'unknown'}`;
  if (localCandidateType === 'relay' || remoteCandidateType === 'relay') {
    return say(
      'note',
      `Media went through a relay (${pair}).`,
      'Calls work, a little slower. A firewall or a VPN may block the direct path.',
    );
  }
  return say('good', `Connected, ${pair}.`);
}

export function relayLine({ relay, media }: SelfTestMeasurements): VerdictLine {
  const say = lineOf('relay path', 'Media through a relay (TURN) only.');
  switch (relay) {
    case 'connected':
      return say('good', 'Connected through the relay.');
    case 'failed':
      return say(
        'bad',
        'A relay is configured, but no connection came through it.',
        'It may be down, refuse its password, or be blocked by a firewall. Tell whoever runs this server.',
      );
    case 'not-configured':
      return say(
        media.isRelayOnly ? 'bad' : 'note',
        'No relay is configured: calls between networks that block direct paths will fail.',
        'Whoever runs this server would have to offer a TURN server.',
      );
    case 'unknown':
      return say('skipped', 'Without the server it is not known whether there is one.');
    default:
      return unreachable(relay);
  }
}

export function roundTripLine({ media }: SelfTestMeasurements): VerdictLine {
  const { roundTripMs, isConnected } = media;
  const say = lineOf('round trip', 'How long media takes there and back.');
  if (!isConnected || roundTripMs === null) {
    return say('skipped', isConnected ? 'The browser did not say.' : 'No media flowed.');
  }
  const seen = roundTripMs < 1 ? 'Less than 1 ms.' : `${Math.round(roundTripMs)} ms.`;
  return roundTripMs > slowMediaMs
    ? say('note', seen, 'People will talk over each other. A cable or a nearer Wi-Fi helps.')
    : say('good', seen);
}

export function lossLine({ media }: SelfTestMeasurements): VerdictLine {
  const { packetsReceived, packetsLost } = media;
  const say = lineOf('loss', 'How much of the media is lost on the way.');
  const lost = Math.max(0, packetsLost);
  const all = packetsReceived + lost;
  if (all === 0) return say('skipped', 'No media flowed.');
  const share = lost / all;
  const seen = `${lost} of ${all} packets lost, ${(share * 100).toFixed(1)} %.`;
  if (share <= someLoss) return say('good', seen);
  return say(
    share > muchLoss ? 'bad' : 'note',
    seen,
    'Pictures will freeze and words drop out. A cable or a nearer Wi-Fi helps, and fewer other downloads.',
  );
}
