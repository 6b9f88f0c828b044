import './styles/tokens.css';
import './styles/base.css';
import './styles/home.css';
import './styles/pages.css';
import './styles/stage.css';
import './styles/controls.css';
import { render } from 'preact';
import { AppController } from './app/app-controller.ts';
import { browserProblem } from './app/browser-support.ts';
import { clientSdk } from './app/sdk.ts';
import { CurrentScreen } from './screens/current-screen.tsx';

function navigationType(): string {
  const [entry] = performance.getEntriesByType('navigation');
  return entry instanceof PerformanceNavigationTiming ? entry.type : 'navigate';
}

/** The server says in the page's head what it knows of the room. */
function isRoomFull(): boolean {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="apprtc-room-state"]');
  return meta?.content === 'full';
}

const root = document.getElementById('app');
if (root === null) throw new Error('The page has no #app');
const app = new AppController(clientSdk);
app.start({
  unsupported: browserProblem(),
  isFull: isRoomFull(),
  navigationType: navigationType(),
});
root.replaceChildren();
render(<CurrentScreen app={app} />, root);
