import { useEffect, useState } from 'preact/hooks';

const idleAfterMs = 4_000;
const signs = ['pointermove', 'pointerdown', 'keydown', 'focusin'] as const;

/** Whether a control is in use: focused by keyboard, or under the pointer. */
function isInUse(): boolean {
  return document.querySelector('.controls:hover, .stage :focus-visible') !== null;
}

/** True once nobody has touched anything for some seconds. */
export function useIdle(isEnabled: boolean): boolean {
  const [isIdle, setIdle] = useState(false);
  useEffect(() => {
    setIdle(false);
    if (!isEnabled) return;
    let timer: ReturnType<typeof setTimeout>;
    const fall = () => {
      if (isInUse()) timer = setTimeout(fall, idleAfterMs);
      else setIdle(true);
    };
    const wake = () => {
      clearTimeout(timer);
      setIdle(false);
      timer = setTimeout(fall, idleAfterMs);
    };
    wake();
    for (const sign of signs) addEventListener(sign, wake, { passive: true });
    return () => {
      clearTimeout(timer);
      for (const sign of signs) removeEventListener(sign, wake);
    };
  }, [isEnabled]);
  return isIdle;
}
