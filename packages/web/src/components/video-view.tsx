import { useEffect, useState } from 'preact/hooks';

interface VideoViewProps {
  readonly id: string;
  readonly label: string;
  readonly stream: MediaStream | null;
  readonly isActive: boolean;
  readonly isMirrored?: boolean;
}

/** Whether a picture is upright or lying, so that cropping never eats half of a person. */
function useShape(element: HTMLVideoElement | null): 'upright' | 'lying' | 'unknown' {
  const [shape, setShape] = useState<'upright' | 'lying' | 'unknown'>('unknown');
  useEffect(() => {
    if (element === null) return;
    const measure = () => {
      if (element.videoWidth === 0) setShape('unknown');
      else setShape(element.videoWidth >= element.videoHeight ? 'lying' : 'upright');
    };
    element.addEventListener('resize', measure);
    element.addEventListener('loadedmetadata', measure);
    return () => {
      element.removeEventListener('resize', measure);
      element.removeEventListener('loadedmetadata', measure);
    };
  }, [element]);
  return shape;
}

/** The person's own picture: silent always. */
export function VideoView({ id, label, stream, isActive, isMirrored = false }: VideoViewProps) {
  const [element, setElement] = useState<HTMLVideoElement | null>(null);
  const shape = useShape(element);
  useEffect(() => {
    if (element !== null) element.srcObject = stream;
  }, [element, stream]);
  const classes = [
    'video',
    `is-${shape}`,
    isActive ? 'active' : '',
    isMirrored ? 'is-mirrored' : '',
  ];
  return (
    <video
      id={id}
      ref={setElement}
      class={classes.filter(Boolean).join(' ')}
      aria-label={label}
      aria-hidden={!isActive}
      autoplay
      playsInline
      muted
    />
  );
}

interface RemoteVideoProps {
  readonly stream: MediaStream | null;
  readonly isActive: boolean;
  /** The browser plays no sound before the person has touched the page. */
  readonly onSoundBlocked: (unblock: (() => void) | null) => void;
}

/** Plays with sound, or where the browser forbids that, without. */
async function playAloud(video: HTMLVideoElement): Promise<boolean> {
  try {
    video.muted = false;
    await video.play();
    return true;
  } catch (error) {
    if (!(error instanceof DOMException) || error.name !== 'NotAllowedError') return true;
    video.muted = true;
    await video.play().catch(() => {});
    return false;
  }
}

/** The other one's picture and voice. */
export function RemoteVideo({ stream, isActive, onSoundBlocked }: RemoteVideoProps) {
  const [element, setElement] = useState<HTMLVideoElement | null>(null);
  const shape = useShape(element);
  useEffect(() => {
    if (element === null) return;
    element.srcObject = stream;
    if (stream === null) return;
    void playAloud(element).then((isLoud) => {
      if (element.srcObject !== stream) return;
      onSoundBlocked(isLoud ? null : () => void playAloud(element));
    });
  }, [element, stream, onSoundBlocked]);
  return (
    // biome-ignore lint/a11y/useMediaCaption: a live call has no captions to offer
    <video
      id="remote-video"
      ref={setElement}
      class={`video is-${shape}${isActive ? ' active' : ''}`}
      aria-label="Their picture"
      aria-hidden={!isActive}
      autoplay
      playsInline
    />
  );
}
