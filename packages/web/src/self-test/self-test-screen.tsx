import { useEffect, useRef, useState } from 'preact/hooks';
import { pageAddress } from '../app/page-address.ts';
import { Brand } from '../components/brand.tsx';
import { MessagePage } from '../components/message-page.tsx';
import { randomRoomName } from '../model/room-name.ts';
import { roomPath } from '../model/route.ts';
import { unreachable } from '../model/unreachable.ts';
import { runSelfTest, type SelfTestStep } from './run-self-test.ts';
import { RunningTest } from './running-test.tsx';
import styleSheet from './self-test.css?url';
import type { VerdictLine } from './self-test-verdict.ts';
import { Verdict } from './verdict.tsx';

type Stage =
  | { readonly name: 'intro' }
  | { readonly name: 'running'; readonly step: SelfTestStep }
  | { readonly name: 'verdict'; readonly lines: readonly VerdictLine[] }
  | { readonly name: 'occupied' };

const intro: Stage = { name: 'intro' };

/** What a running test shows, and the ways to end it. */
function useSelfTest(room: string) {
  const [stage, setStage] = useState<Stage>(intro);
  const [share, setShare] = useState(0);
  const [own, setOwn] = useState<MediaStream | null>(null);
  const [returned, setReturned] = useState<MediaStream | null>(null);
  const running = useRef(new AbortController());
  const skip = useRef(() => {});
  const start = async () => {
    running.current.abort();
    running.current = new AbortController();
    const { signal } = running.current;
    setShare(0);
    const end = await runSelfTest({
      room,
      query: pageAddress.query(),
      wanted: pageAddress.wantedMedia(),
      signal,
      skipDevices: new Promise((resolve) => {
        skip.current = resolve;
      }),
      onStep: (step) => signal.aborted || setStage({ name: 'running', step }),
      onProgress: setShare,
      onOwnStream: setOwn,
      onReturnedStream: setReturned,
      picture: () => document.querySelector<HTMLVideoElement>('#remote-video'),
    });
    if (end.name !== 'stopped') setStage(end);
  };
  useEffect(() => {
    const stop = () => {
      running.current.abort();
      setStage(intro);
    };
    // Also for the browser's cache: a page that comes back from it begins anew.
    addEventListener('pagehide', stop);
    return () => {
      removeEventListener('pagehide', stop);
      running.current.abort();
    };
  }, []);
  return { stage, share, own, returned, start, skipDevices: () => skip.current() };
}

function HomeLink({ text }: { readonly text: string }) {
  return (
    <a id="new-room-button" class="button is-large" href="/">
      {text}
    </a>
  );
}

function Intro({ onStart }: { readonly onStart: () => void }) {
  return (
    <MessagePage
      title="Test your camera, microphone and network"
      actions={
        <>
          <button
            id="confirm-join-button"
            type="button"
            class="button is-main is-large"
            onClick={onStart}
          >
            Start the test
          </button>
          <HomeLink text="Not now" />
        </>
      }
    >
      <p class="lead">
        A call with yourself, for about ten seconds: your picture and your sound go out and come
        back the way they do in a real call.
      </p>
      <p class="quiet">Nobody else sees or hears you, and nothing is kept.</p>
    </MessagePage>
  );
}

function Occupied() {
  const [room] = useState(() => randomRoomName((words) => crypto.getRandomValues(words)));
  return (
    <MessagePage
      title="Somebody is in this room"
      actions={
        <>
          <a class="button is-main is-large" href={`${roomPath(room)}?debug=loopback`}>
            Test in another room
          </a>
          <HomeLink text="Home" />
        </>
      }
    >
      <p class="lead">A test needs a room of its own. Nothing was sent.</p>
    </MessagePage>
  );
}

/** A call with oneself, which ends in a verdict in words. */
function SelfTestScreen({ room }: { readonly room: string }) {
  const test = useSelfTest(room);
  const { stage } = test;
  const start = () => void test.start();
  switch (stage.name) {
    case 'intro':
      return <Intro onStart={start} />;
    case 'running':
      return (
        <RunningTest
          step={stage.step}
          share={test.share}
          own={test.own}
          returned={test.returned}
          onSkipDevices={test.skipDevices}
        />
      );
    case 'verdict':
      return (
        <div class="page">
          <header class="page-head">
            <Brand />
          </header>
          <Verdict lines={stage.lines} onAgain={start}>
            <HomeLink text="Home" />
          </Verdict>
        </div>
      );
    case 'occupied':
      return <Occupied />;
    default:
      return unreachable(stage);
  }
}

/** The screen, once its style sheet is there. */
export async function loadSelfTest(): Promise<typeof SelfTestScreen> {
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = styleSheet;
  await new Promise((resolve, reject) => {
    link.onload = resolve;
    link.onerror = reject;
    document.head.append(link);
  });
  return SelfTestScreen;
}
