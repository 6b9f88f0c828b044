import { useEffect, useRef } from 'preact/hooks';
import { type KeyAction, keyAction } from '../model/key-action.ts';

type KeyHandlers = Readonly<Partial<Record<KeyAction, () => void>>>;

/** Listens to the call's keys while the screen is shown. */
export function useKeys(handlers: KeyHandlers): void {
  const current = useRef(handlers);
  current.current = handlers;
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
      const handler = action === null ? undefined : current.current[action];
      if (handler === undefined) return;
      event.preventDefault();
      handler();
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, []);
}
