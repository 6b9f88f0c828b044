import { expect, test } from 'vitest';
import { parseCallParameters } from './call-parameters.ts';

function parse(query: string) {
  return parseCallParameters(new URLSearchParams(query));
}

const kind = { sendCodec: null, receiveCodec: null, maxSendKbps: null, maxReceiveKbps: null };
const nothing = {
  audio: kind,
  video: kind,
  opus: { fec: null, dtx: null, stereo: null, maxPlaybackRateHz: null },
  initialVideoKbps: null,
  isVideoFecOff: false,
};

test('without a query, and from one with other things in it, nothing is asked', () => {
  expect(parse('')).toEqual(nothing);
  expect(parse('hd=true&x=1&it=relay&ASC=opus&asbr2=3')).toEqual(nothing);
});

test.each([
  ['asc=opus/48000', 'audio', { sendCodec: { name: 'opus', clockRateHz: 48_000 } }],
  ['arc=ISAC/16000', 'audio', { receiveCodec: { name: 'isac', clockRateHz: 16_000 } }],
  ['arc=opus/48000/2', 'audio', { receiveCodec: { name: 'opus', clockRateHz: 48_000 } }],
  ['vsc=VP9', 'video', { sendCodec: { name: 'vp9', clockRateHz: null } }],
  ['vrc=H264/90000', 'video', { receiveCodec: { name: 'h264', clockRateHz: 90_000 } }],
  ['asbr=16', 'audio', { maxSendKbps: 16 }],
  ['arbr=48000', 'audio', { maxReceiveKbps: 48_000 }],
  ['vsbr=1000', 'video', { maxSendKbps: 1_000 }],
  ['vrbr=1000000', 'video', { maxReceiveKbps: 1_000_000 }],
] as const)('%s', (query, which, expected) => {
  expect(parse(query)).toEqual({ ...nothing, [which]: { ...kind, ...expected } });
});

test.each([
  ['opusfec=false', { fec: false }],
  ['opusfec=TRUE', { fec: true }],
  ['opusdtx=true', { dtx: true }],
  ['stereo=true', { stereo: true }],
  ['stereo=false', { stereo: false }],
  ['opusmaxpbr=8000', { maxPlaybackRateHz: 8_000 }],
] as const)('%s', (query, expected) => {
  expect(parse(query)).toEqual({ ...nothing, opus: { ...nothing.opus, ...expected } });
});

test('vsibr starts the video, never above vsbr', () => {
  expect(parse('vsibr=800').initialVideoKbps).toBe(800);
  expect(parse('vsibr=800&vsbr=500').initialVideoKbps).toBe(500);
  expect(parse('vsibr=800&vsbr=x').initialVideoKbps).toBe(800);
});

test('videofec=false, and only that, takes redundancy out', () => {
  expect(parse('videofec=false').isVideoFecOff).toBe(true);
  expect(parse('videofec=true').isVideoFecOff).toBe(false);
  expect(parse('videofec=0').isVideoFecOff).toBe(false);
});

test.each([
  'asbr=0',
  'asbr=-1',
  'asbr=1.5',
  'asbr=1e3',
  'vsbr=1000001',
  `vrbr=${'9'.repeat(400)}`,
  'vsibr=',
  'asc=',
  'asc=a b',
  'vsc=VP8%0D%0Aa=x',
  `vsc=${'V'.repeat(33)}`,
  'arc=opus/48000000',
  'opusmaxpbr=7999',
  'opusmaxpbr=48001',
  'stereo=1',
  'opusfec=yes',
  'opusdtx=',
])('%s counts as absent', (query) => {
  expect(parse(query)).toEqual(nothing);
});

test('of a repeated parameter the first counts', () => {
  expect(parse('asbr=16&asbr=32').audio.maxSendKbps).toBe(16);
});
