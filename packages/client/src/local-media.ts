/**
 * Why there is no camera or microphone.
 * - `denied`: the person or a policy said no
 * - `dismissed`: the question was closed unanswered; asking again is possible
 * - `in-use`: another program holds the device
 * - `no-device`: there is none that fits
 * - `insecure`: the page is not served over HTTPS (or localhost)
 * - `unsupported`: this environment can't ask for devices
 */
export type MediaProblem =
  | 'denied'
  | 'dismissed'
  | 'in-use'
  | 'no-device'
  | 'insecure'
  | 'unsupported';

export interface LocalMediaRequest {
  readonly audio: boolean | MediaTrackConstraints;
  readonly video: boolean | MediaTrackConstraints;
}

export interface LocalMedia {
  /** Null when there is neither. The caller owns it and stops its tracks. */
  readonly stream: MediaStream | null;
  /** Null when there is audio, or none was wanted. */
  readonly audioProblem: MediaProblem | null;
  readonly videoProblem: MediaProblem | null;
}

/** What is taken from the page. */
export interface MediaEnvironment {
  readonly isSecureContext: boolean;
  readonly mediaDevices: Pick<MediaDevices, 'getUserMedia'> | undefined;
}

function pageEnvironment(): MediaEnvironment {
  return {
    isSecureContext: globalThis.isSecureContext === true,
    // Missing in insecure contexts and in Node, whatever the type says.
    mediaDevices: (globalThis.navigator as Partial<Navigator> | undefined)?.mediaDevices,
  };
}

/** The names are those of W3C mediacapture-streams section 10.2, `getUserMedia`. */
function problemOf(error: unknown): MediaProblem {
  const { name, message } = error instanceof Error ? error : new Error();
  switch (name) {
    case 'NotAllowedError':
      // Only Chromium tells the two apart, and only in its text.
      return /dismissed/i.test(message) ? 'dismissed' : 'denied';
    case 'SecurityError':
      return 'denied';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'no-device';
    case 'NotReadableError':
    case 'AbortError':
      return 'in-use';
    default:
      return 'unsupported';
  }
}

type Attempt =
  | { readonly stream: MediaStream; readonly problem: null }
  | { readonly stream: null; readonly problem: MediaProblem };

async function attempt(
  devices: Pick<MediaDevices, 'getUserMedia'>,
  constraints: MediaStreamConstraints,
): Promise<Attempt> {
  try {
    return { stream: await devices.getUserMedia(constraints), problem: null };
  } catch (error) {
    return { stream: null, problem: problemOf(error) };
  }
}

function withoutAny(request: LocalMediaRequest, problem: MediaProblem): LocalMedia {
  return {
    stream: null,
    audioProblem: request.audio === false ? null : problem,
    videoProblem: request.video === false ? null : problem,
  };
}

/** Each kind by itself: the camera may be missing or taken while the microphone is fine. */
async function eachAlone(
  devices: Pick<MediaDevices, 'getUserMedia'>,
  request: LocalMediaRequest,
): Promise<LocalMedia> {
  const audio = await attempt(devices, { audio: request.audio });
  const video = await attempt(devices, { video: request.video });
  const stream = audio.stream ?? video.stream;
  if (audio.stream !== null && video.stream !== null) {
    for (const track of video.stream.getTracks()) audio.stream.addTrack(track);
  }
  return { stream, audioProblem: audio.problem, videoProblem: video.problem };
}

/** Asks for camera and microphone, and settles for what exists and is allowed. Never rejects. */
export async function getLocalMedia(
  request: LocalMediaRequest,
  environment: MediaEnvironment = pageEnvironment(),
): Promise<LocalMedia> {
  const { isSecureContext, mediaDevices } = environment;
  if (mediaDevices === undefined) {
    return withoutAny(request, isSecureContext ? 'unsupported' : 'insecure');
  }
  if (request.audio === false && request.video === false) return withoutAny(request, 'unsupported');
  const all = await attempt(mediaDevices, { audio: request.audio, video: request.video });
  if (all.problem === null) return { stream: all.stream, audioProblem: null, videoProblem: null };
  const wantsBoth = request.audio !== false && request.video !== false;
  // Someone who has just closed the question is not asked twice more.
  if (!wantsBoth || all.problem === 'dismissed') return withoutAny(request, all.problem);
  return eachAlone(mediaDevices, request);
}
