import { describe, expect, test } from 'vitest';
import { chromiumOffer, oldAnswer } from './sdp.fixture.ts';
import { withOpusFormat, withReceiveLimit, withVideoStart } from './sdp-edits.ts';

/** Lines that only the one or only the other has, in their order. */
function difference(before: string, after: string) {
  const [old, now] = [before.split('\r\n'), after.split('\r\n')];
  return {
    gone: old.filter((line) => !now.includes(line)),
    come: now.filter((line) => !old.includes(line)),
  };
}

describe('the format of Opus', () => {
  test('gets a parameter, and keeps the others', () => {
    const after = withOpusFormat(chromiumOffer, { stereo: '1', usedtx: '1' });
    expect(difference(chromiumOffer, after)).toEqual({
      gone: ['a=fmtp:111 minptime=10;useinbandfec=1'],
      come: ['a=fmtp:111 minptime=10;useinbandfec=1;stereo=1;usedtx=1'],
    });
  });

  test('loses a parameter', () => {
    const after = withOpusFormat(chromiumOffer, { useinbandfec: null, stereo: null });
    expect(difference(chromiumOffer, after).come).toEqual(['a=fmtp:111 minptime=10']);
  });

  test('changes a parameter that is there', () => {
    const once = withOpusFormat(chromiumOffer, { maxplaybackrate: '8000' });
    const twice = withOpusFormat(once, { maxplaybackrate: '16000' });
    expect(difference(chromiumOffer, twice).come).toEqual([
      'a=fmtp:111 minptime=10;useinbandfec=1;maxplaybackrate=16000',
    ]);
  });

  test('is made where there is none, after its rtpmap', () => {
    const after = withOpusFormat(oldAnswer, { stereo: '1' });
    expect(after).toContain('a=rtpmap:96 OPUS/48000/2\r\na=fmtp:96 stereo=1\r\na=rtpmap:0');
    expect(difference(oldAnswer, after).gone).toEqual([]);
  });

  test('goes when it becomes empty, and is not made for nothing', () => {
    const once = withOpusFormat(oldAnswer, { stereo: '1' });
    expect(withOpusFormat(once, { stereo: null })).toBe(oldAnswer);
    expect(withOpusFormat(oldAnswer, { stereo: null })).toBe(oldAnswer);
  });

  test('leaves RED, which names Opus, and video alone', () => {
    const after = withOpusFormat(chromiumOffer, { stereo: '1' });
    expect(after).toContain('a=fmtp:63 111/111\r\n');
    expect(after.split('m=video')[1]).toBe(chromiumOffer.split('m=video')[1]);
  });
});

describe('the limit of what is received', () => {
  test('stands after c= of the right m-line', () => {
    const after = withReceiveLimit(chromiumOffer, 'video', 500);
    expect(difference(chromiumOffer, after)).toEqual({ gone: [], come: ['b=AS:500'] });
    expect(after).toMatch(/m=video [^\r]*\r\nc=IN IP4 0\.0\.0\.0\r\nb=AS:500\r\na=rtcp:/);
    expect(after.split('m=video')[0]).toBe(chromiumOffer.split('m=video')[0]);
  });

  test('replaces one that is there, and stands beside TIAS', () => {
    const after = withReceiveLimit(withReceiveLimit(oldAnswer, 'audio', 32), 'video', 500);
    expect(after.match(/^b=.*$/gm)).toEqual(['b=AS:32', 'b=AS:500', 'b=TIAS:500000']);
    expect(after).toContain('i=camera\r\nc=IN IP4 0.0.0.0\r\nb=AS:500\r\n');
  });
});

describe('the rate that video starts with', () => {
  test('goes to every codec that carries pictures, and to nothing else', () => {
    const after = withVideoStart(chromiumOffer, 800);
    const { gone, come } = difference(chromiumOffer, after);
    const codecs = [...chromiumOffer.matchAll(/^a=rtpmap:(\d+) (VP8|VP9|H264|AV1)\//gm)];
    expect(come).toHaveLength(codecs.length);
    expect(gone).toHaveLength(codecs.length - 1);
    expect(come).toContain('a=fmtp:96 x-google-start-bitrate=800');
    expect(come).toContain('a=fmtp:98 profile-id=0;x-google-start-bitrate=800');
    expect(come.filter((line) => line.includes('apt='))).toEqual([]);
  });

  test('in an answer with one codec', () => {
    expect(difference(oldAnswer, withVideoStart(oldAnswer, 300)).come).toEqual([
      'a=fmtp:100 x-google-start-bitrate=300',
    ]);
  });
});

test('lines that end without a carriage return keep their ends', () => {
  const bare = oldAnswer.replaceAll('\r\n', '\n');
  const edit = (sdp: string) => withReceiveLimit(withVideoStart(sdp, 300), 'audio', 20);
  expect(edit(bare)).toBe(edit(oldAnswer).replaceAll('\r\n', '\n'));
});

test.each(['', 'not SDP', 'v=0\r\n', 'm=audio', 'm=audio \r\n', 'm=video 9 x 96\r\n'])(
  'what is hardly a description (%j) is no trouble',
  (sdp) => {
    expect(withOpusFormat(sdp, { stereo: '1' })).toBe(sdp);
    expect(withVideoStart(sdp, 300)).toBe(sdp);
    expect(withReceiveLimit(sdp, 'audio', 20).startsWith(sdp.trimEnd())).toBe(true);
  },
);
