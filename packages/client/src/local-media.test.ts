import { FakeMediaStream, FakeTrack } from '@apprtc/testkit';
import { describe, expect, test } from 'vitest';
import { getLocalMedia, type MediaEnvironment } from './local-media.ts';

type Verdict = 'ok' | DOMException;

/** Devices of which each kind has a verdict; asking for both fails with the first that fails. */
function devices(audio: Verdict, video: Verdict) {
  const asked: string[] = [];
  const environment: MediaEnvironment = {
    isSecureContext: true,
    mediaDevices: {
      async getUserMedia(constraints: MediaStreamConstraints = {}) {
        const kinds = (['audio', 'video'] as const).filter((kind) => constraints[kind]);
        asked.push(kinds.join('+'));
        for (const kind of kinds) {
          const verdict = kind === 'audio' ? audio : video;
          if (verdict !== 'ok') throw verdict;
        }
        return new FakeMediaStream(kinds.map((kind) => new FakeTrack(kind))).asMediaStream();
      },
    },
  };
  return { asked, environment };
}

const both = { audio: true, video: true };

test('camera and microphone come with one question', async () => {
  const { asked, environment } = devices('ok', 'ok');
  const media = await getLocalMedia(both, environment);
  expect(media.stream?.getTracks().map(({ kind }) => kind)).toEqual(['audio', 'video']);
  expect(asked).toEqual(['audio+video']);
});

test('without a camera there is the microphone, and the reason', async () => {
  const { asked, environment } = devices('ok', new DOMException('', 'NotFoundError'));
  const media = await getLocalMedia(both, environment);
  expect(media.stream?.getTracks().map(({ kind }) => kind)).toEqual(['audio']);
  expect([media.audioProblem, media.videoProblem]).toEqual([null, 'no-device']);
  expect(asked).toEqual(['audio+video', 'audio', 'video']);
});

test('a busy camera is told from a forbidden one', async () => {
  const busy = devices('ok', new DOMException('', 'NotReadableError'));
  expect((await getLocalMedia(both, busy.environment)).videoProblem).toBe('in-use');
  const denied = devices('ok', new DOMException('Permission denied', 'NotAllowedError'));
  expect((await getLocalMedia(both, denied.environment)).videoProblem).toBe('denied');
});

describe('who has said no', () => {
  const no = new DOMException('Permission denied', 'NotAllowedError');
  const told = (states: Readonly<Record<string, PermissionState>>) => ({
    query: async ({ name }: PermissionDescriptor) => {
      const state = states[name];
      if (state === undefined) throw new TypeError('No such permission');
      return { state } as PermissionStatus;
    },
  });

  test('is not asked again', async () => {
    for (const state of ['denied', 'prompt'] as const) {
      const { asked, environment } = devices(no, no);
      const permissions = told({ microphone: state, camera: state });
      const media = await getLocalMedia(both, { ...environment, permissions });
      expect(media).toEqual({ stream: null, audioProblem: 'denied', videoProblem: 'denied' });
      expect(asked).toEqual(['audio+video']);
    }
  });

  test('to the camera alone keeps the microphone', async () => {
    const { asked, environment } = devices('ok', no);
    const permissions = told({ microphone: 'granted', camera: 'denied' });
    const media = await getLocalMedia(both, { ...environment, permissions });
    expect([media.audioProblem, media.videoProblem]).toEqual([null, 'denied']);
    expect(asked).toEqual(['audio+video', 'audio']);
  });

  test('is asked for each kind where the browser does not tell', async () => {
    const { asked, environment } = devices('ok', no);
    const media = await getLocalMedia(both, { ...environment, permissions: told({}) });
    expect([media.audioProblem, media.videoProblem]).toEqual([null, 'denied']);
    expect(asked).toEqual(['audio+video', 'audio', 'video']);
  });
});

test('who dismissed the question is not asked again', async () => {
  const no = new DOMException('Permission dismissed', 'NotAllowedError');
  const { asked, environment } = devices(no, no);
  const media = await getLocalMedia(both, environment);
  expect(media).toEqual({ stream: null, audioProblem: 'dismissed', videoProblem: 'dismissed' });
  expect(asked).toHaveLength(1);
});

test('what was not wanted has no problem', async () => {
  const { environment } = devices(new DOMException('', 'NotFoundError'), 'ok');
  const media = await getLocalMedia({ audio: true, video: false }, environment);
  expect(media).toEqual({ stream: null, audioProblem: 'no-device', videoProblem: null });
});

test('an insecure page is told so', async () => {
  const environment = { isSecureContext: false, mediaDevices: undefined };
  expect((await getLocalMedia(both, environment)).audioProblem).toBe('insecure');
});
