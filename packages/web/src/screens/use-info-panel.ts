import type { FunctionComponent } from 'preact';
import { useState } from 'preact/hooks';
import type { InfoPanelProps } from '../components/info-panel.tsx';

interface InfoPanelState {
  readonly isOpen: boolean;
  readonly toggle: () => void;
  /** Null while it is closed, or not loaded yet: few people open it, so nobody waits for it. */
  readonly Panel: FunctionComponent<InfoPanelProps> | null;
}

export function useInfoPanel(): InfoPanelState {
  const [isOpen, setOpen] = useState(false);
  const [Loaded, setLoaded] = useState<FunctionComponent<InfoPanelProps> | null>(null);
  const load = async () => {
    const { InfoPanel } = await import('../components/info-panel.tsx');
    setLoaded(() => InfoPanel);
  };
  const toggle = () => {
    setOpen((wasOpen) => !wasOpen);
    // Where the server is away there are no details; the next press tries again.
    if (Loaded === null) load().catch(() => setOpen(false));
  };
  return { isOpen, toggle, Panel: isOpen ? Loaded : null };
}
