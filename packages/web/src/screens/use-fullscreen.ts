import { useEffect, useState } from 'preact/hooks';

export interface Fullscreen {
  readonly isOn: boolean;
  readonly toggle: () => void;
}

/** An iPhone shows only a video full screen, not a page. */
interface PhoneVideo extends HTMLVideoElement {
  webkitEnterFullscreen?: () => void;
}

function toggle(): void {
  if (document.fullscreenElement !== null && document.fullscreenElement !== undefined) {
    document.exitFullscreen().catch(() => {});
  } else if (typeof document.documentElement.requestFullscreen === 'function') {
    document.documentElement.requestFullscreen().catch(() => {});
  } else {
    const video: PhoneVideo | null = document.querySelector('#remote-video');
    video?.webkitEnterFullscreen?.();
  }
}

export function useFullscreen(): Fullscreen {
  const [isOn, setOn] = useState(false);
  useEffect(() => {
    const changed = () => setOn(document.fullscreenElement !== null);
    document.addEventListener('fullscreenchange', changed);
    return () => {
      document.removeEventListener('fullscreenchange', changed);
      if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
    };
  }, []);
  return { isOn, toggle };
}
