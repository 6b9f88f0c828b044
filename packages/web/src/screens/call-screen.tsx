import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { AppController } from '../app/app-controller.ts';
import { CallControls } from '../components/call-controls.tsx';
import { DeviceNotice } from '../components/device-notice.tsx';
import { CloseIcon, PersonIcon, SoundIcon } from '../components/icons.tsx';
import { InfoPanel } from '../components/info-panel.tsx';
import { RelayNotice } from '../components/relay-notice.tsx';
import { ShareCard } from '../components/share-card.tsx';
import { RemoteVideo, VideoView } from '../components/video-view.tsx';
import { ownPictureWords } from '../model/own-picture-words.ts';
import { relayTroubleDuring } from '../model/relay-words.ts';
import type { CallScreen as CallScreenState, Notice } from '../model/screen.ts';
import { isRelayed, noticeWords, statusWords } from '../model/status-words.ts';
import { useFullscreen } from './use-fullscreen.ts';
import { useIdle } from './use-idle.ts';
import { useKeys } from './use-keys.ts';

interface CallScreenProps {
  readonly app: AppController;
  readonly screen: CallScreenState;
}

/** A notice that asks for nothing goes by itself. */
const shortNoticeMs = 8_000;

function NoticeBar({ notice, onClose }: { readonly notice: Notice; readonly onClose: () => void }) {
  useEffect(() => {
    if (notice.kind !== 'they-left') return;
    const timer = setTimeout(onClose, shortNoticeMs);
    return () => clearTimeout(timer);
  }, [notice]);
  return (
    <div class="notice is-closable">
      <p>{noticeWords(notice)}</p>
      <button type="button" class="close-button" aria-label="Close this notice" onClick={onClose}>
        <CloseIcon />
      </button>
    </div>
  );
}

interface PicturesProps extends CallScreenProps {
  readonly isOwnShown: boolean;
  readonly onSoundBlocked: (unblock: (() => void) | null) => void;
}

/** The three pictures. They stay in the page for the whole call, whatever shows. */
function Pictures({ app, screen, isOwnShown, onSoundBlocked }: PicturesProps) {
  const isTogether = screen.phase === 'connected' || screen.phase === 'reconnecting';
  const picture = app.local.picture.value;
  return (
    <>
      <VideoView
        id="local-video"
        label="Your own picture"
        stream={picture}
        isActive={!isTogether}
        isMirrored
      />
      {isTogether || picture !== null ? null : (
        <p class="no-picture">
          <PersonIcon />
          <span>{ownPictureWords(app.local.camera.value)}</span>
        </p>
      )}
      <RemoteVideo
        stream={app.remoteStream.value}
        isActive={isTogether}
        onSoundBlocked={onSoundBlocked}
      />
      <div class={`mini${isTogether && isOwnShown ? ' is-shown' : ''}`}>
        <VideoView
          id="mini-video"
          label="Your own picture"
          stream={picture}
          isActive={isTogether && isOwnShown}
          isMirrored
        />
        {picture === null ? <PersonIcon /> : null}
      </div>
    </>
  );
}

function TopBar({ screen }: { readonly screen: CallScreenState }) {
  return (
    <header class="top-bar">
      <span class="room-tag">{screen.room}</span>
      <span id="status-div" class={`status is-${screen.phase}`}>
        {statusWords(screen)}
      </span>
      {isRelayed(screen) ? (
        <span class="path" title="Sound and pictures go through a relay (TURN server)">
          via relay
        </span>
      ) : null}
    </header>
  );
}

interface SoundButtonProps {
  readonly unblock: (() => void) | null;
  readonly onDone: () => void;
}

function SoundButton({ unblock, onDone }: SoundButtonProps) {
  if (unblock === null) return null;
  const press = () => {
    unblock();
    onDone();
  };
  return (
    <button type="button" class="button is-main is-large sound-button" onClick={press}>
      <SoundIcon />
      Tap to hear them
    </button>
  );
}

/** Alone in the room, or with the other one. */
export function CallScreen({ app, screen }: CallScreenProps) {
  const [isOwnShown, setOwnShown] = useState(true);
  const [unblock, setUnblock] = useState<(() => void) | null>(null);
  const fullscreen = useFullscreen();
  const isIdle = useIdle(screen.phase === 'connected');
  const [isInfoOpen, setInfoOpen] = useState(false);
  const toggleInfo = () => setInfoOpen((wasOpen) => !wasOpen);
  const onSoundBlocked = useCallback((play: (() => void) | null) => setUnblock(() => play), []);
  useKeys({
    mic: () => app.toggleMic(),
    camera: () => app.toggleCamera(),
    'hang-up': () => app.hangUp(),
    fullscreen: fullscreen.toggle,
    info: toggleInfo,
    'own-picture': () => setOwnShown((isShown) => !isShown),
  });
  const stage = useRef<HTMLElement>(null);
  // Also when what had it is gone, as the card with the link is once someone comes.
  useEffect(() => {
    if (document.activeElement === document.body) stage.current?.focus({ preventScroll: true });
  }, [screen.phase]);
  const { local } = app;
  return (
    <main
      ref={stage}
      class={`stage is-${screen.phase}${isIdle ? ' is-idle' : ''}`}
      tabIndex={-1}
      aria-label={`Call in room ${screen.room}`}
    >
      <Pictures {...{ app, screen, isOwnShown, onSoundBlocked }} />
      <TopBar screen={screen} />
      <div class="middle">
        {screen.notice && <NoticeBar notice={screen.notice} onClose={() => app.dismissNotice()} />}
        <RelayNotice trouble={relayTroubleDuring(screen)} />
        <DeviceNotice mic={local.mic.value} camera={local.camera.value} isClosable />
        {screen.phase === 'waiting' ? (
          <ShareCard link={screen.link} isServerLate={screen.isServerLate} />
        ) : null}
        <SoundButton unblock={app.remoteStream.value && unblock} onDone={() => setUnblock(null)} />
      </div>
      {isInfoOpen && <InfoPanel app={app} screen={screen} onClose={toggleInfo} />}
      <CallControls {...{ app, fullscreen }} isInfoOpen={isInfoOpen} onInfo={toggleInfo} />
    </main>
  );
}
