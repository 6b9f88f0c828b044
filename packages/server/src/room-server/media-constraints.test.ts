import { describe, expect, it } from 'vitest';
import { type MediaQuery, mediaConstraints, mediaWarnings } from './media-constraints.ts';

const desktopChrome =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/120.0.0.0 Safari/537.36';
const androidChrome =
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/120.0.0.0 Mobile';
const empty: MediaQuery = { audio: '', video: '', hd: '', firefoxFakeDevice: '', userAgent: '' };

function constraints(query: Partial<MediaQuery>) {
  return mediaConstraints({ ...empty, ...query });
}

describe('media constraints', () => {
  it.each([
    ['', true],
    ['true', true],
    ['True', true],
    ['false', false],
    ['FALSE', false],
    ['minWidth=640', { mandatory: { minWidth: '640' }, optional: [] }],
    ['googNoiseReduction=true', { mandatory: {}, optional: [{ googNoiseReduction: 'true' }] }],
    [
      'mandatory:googNoiseReduction=true',
      { mandatory: { googNoiseReduction: 'true' }, optional: [] },
    ],
    ['optional:minWidth=640', { mandatory: {}, optional: [{ minWidth: '640' }] }],
    ['other:minWidth=640', { mandatory: {}, optional: [{ minWidth: '640' }] }],
    [
      'a=1,optional:b=2,optional:c=3,d=4',
      { mandatory: { a: '1', d: '4' }, optional: [{ b: '2' }, { c: '3' }] },
    ],
    ['a=1,a=2', { mandatory: { a: '2' }, optional: [] }],
    ['a=', { mandatory: { a: '' }, optional: [] }],
    ['a', { mandatory: {}, optional: [] }],
    ['a=1=2,b=3', { mandatory: { b: '3' }, optional: [] }],
    ['x:y:a=1', { mandatory: { a: '1' }, optional: [] }],
    [',', { mandatory: {}, optional: [] }],
  ])('[PR7] %j', (text, expected) => {
    expect(constraints({ audio: text }).audio).toEqual(expected);
    expect(constraints({ video: text }).video).toEqual(expected);
  });

  it('[PR7] a key that objects treat specially is a key like any other', () => {
    const { audio } = constraints({ audio: '__proto__=1,optional:__proto__=2' });
    expect(JSON.stringify(audio)).toBe(
      '{"mandatory":{"__proto__":"1"},"optional":[{"__proto__":"2"}]}',
    );
  });

  const optionalHd = { mandatory: {}, optional: [{ minWidth: '1280' }, { minHeight: '720' }] };
  const mandatoryHd = { mandatory: { minWidth: '1280', minHeight: '720' }, optional: [] };
  it.each([
    ['[PR6] a desktop Chrome', { userAgent: desktopChrome }, optionalHd],
    ['[PR6] Chrome on Android', { userAgent: androidChrome }, true],
    ['[PR6] another agent', { userAgent: 'curl/8' }, true],
    ['[PR6] a desktop Chrome with hd=false', { userAgent: desktopChrome, hd: 'false' }, true],
    ['[PR6] a desktop Chrome with video', { userAgent: desktopChrome, video: 'false' }, false],
    ['[PR8] hd=true', { hd: 'true' }, mandatoryHd],
    ['[PR8] hd=TRUE beside a video', { hd: 'TRUE', video: 'false' }, mandatoryHd],
  ])('%s', (_name, query, video) => {
    expect(constraints(query)).toEqual({ audio: true, video });
  });

  it('[PR9] firefox_fake_device asks for a fake', () => {
    expect(constraints({ firefoxFakeDevice: '1' })).toEqual({
      audio: true,
      video: true,
      fake: true,
    });
    expect(constraints({})).not.toHaveProperty('fake');
  });
});

describe('warnings about media', () => {
  it.each([
    [
      '[PR8] hd beside video',
      { hd: 'true', video: 'minWidth=1' },
      '',
      '',
      ['"hd" parameter has overridden video=minWidth=1'],
    ],
    ['[PR8] hd alone', { hd: 'true' }, '', '', []],
    ['[PR8] video alone', { video: 'true' }, '', '', []],
    ['[PR9] minre', {}, '480', '', ['no longer supported']],
    ['[PR9] maxre', {}, '', '720', ['no longer supported']],
    [
      '[PR8] [PR9] all',
      { hd: 'true', video: 'x' },
      '1',
      '2',
      ['overridden', 'no longer supported'],
    ],
  ])('%s', (_name, query, minre, maxre, expected) => {
    const warnings = mediaWarnings({ ...empty, ...query }, minre, maxre);
    expect(warnings).toEqual(expected.map((words) => expect.stringContaining(words)));
  });
});
