import type { AppController } from '../app/app-controller.ts';
import { Brand } from '../components/brand.tsx';
import { CameraButton, MicButton } from '../components/device-buttons.tsx';
import { DeviceNotice } from '../components/device-notice.tsx';
import { CameraIcon } from '../components/icons.tsx';
import { useHeadingFocus } from '../components/use-heading-focus.ts';
import { VideoView } from '../components/video-view.tsx';
import { ownPictureWords } from '../model/own-picture-words.ts';
import { useKeys } from './use-keys.ts';

function Preview({ app }: { readonly app: AppController }) {
  const { local } = app;
  const camera = local.camera.value;
  return (
    <div class="preview">
      <VideoView
        id="preview-video"
        label="Your own picture"
        stream={local.picture.value}
        isActive={local.picture.value !== null}
        isMirrored
      />
      {local.picture.value === null ? (
        <p class="preview-words">
          <CameraIcon isOn={camera.name === 'starting'} />
          {ownPictureWords(camera)}
        </p>
      ) : null}
      <div class="preview-controls">
        <MicButton device={local.mic.value} onPress={() => app.toggleMic()} />
        <CameraButton device={camera} onPress={() => app.toggleCamera()} />
      </div>
    </div>
  );
}

/** Before entering a room by its link: how one will be seen. */
export function ConfirmScreen(props: { readonly app: AppController; readonly room: string }) {
  const { app, room } = props;
  const heading = useHeadingFocus();
  useKeys({ mic: () => app.toggleMic(), camera: () => app.toggleCamera() });
  return (
    <div class="page">
      <header class="page-head">
        <Brand />
      </header>
      <main class="confirm">
        <Preview app={app} />
        <div class="confirm-words">
          <h1 ref={heading} tabIndex={-1}>
            Ready to join?
          </h1>
          <p class="lead">
            Room <strong class="room-name">{room}</strong>
          </p>
          <p class="quiet">Nobody sees or hears you before you join.</p>
          <DeviceNotice mic={app.local.mic.value} camera={app.local.camera.value} />
          <div class="row">
            <button
              id="confirm-join-button"
              type="button"
              class="button is-main is-large"
              onClick={() => app.confirmJoin(room)}
            >
              Join
            </button>
            <button type="button" class="button is-large" onClick={() => app.goHome()}>
              Not now
            </button>
          </div>
        </div>
      </main>
    </div>
  );
}
