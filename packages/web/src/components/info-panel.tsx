import { useEffect, useState } from 'preact/hooks';
import type { AppController } from '../app/app-controller.ts';
import { callFacts, type Fact } from '../app/call-facts.ts';
import type { CallScreen } from '../model/screen.ts';
import { CloseIcon } from './icons.tsx';

export interface InfoPanelProps {
  readonly app: AppController;
  readonly screen: CallScreen;
  readonly onClose: () => void;
}

const everyMs = 1_000;

function useFacts(app: AppController): readonly Fact[] {
  const [facts, setFacts] = useState<readonly Fact[]>([]);
  useEffect(() => {
    let isGone = false;
    const read = callFacts();
    const refresh = async () => {
      const next = await read(app.peerConnection).catch(() => []);
      if (!isGone) setFacts(next);
    };
    void refresh();
    const timer = setInterval(() => void refresh(), everyMs);
    return () => {
      isGone = true;
      clearInterval(timer);
    };
  }, [app]);
  return facts;
}

/** What the connection is made of. */
export function InfoPanel({ app, screen, onClose }: InfoPanelProps) {
  const facts = useFacts(app);
  const own: readonly Fact[] = [
    { name: 'Call', value: screen.phase },
    { name: 'Signaling', value: screen.signaling },
  ];
  return (
    <aside id="info-div" class="info-panel active" aria-label="Connection details">
      <div class="info-head">
        <h2>Connection</h2>
        <button type="button" class="close-button" aria-label="Close details" onClick={onClose}>
          <CloseIcon />
        </button>
      </div>
      <table>
        <tbody>
          {[...own, ...facts].map(({ name, value }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </aside>
  );
}
