import type { AppController } from '../app/app-controller.ts';
import type { Screen } from '../model/screen.ts';
import { spokenWords } from '../model/status-words.ts';
import { unreachable } from '../model/unreachable.ts';
import { CallScreen } from './call-screen.tsx';
import { ConfirmScreen } from './confirm-screen.tsx';
import { HomeScreen } from './home-screen.tsx';
import { JoiningScreen } from './joining-screen.tsx';
import {
  BadRoomScreen,
  FullScreen,
  LeftScreen,
  UnreachableScreen,
  UnsupportedScreen,
} from './message-screens.tsx';
import { SelfTestDoor } from './self-test-door.tsx';

/** The one screen of the moment, and what is said of it aloud. */
export function CurrentScreen({ app }: { readonly app: AppController }) {
  const screen = app.screen.value;
  return (
    <>
      <ScreenOf app={app} screen={screen} />
      {/* Always in the page: only a change of text in it is read aloud. */}
      <p id="announcer" class="unseen" role="status">
        {screen.name === 'call' ? spokenWords(screen) : ''}
      </p>
    </>
  );
}

function ScreenOf({ app, screen }: { readonly app: AppController; readonly screen: Screen }) {
  switch (screen.name) {
    case 'home':
      return <HomeScreen app={app} />;
    case 'confirm':
      return <ConfirmScreen app={app} room={screen.room} />;
    case 'self-test':
      return <SelfTestDoor key={screen.room} room={screen.room} />;
    case 'joining':
      return <JoiningScreen key={screen.step} app={app} room={screen.room} step={screen.step} />;
    case 'call':
      return <CallScreen app={app} screen={screen} />;
    case 'left':
      return <LeftScreen app={app} {...screen} />;
    case 'full':
      return <FullScreen app={app} room={screen.room} />;
    case 'unreachable':
      return <UnreachableScreen app={app} room={screen.room} retryInS={screen.retryInS} />;
    case 'bad-room':
      return <BadRoomScreen app={app} text={screen.text} />;
    case 'unsupported':
      return <UnsupportedScreen reason={screen.reason} />;
    default:
      return unreachable(screen);
  }
}
