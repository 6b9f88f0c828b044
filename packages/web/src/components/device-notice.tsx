import type { MediaProblem } from '@apprtc/client';
import { useState } from 'preact/hooks';
import type { Device } from '../app/local-media.ts';
import { CloseIcon } from './icons.tsx';

function problemOf(device: Device): MediaProblem | null {
  return device.name === 'failed' ? device.problem : null;
}

const whatHappened: Readonly<Record<MediaProblem, (thing: string) => string>> = {
  denied: (thing) => `The browser may not use your ${thing}.`,
  dismissed: (thing) => `The browser’s question about your ${thing} was closed.`,
  'in-use': (thing) => `Your ${thing} is busy in another program.`,
  'no-device': (thing) => `No ${thing} was found.`,
  insecure: (thing) => `This address is not secure, so there is no ${thing}.`,
  unsupported: (thing) => `Your ${thing} did not start.`,
};

const howToMend: Readonly<Record<MediaProblem, string>> = {
  denied: 'Allow it with the icon beside the address, then press its button again.',
  dismissed: 'Press its button to be asked again.',
  'in-use': 'Close that program, then press its button again.',
  'no-device': 'Plug one in, then press its button again.',
  insecure: 'Open the page with https:// in front.',
  unsupported: 'Press its button to try again.',
};

interface Trouble {
  readonly what: string;
  readonly mend: string;
}

function troubles(mic: MediaProblem | null, camera: MediaProblem | null): readonly Trouble[] {
  if (mic !== null && mic === camera) {
    const mend = howToMend[mic].replace(' it ', ' them ').replace('its button', 'the buttons');
    return [{ what: whatHappened[mic]('microphone or camera'), mend }];
  }
  const each = [
    { problem: mic, thing: 'microphone' },
    { problem: camera, thing: 'camera' },
  ];
  return each.flatMap(({ problem, thing }) =>
    problem === null ? [] : [{ what: whatHappened[problem](thing), mend: howToMend[problem] }],
  );
}

function consequence(mic: MediaProblem | null, camera: MediaProblem | null): string {
  if (mic !== null && camera !== null) return 'You will still see and hear the other person.';
  return mic === null ? 'You can be heard, but not seen.' : 'You can be seen, but not heard.';
}

interface DeviceNoticeProps {
  readonly mic: Device;
  readonly camera: Device;
  /** Over a picture it can be put away; another problem brings it back. */
  readonly isClosable?: boolean;
}

/** Says what is missing of the own microphone and camera, and how to mend it. */
export function DeviceNotice({ isClosable = false, ...devices }: DeviceNoticeProps) {
  const mic = problemOf(devices.mic);
  const camera = problemOf(devices.camera);
  const key = `${mic} ${camera}`;
  const [closedKey, close] = useState<string | null>(null);
  if ((mic === null && camera === null) || closedKey === key) return null;
  return (
    <div class={`notice is-alert${isClosable ? ' is-closable' : ''}`} role="status">
      <div class="notice-words">
        {troubles(mic, camera).map(({ what, mend }) => (
          <p key={what}>
            <strong>{what}</strong>
            {mend}
          </p>
        ))}
        <p class="quiet">{consequence(mic, camera)}</p>
      </div>
      {isClosable ? (
        <button
          type="button"
          class="close-button"
          aria-label="Close this notice"
          onClick={() => close(key)}
        >
          <CloseIcon />
        </button>
      ) : null}
    </div>
  );
}
