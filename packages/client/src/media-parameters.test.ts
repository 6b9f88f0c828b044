import { expect, test } from 'vitest';
import { mediaRequestOf } from './media-parameters.ts';

function request(query: string) {
  return mediaRequestOf(new URLSearchParams(query));
}

test.each(['', 'audio=true&video=TRUE', 'audio=&video=', 'hd=false', 'hd='])(
  '"%s" asks for both, as they come',
  (query) => {
    expect(request(query)).toEqual({ audio: true, video: true });
  },
);

test('false asks for nothing of that kind', () => {
  expect(request('audio=false')).toEqual({ audio: false, video: true });
  expect(request('video=False')).toEqual({ audio: true, video: false });
});

test('[PR8] hd=true needs 1280×720, and wins over video', () => {
  const hd = { width: { min: 1280 }, height: { min: 720 } };
  expect(request('hd=true').video).toEqual(hd);
  expect(request('hd=True&video=false').video).toEqual(hd);
});

test.each([
  ['minWidth=640', { width: { min: 640 } }],
  ['mandatory:minWidth=640,mandatory:maxWidth=1280', { width: { min: 640, max: 1280 } }],
  ['optional:minWidth=640,optional:maxWidth=1280', { width: { ideal: 640 } }],
  ['width=640,optional:height=480', { width: { exact: 640 }, height: { ideal: 480 } }],
  ['minWidth=320,optional:minWidth=640', { width: { min: 320, ideal: 640 } }],
  ['maxFrameRate=15', { frameRate: { max: 15 } }],
  ['frameRate=29.97', { frameRate: { exact: 29.97 } }],
  ['minAspectRatio=1.333', { aspectRatio: { min: 1.333 } }],
  ['facingMode=user', { facingMode: { exact: 'user' } }],
  ['optional:sourceId=abc', { deviceId: { ideal: 'abc' } }],
] as const)('[PR7] video=%s', (text, expected) => {
  expect(request(`video=${encodeURIComponent(text)}`).video).toEqual(expected);
});

test.each([
  ['googEchoCancellation=false', { echoCancellation: { ideal: false } }],
  ['mandatory:googEchoCancellation=false', { echoCancellation: { exact: false } }],
  [
    'googAutoGainControl=true,googNoiseReduction=true',
    { autoGainControl: { ideal: true }, noiseSuppression: { ideal: true } },
  ],
  ['echoCancellation=true', { echoCancellation: { exact: true } }],
  ['optional:channelCount=2', { channelCount: { ideal: 2 } }],
] as const)('[PR7] audio=%s', (text, expected) => {
  expect(request(`audio=${encodeURIComponent(text)}`).audio).toEqual(expected);
});

test.each([
  'googLeakyBucket=true',
  'minWidth=wide',
  'minWidth=-1',
  'minWidth=1e9',
  'minWidth=99999999',
  'a:b:minWidth=1',
  'strict:minWidth=1',
  'minWidth',
  'minWidth=1=2',
  '__proto__=1',
  'constructor=1',
  'channelCount=2',
  'echoCancellation=true',
  'facingMode=',
  ',,,',
])('video=%s says nothing that a browser understands', (text) => {
  expect(request(`video=${encodeURIComponent(text)}`)).toEqual({ audio: true, video: true });
});

test('what is understood stays beside what is not', () => {
  expect(request('video=junk,minWidth=640,googNoise=1').video).toEqual({ width: { min: 640 } });
});

test('a list without an end is cut', () => {
  const long = `${'x=1,'.repeat(40)}minWidth=640`;
  expect(request(`video=${long}`).video).toBe(true);
});
