import { useEffect, useRef, useState } from 'preact/hooks';
import { Brand } from '../components/brand.tsx';
import { CameraIcon, SoundIcon } from '../components/icons.tsx';
import { VideoView } from '../components/video-view.tsx';
import type { SelfTestStep } from './run-self-test.ts';

interface RunningTestProps {
  readonly step: SelfTestStep;
  /** How much is done, 0 to 1. */
  readonly share: number;
  readonly own: MediaStream | null;
  readonly returned: MediaStream | null;
  readonly onSkipDevices: () => void;
}

const words: Readonly<Record<SelfTestStep, string>> = {
  devices: 'If the browser asks, allow camera and microphone.',
  joining: 'Asking the server for a room.',
  connecting: 'Calling yourself.',
  measuring: 'You are connected with yourself. Please say something.',
};

/** Silent at first: through loudspeakers one's own voice, a little late, only confuses. */
function useOwnVoice(returned: MediaStream | null) {
  const [isHeard, setHeard] = useState(false);
  useEffect(() => {
    const video = document.querySelector<HTMLVideoElement>('#remote-video');
    if (video !== null && returned !== null) video.muted = !isHeard;
  }, [isHeard, returned]);
  return { isHeard, toggle: () => setHeard((wasHeard) => !wasHeard) };
}

type PicturesProps = Pick<RunningTestProps, 'own' | 'returned'>;

function Pictures({ own, returned }: PicturesProps) {
  const isReturned = returned !== null;
  return (
    <div class="preview self-test-pictures">
      <p class="preview-words">
        <CameraIcon isOn={own !== null} />
        {isReturned ? 'No picture came back' : 'Your picture appears here once it is back'}
      </p>
      <VideoView
        id="remote-video"
        label="Your picture as it came back"
        stream={returned}
        isActive={isReturned && returned.getVideoTracks().length > 0 && own !== null}
        isMirrored
      />
      <VideoView
        id="mini-video"
        label="Your picture as it goes out"
        stream={own}
        isActive={own !== null && own.getVideoTracks().length > 0}
        isMirrored
      />
    </div>
  );
}

export function RunningTest(props: RunningTestProps) {
  const { step, share, own, returned, onSkipDevices } = props;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const voice = useOwnVoice(returned);
  return (
    <div class="page">
      <header class="page-head">
        <Brand />
      </header>
      <main class="confirm">
        <Pictures own={own} returned={returned} />
        <div class="confirm-words">
          <h1 ref={heading} tabIndex={-1}>
            Testing
          </h1>
          <p id="status-div" class="lead" role="status">
            {words[step]}
          </p>
          <progress aria-label="Test" value={step === 'measuring' ? share : 0} />
          <div class="row">
            {step === 'devices' ? (
              <button type="button" class="button is-large" onClick={onSkipDevices}>
                Test without
              </button>
            ) : null}
            {returned !== null ? (
              <button
                type="button"
                class="button is-large"
                aria-pressed={voice.isHeard}
                onClick={voice.toggle}
              >
                <SoundIcon />
                {voice.isHeard ? 'Silence' : 'Hear yourself'}
              </button>
            ) : null}
            <a id="hangup" class="button is-large" href="/">
              Stop
            </a>
          </div>
        </div>
      </main>
    </div>
  );
}
