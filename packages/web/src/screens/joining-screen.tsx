import type { AppController } from '../app/app-controller.ts';
import { MessagePage } from '../components/message-page.tsx';

interface JoiningScreenProps {
  readonly app: AppController;
  readonly room: string;
  readonly step: 'devices' | 'seat';
}

/** On the way in: says why the browser asks for the camera. */
export function JoiningScreen({ app, room, step }: JoiningScreenProps) {
  const isAsking = step === 'devices';
  return (
    <MessagePage
      title={isAsking ? 'Starting camera and microphone' : 'Joining'}
      actions={
        <>
          {isAsking ? (
            <button type="button" class="button is-large" onClick={() => app.skipDevices()}>
              Join without
            </button>
          ) : null}
          <button type="button" class="button is-large" onClick={() => app.goHome()}>
            Cancel
          </button>
        </>
      }
    >
      <p class="lead" role="status">
        {isAsking
          ? 'If the browser asks, allow them: they let the other person see and hear you.'
          : 'One moment.'}
      </p>
      <p class="quiet">
        Room <strong class="room-name">{room}</strong>
      </p>
    </MessagePage>
  );
}
