import type { Device } from '../app/local-media.ts';
import { CameraIcon, MicIcon } from './icons.tsx';
import { RoundButton } from './round-button.tsx';

interface DeviceButtonProps {
  readonly device: Device;
  readonly onPress: () => void;
}

function look(device: Device): 'plain' | 'off' | 'alert' {
  if (device.name === 'failed') return 'alert';
  return device.name === 'off' ? 'off' : 'plain';
}

function hint(device: Device, thing: string, on: string, off: string): string {
  if (device.name === 'failed') return `Try the ${thing} again`;
  return device.name === 'off' ? off : on;
}

/** Pressed means muted, as in the original's buttons. */
export function MicButton({ device, onPress }: DeviceButtonProps) {
  const isSending = device.name === 'on' || device.name === 'starting';
  return (
    <RoundButton
      id="mute-audio"
      label="Mute microphone"
      hint={`${hint(device, 'microphone', 'Mute', 'Unmute')} (M)`}
      look={look(device)}
      isPressed={!isSending}
      isBusy={device.name === 'starting'}
      onPress={onPress}
    >
      <MicIcon isOn={isSending} />
    </RoundButton>
  );
}

/** Pressed means that the camera is off. */
export function CameraButton({ device, onPress }: DeviceButtonProps) {
  const isSending = device.name === 'on' || device.name === 'starting';
  return (
    <RoundButton
      id="mute-video"
      label="Turn camera off"
      hint={`${hint(device, 'camera', 'Camera off', 'Camera on')} (C)`}
      look={look(device)}
      isPressed={!isSending}
      isBusy={device.name === 'starting'}
      onPress={onPress}
    >
      <CameraIcon isOn={isSending} />
    </RoundButton>
  );
}
