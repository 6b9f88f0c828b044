import { useEffect, useRef } from 'preact/hooks';
import type { AppController } from '../app/app-controller.ts';
import { type KeyAction, keyAction } from '../model/key-action.ts';

type ScreenAction = 'fullscreen' | 'info' | 'own-picture';
type KeyHandlers = Readonly<Record<KeyAction, () => void>>;

/** What the call's keys do: the screen's own part is given, the rest is the app's. */
export function useCallKeys(app: AppController, own: Readonly<Record<ScreenAction, () => void>>) {
  const handlers = useRef<KeyHandlers | null>(null);
  handlers.current = {
    ...own,
    mic: () => app.toggleMic(),
    camera: () => app.toggleCamera(),
    'hang-up': () => app.hangUp(),
  };
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const target = event.target instanceof HTMLElement ? event.target : null;
      const action = keyAction({
        key: event.key,
        ctrlKey: event.ctrlKey,
        altKey: event.altKey,
        metaKey: event.metaKey,
        repeat: event.repeat,
        targetTag: target?.tagName ?? '',
        isEditable: target?.isContentEditable ?? false,
      });
      if (action === null) return;
      event.preventDefault();
      handlers.current?.[action]();
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, []);
}
