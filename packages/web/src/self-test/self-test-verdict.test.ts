import { describe, expect, it } from 'vitest';
import {
  type SelfTestMeasurements,
  type SelfTestSubject,
  selfTestVerdict,
  worstOutcome,
} from './self-test-verdict.ts';

const good: SelfTestMeasurements = {
  entry: 'joined',
  camera: {
    wish: 'on',
    framesCaptured: 150,
    framesReturned: 148,
    isMoving: true,
    isBlack: false,
    size: '640 × 480',
  },
  microphone: {
    wish: 'on',
    isMuted: false,
    energyCaptured: 0.01,
    energyAtFarEnd: 0.01,
    energyReturned: 0.01,
    packetsReturned: 250,
  },
  signaling: { wasOpen: true, wasLost: false, roundTripMs: 12.4 },
  media: {
    isConnected: true,
    isRelayOnly: false,
    localCandidateType: 'host',
    remoteCandidateType: 'srflx',
    roundTripMs: 3.2,
    packetsReceived: 1_000,
    packetsLost: 0,
  },
  relay: 'connected',
};

type Change = { readonly [Part in keyof SelfTestMeasurements]?: unknown };

/** The good case with parts of it changed. */
function changed(change: Change): SelfTestMeasurements {
  const parts = Object.entries(change).map(([name, value]) => {
    const before = good[name as keyof SelfTestMeasurements];
    return [name, typeof before === 'object' ? { ...before, ...Object(value) } : value];
  });
  return { ...good, ...Object.fromEntries(parts) };
}

function line(subject: SelfTestSubject, change: Change) {
  const found = selfTestVerdict(changed(change)).find((one) => one.subject === subject);
  if (found === undefined) throw new Error(`No line about ${subject}`);
  return found;
}

const silent = { energyCaptured: 0, energyAtFarEnd: 0, energyReturned: 0 };
const noMedia = { isConnected: false, packetsReceived: 0, roundTripMs: null };
const noServer: Change = {
  entry: 'unreachable',
  signaling: { wasOpen: false, roundTripMs: null },
  media: noMedia,
  relay: 'unknown',
};

