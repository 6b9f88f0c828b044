import type { AppController } from '../app/app-controller.ts';
import type { Fullscreen } from '../screens/use-fullscreen.ts';
import { CameraButton, MicButton } from './device-buttons.tsx';
import { FullscreenIcon, HangUpIcon, InfoIcon } from './icons.tsx';
import { RoundButton } from './round-button.tsx';

interface CallControlsProps {
  readonly app: AppController;
  readonly fullscreen: Fullscreen;
  readonly isInfoOpen: boolean;
  readonly onInfo: () => void;
}

/** The buttons at the foot of a call. */
export function CallControls({ app, fullscreen, isInfoOpen, onInfo }: CallControlsProps) {
  return (
    <div class="controls" role="toolbar" aria-label="Call controls">
      <MicButton device={app.local.mic.value} onPress={() => app.toggleMic()} />
      <CameraButton device={app.local.camera.value} onPress={() => app.toggleCamera()} />
      <RoundButton
        id="fullscreen"
        label="Full screen"
        hint="Full screen (F)"
        isPressed={fullscreen.isOn}
        onPress={fullscreen.toggle}
      >
        <FullscreenIcon isOn={fullscreen.isOn} />
      </RoundButton>
      <RoundButton
        id="info-button"
        label="Connection details"
        hint="Details (I)"
        isPressed={isInfoOpen}
        onPress={onInfo}
      >
        <InfoIcon />
      </RoundButton>
      <RoundButton
        id="hangup"
        label="Hang up"
        hint="Hang up (Q)"
        look="danger"
        onPress={() => app.hangUp()}
      >
        <HangUpIcon />
      </RoundButton>
    </div>
  );
}
