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
  /** What the person has decided so far. Some browsers don't tell. */
  readonly permissions?: Pick<Permissions, 'query'> | undefined;
}

function pageEnvironment(): MediaEnvironment {
  // Either is missing in insecure contexts and in Node, whatever the type says.
  const navigator = globalThis.navigator as Partial<Navigator> | undefined;
  return {
    isSecureContext: globalThis.isSecureContext === true,
    mediaDevices: navigator?.mediaDevices,
    permissions: navigator?.permissions,
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

/** Whether asking for this kind alone may go well, without a question to somebody who has just said no. */
async function isWorthAsking(
  name: 'microphone' | 'camera',
  problem: MediaProblem,
  permissions: MediaEnvironment['permissions'],
): Promise<boolean> {
  if (problem !== 'denied' || permissions === undefined) return true;
  try {
    return (await permissions.query({ name })).state === 'granted';
  } catch {
    // This browser knows no such permission.
    return true;
  }
}

/** Each kind by itself: the camera may be missing, taken or forbidden while the microphone is fine. */
async function eachAlone(
  devices: Pick<MediaDevices, 'getUserMedia'>,
  request: LocalMediaRequest,
  problem: MediaProblem,
  permissions: MediaEnvironment['permissions'],
): Promise<LocalMedia> {
  const refused: Attempt = { stream: null, problem };
  const [asksAudio, asksVideo] = await Promise.all([
    isWorthAsking('microphone', problem, permissions),
    isWorthAsking('camera', problem, permissions),
  ]);
  const audio = asksAudio ? await attempt(devices, { audio: request.audio }) : refused;
  const video = asksVideo ? await attempt(devices, { video: request.video }) : refused;
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
  const { isSecureContext, mediaDevices, permissions } = environment;
  if (mediaDevices === undefined) {
    return withoutAny(request, isSecureContext ? 'unsupported' : 'insecure');
  }
  if (request.audio === false && request.video === false) return withoutAny(request, 'unsupported');
  const all = await attempt(mediaDevices, { audio: request.audio, video: request.video });
  if (all.problem === null) return { stream: all.stream, audioProblem: null, videoProblem: null };
  const wantsBoth = request.audio !== false && request.video !== false;
  // Someone who has just closed the question is not asked twice more.
  if (!wantsBoth || all.problem === 'dismissed') return withoutAny(request, all.problem);
  return eachAlone(mediaDevices, request, all.problem, permissions);
}
