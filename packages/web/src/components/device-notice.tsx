import type { MediaProblem } from '@apprtc/client';
import type { Device } from '../app/local-media.ts';


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

function words(mic: MediaProblem | null, camera: MediaProblem | null): readonly string[] {
  if (mic !== null && mic === camera) {
    const mend = howToMend[mic].replace(' it ', ' them ').replaceAll('its button', 'the buttons');
    return [`${whatHappened[mic]('microphone and camera')} ${mend}`];
  }
  const lines: string[] = [];
  if (mic !== null) lines.push(`${whatHappened[mic]('microphone')} ${howToMend[mic]}`);
  if (camera !== null) lines.push(`${whatHappened[camera]('camera')} ${howToMend[camera]}`);
  return lines;
}

function consequence(mic: MediaProblem | null, camera: MediaProblem | null): string {
  if (mic !== null && camera !== null) return 'You can join all the same, to see and hear.';
  return mic === null
    ? 'You can be heard, but not seen.'
    : 'You can be seen, but not heard.';
}

/** Says what is missing of the own microphone and camera, and how to mend it. */
export function DeviceNotice(props: { readonly mic: Device; readonly camera: Device }) {
  const mic = problemOf(props.mic);
  const camera = problemOf(props.camera);
  if (mic === null && camera === null) return null;
  return (
    <div class="notice is-alert" role="status">
      {words(mic, camera).map((line) => (
        <p key={line}>{line}</p>
      ))}
      <p class="quiet">{consequence(mic, camera)}</p>
    </div>
  );
}