describe('selfTestVerdict', () => {
  it('says of each thing what was tried and what was seen, and asks nothing where all is well', () => {
    const lines = selfTestVerdict(good);
    expect(lines.map(({ subject, outcome, seen }) => [subject, outcome, seen])).toEqual([
      ['camera', 'good', '150 pictures taken, 148 came back, 640 × 480.'],
      ['microphone', 'good', 'Sound was heard here, at the other end, and on its way back.'],
      ['signaling', 'good', 'A message took 12 ms.'],
      ['direct path', 'good', 'Connected, host to srflx.'],
      ['relay path', 'good', 'Connected through the relay.'],
      ['round trip', 'good', '3 ms.'],
      ['loss', 'good', '0 of 1000 packets lost, 0.0 %.'],
    ]);
    expect(lines.every(({ advice }) => advice === '')).toBe(true);
    expect(lines.every(({ tried }) => /^[A-Z].*\.$/.test(tried))).toBe(true);
    expect(worstOutcome(lines)).toBe('good');
  });

  it.each<[SelfTestSubject, Change, string, RegExp]>([
    ['camera', { camera: { wish: 'unwanted' } }, 'skipped', /left out/],
    ['camera', { camera: { wish: 'denied' } }, 'bad', /may not use your camera/],
    ['camera', { camera: { wish: 'in-use' } }, 'bad', /busy/],
    ['camera', { camera: { framesCaptured: 0 } }, 'bad', /gives no pictures/],
    ['camera', { camera: { framesReturned: 0 } }, 'bad', /^150 pictures taken, none came back/],
    ['camera', { camera: { framesCaptured: null, framesReturned: 0 } }, 'bad', /^None came back/],
    ['camera', { camera: { framesCaptured: null, size: null } }, 'good', /^148 came back\.$/],
    ['camera', { camera: { framesCaptured: 1 } }, 'good', /^1 picture taken/],
    ['camera', { camera: { isMoving: false } }, 'bad', /stopped/],
    ['camera', { camera: { isBlack: true } }, 'note', /black/],
    ['camera', { camera: { isBlack: null } }, 'good', /148/],
    ['camera', { media: noMedia }, 'skipped', /no path/],
    ['microphone', { microphone: { wish: 'unwanted' } }, 'skipped', /left out/],
    ['microphone', { microphone: { wish: 'denied' } }, 'bad', /may not use your microphone/],
    ['microphone', { microphone: { wish: 'dismissed' } }, 'bad', /was closed/],
    ['microphone', { microphone: { wish: 'no-device' } }, 'bad', /No microphone was found/],
    ['microphone', { microphone: { wish: 'insecure' } }, 'bad', /not secure/],
    ['microphone', { microphone: { wish: 'unsupported' } }, 'bad', /did not start/],
    ['microphone', { microphone: { isMuted: true } }, 'bad', /muted by the system/],
    ['microphone', { microphone: silent }, 'note', /only silence/],
    ['microphone', { microphone: { ...silent, energyCaptured: null } }, 'note', /only silence/],
    ['microphone', { microphone: { ...silent, energyCaptured: 1 } }, 'bad', /silence arrived/],
    ['microphone', { microphone: { energyReturned: 0 } }, 'bad', /only silence came back/],
    ['microphone', { microphone: { packetsReturned: 0 } }, 'bad', /nothing of it came back/],
    ['microphone', { media: noMedia }, 'skipped', /^Sound was heard here, but/],
    ['microphone', { media: noMedia, microphone: silent }, 'skipped', /^It is on, but/],
    ['signaling', noServer, 'bad', /did not answer/],
    ['signaling', { signaling: { wasOpen: false } }, 'bad', /WebSocket does not open/],
    ['signaling', { signaling: { wasLost: true } }, 'bad', /took 12 ms\. Then the connection to/],
    [
      'signaling',
      { signaling: { wasLost: true, roundTripMs: null } },
      'bad',
      /^The connection to the server was lost/,
    ],
    ['signaling', { signaling: { roundTripMs: null } }, 'bad', /no message came back/],
    ['signaling', { signaling: { roundTripMs: 1_500 } }, 'note', /1500 ms/],
    ['direct path', noServer, 'skipped', /could not find each other/],
    ['direct path', { media: { isRelayOnly: true } }, 'skipped', /relays only/],
    ['direct path', { media: noMedia }, 'bad', /None was found/],
    ['direct path', { media: { remoteCandidateType: 'relay' } }, 'note', /host to relay/],
    ['direct path', { media: { localCandidateType: null } }, 'good', /unknown to srflx/],
    // Signaling may be lost once the two ends have met.
    ['direct path', { signaling: { roundTripMs: null, wasLost: true } }, 'good', /Connected/],
    ['relay path', { relay: 'not-configured' }, 'note', /^No relay is configured: /],
    [
      'relay path',
      { relay: 'not-configured', media: { ...noMedia, isRelayOnly: true } },
      'bad',
      /^No relay is configured: /,
    ],
    ['relay path', { relay: 'failed' }, 'bad', /no connection came through it/],
    ['relay path', noServer, 'skipped', /not known/],
    ['round trip', { media: noMedia }, 'skipped', /No media flowed/],
    ['round trip', { media: { roundTripMs: null } }, 'skipped', /did not say/],
    ['round trip', { media: { roundTripMs: 0.2 } }, 'good', /Less than 1 ms/],
    ['round trip', { media: { roundTripMs: 400 } }, 'note', /400 ms/],
    ['loss', { media: noMedia }, 'skipped', /No media flowed/],
    ['loss', { media: { packetsLost: -1 } }, 'good', /^0 of 1000/],
    ['loss', { media: { packetsLost: 30 } }, 'note', /30 of 1030 packets lost, 2\.9 %/],
    ['loss', { media: { packetsLost: 100 } }, 'bad', /9\.1 %/],
  ])('%s, %j: %s', (subject, change, outcome, words) => {
    const found = line(subject, change);
    expect(found.outcome).toBe(outcome);
    expect(found.seen).toMatch(words);
    // Whoever is told of a failure is told what to do; nobody else is.
    expect(found.advice !== '').toBe(outcome === 'bad' || outcome === 'note');
  });
});

describe('worstOutcome', () => {
  it.each<[Change, string]>([
    [{}, 'good'],
    [{ camera: { wish: 'unwanted' } }, 'good'],
    [{ relay: 'not-configured' }, 'note'],
    [{ relay: 'not-configured', camera: { wish: 'denied' } }, 'bad'],
    [noServer, 'bad'],
  ])('%j: %s', (change, worst) => {
    expect(worstOutcome(selfTestVerdict(changed(change)))).toBe(worst);
  });
});
