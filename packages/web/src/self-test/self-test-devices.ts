import type { MediaProblem } from '@apprtc/client';
import type { Outcome, SelfTestMeasurements, VerdictLine } from './self-test-verdict.ts';

/** What was asked of a device, and what came of it: `on`, `unwanted`, or why there is none. */
export type DeviceWish = 'on' | 'unwanted' | MediaProblem;

type Thing = 'camera' | 'microphone';
type Say = (outcome: Outcome, seen: string, advice?: string) => VerdictLine;

/** Less energy than this in a whole test is silence: about -57 dB of full scale for five seconds. */
const silence = 1e-5;

const tries: Readonly<Record<Thing, string>> = {
  camera: 'Your picture, to the other end and back.',
  microphone: 'Your sound, to the other end and back.',
};

const problems: Readonly<Record<MediaProblem, (thing: Thing) => readonly [string, string]>> = {
  denied: (thing) => [
    `The browser may not use your ${thing}.`,
    'Allow it with the icon beside the address, then test again. The system’s own settings may forbid it too.',
  ],
  dismissed: (thing) => [
    `The browser’s question about your ${thing} was closed.`,
    'Test again, and answer it with “Allow”.',
  ],
  'in-use': (thing) => [
    `Your ${thing} is busy in another program.`,
    'Close that program, then test again.',
  ],
  'no-device': (thing) => [
    `No ${thing} was found.`,
    'Plug one in, or switch it on, then test again.',
  ],
  insecure: (thing) => [
    `This address is not secure, so there is no ${thing}.`,
    'Open the page with https:// in front.',
  ],
  unsupported: (thing) => [
    `Your ${thing} did not start.`,
    'Test again, or try another browser or device.',
  ],
};

function lineOf(subject: Thing): Say {
  return (outcome, seen, advice = '') => ({
    subject,
    outcome,
    tried: tries[subject],
    seen,
    advice,
  });
}

/** Why there is nothing to measure of a device, if so. */
function withoutDevice(thing: Thing, wish: DeviceWish, say: Say): VerdictLine | null {
  if (wish === 'on') return null;
  if (wish === 'unwanted') return say('skipped', `It was left out of this test.`);
  return say('bad', ...problems[wish](thing));
}

function pictures(count: number): string {
  return count === 1 ? '1 picture' : `${count} pictures`;
}

export function cameraLine({ camera, media }: SelfTestMeasurements): VerdictLine {
  const { wish, framesCaptured, framesReturned, isMoving, isBlack, size } = camera;
  const say = lineOf('camera');
  const missing = withoutDevice('camera', wish, say);
  if (missing !== null) return missing;
  if (framesCaptured === 0) {
    return say(
      'bad',
      'It is on, but gives no pictures.',
      'Close other programs that use it, or unplug it and plug it in again.',
    );
  }
  if (!media.isConnected) {
    return say('skipped', 'It is on, but its picture had no path to take.');
  }
  const captured = framesCaptured === null ? '' : `${pictures(framesCaptured)} taken, `;
  if (framesReturned === 0) {
    return say(
      'bad',
      `${captured === '' ? 'N' : `${captured}n`}one came back.`,
      'Test again. If it stays so, try another browser.',
    );
  }
  const seen = `${captured}${framesReturned} came back${size === null ? '' : `, ${size}`}.`;
  if (!isMoving) {
    return say(
      'bad',
      `${seen} Then they stopped.`,
      'Test again. If it stays so, the network or the device may be overloaded.',
    );
  }
  if (isBlack === true) {
    return say(
      'note',
      `${seen} They are black.`,
      'Look for a shutter or a cover on the lens, or a switch beside it.',
    );
  }
  return say('good', seen);
}

export function microphoneLine({ microphone, media }: SelfTestMeasurements): VerdictLine {
  const { wish, isMuted, energyCaptured, energyAtFarEnd, energyReturned, packetsReturned } =
    microphone;
  const say = lineOf('microphone');
  const missing = withoutDevice('microphone', wish, say);
  if (missing !== null) return missing;
  if (isMuted) {
    return say(
      'bad',
      'It is muted by the system or by a switch on it.',
      'Look for a mute key, a switch on the headset, or the system’s sound settings.',
    );
  }
  const isHeardHere = energyCaptured === null ? null : energyCaptured > silence;
  if (!media.isConnected) {
    return isHeardHere === true
      ? say('skipped', 'Sound was heard here, but had no path to take.')
      : say('skipped', 'It is on, but its sound had no path to take.');
  }
  if (packetsReturned === 0) {
    return say(
      'bad',
      'It is on, but nothing of it came back.',
      'Test again. If it stays so, try another browser.',
    );
  }
  const isHeardThere = energyAtFarEnd > silence;
  if (isHeardThere && energyReturned > silence) {
    return say('good', 'Sound was heard here, at the other end, and on its way back.');
  }
  if (isHeardHere === true || isHeardThere) {
    return say(
      'bad',
      isHeardThere
        ? 'Sound reached the other end, but only silence came back.'
        : 'Sound was heard here, but only silence arrived at the other end.',
      'Test again. If it stays so, try another browser.',
    );
  }
  return say(
    'note',
    'It is on and not muted, but there was only silence.',
    'Test again and say something. If it stays so, choose another microphone, or turn its level up.',
  );
}
