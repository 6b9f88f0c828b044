import type { EndReason, RelayProblem } from '@apprtc/client';
import type { AppController } from '../app/app-controller.ts';
import { MessagePage } from '../components/message-page.tsx';
import { relayTroubleOf } from '../model/relay-words.ts';
import type { Unsupported } from '../model/screen.ts';

interface RoomProps {
  readonly app: AppController;
  readonly room: string;
}

interface ActionProps {
  readonly id?: string;
  readonly text: string;
  readonly isMain?: boolean;
  readonly onPress: () => void;
}

function Action({ id, text, isMain = false, onPress }: ActionProps) {
  return (
    <button
      type="button"
      {...(id === undefined ? {} : { id })}
      class={`button is-large${isMain ? ' is-main' : ''}`}
      onClick={onPress}
    >
      {text}
    </button>
  );
}

function NewRoom({
  app,
  isMain = false,
}: {
  readonly app: AppController;
  readonly isMain?: boolean;
}) {
  return (
    <Action id="new-room-button" text="New room" isMain={isMain} onPress={() => app.goHome()} />
  );
}

function Room({ name }: { readonly name: string }) {
  return <strong class="room-name">{name}</strong>;
}

const leftTitles: Readonly<Record<EndReason, string>> = {
  'hung-up': 'You left the call',
  'seat-lost': 'Your place in the room was lost',
  'server-unreachable': 'The call was cut off',
  'page-left': 'You left the call',
  failed: 'The call could not go on',
  'taken-over': 'This call is open elsewhere',
};

const leftWords: Readonly<Record<EndReason, string>> = {
  'hung-up': 'Your camera and microphone are off.',
  'seat-lost': 'The connection was away for too long, or this call was opened elsewhere.',
  'server-unreachable': 'The server did not answer for too long.',
  'page-left': 'Your camera and microphone are off.',
  'taken-over': 'Another tab or window goes on with it. Your camera and microphone are off here.',
  failed: 'Something unexpected happened. Joining again mostly helps.',
};

interface LeftProps extends RoomProps {
  readonly reason: EndReason;
  readonly relayProblem: RelayProblem | null;
}

/** A call that found no path has a reason, where one is known. */
function leftLead(reason: EndReason, relayProblem: RelayProblem | null): string {
  if (reason !== 'failed' || relayProblem === null) return leftWords[reason];
  const { what, mend } = relayTroubleOf(relayProblem);
  return `${what} ${mend}`;
}

export function LeftScreen({ app, room, reason, relayProblem }: LeftProps) {
  const isElsewhere = reason === 'taken-over';
  return (
    <MessagePage
      title={leftTitles[reason]}
      actions={
        <>
          <Action
            id="rejoin-button"
            text={isElsewhere ? 'Use it here' : 'Rejoin'}
            isMain
            onPress={() => app.joinAgain(room, isElsewhere)}
          />
          <NewRoom app={app} />
        </>
      }
    >
      <p class="lead">{leftLead(reason, relayProblem)}</p>
      <p class="quiet">
        Room <Room name={room} />
      </p>
    </MessagePage>
  );
}

export function FullScreen({ app, room }: RoomProps) {
  return (
    <MessagePage
      title="Sorry, this room is full."
      actions={
        <>
          <Action text="Try again" isMain onPress={() => void app.tryFullRoom(room)} />
          <NewRoom app={app} />
        </>
      }
    >
      <p class="lead">
        Two people are in <Room name={room} /> already, and a room holds two.
      </p>
      <p class="quiet">When one of them leaves, you can come in.</p>
    </MessagePage>
  );
}

export function UnreachableScreen({
  app,
  room,
  retryInS,
}: RoomProps & { readonly retryInS: number }) {
  const seconds = `${retryInS} ${retryInS === 1 ? 'second' : 'seconds'}`;
  return (
    <MessagePage
      title="The server does not answer"
      actions={
        <>
          <Action text="Try now" isMain onPress={() => app.retryServer(room)} />
          <NewRoom app={app} />
        </>
      }
    >
      <p class="lead">
        {navigator.onLine
          ? 'Your network works, but the call’s server cannot be reached.'
          : 'This device seems to be offline.'}
      </p>
      <p class="quiet" role="timer">
        {retryInS > 0 ? `Trying again in ${seconds}.` : 'Trying again…'}
      </p>
      {app.local.isOn ? (
        <p class="quiet">Your camera and microphone stay ready. Nothing is sent.</p>
      ) : null}
    </MessagePage>
  );
}

export function BadRoomScreen({
  app,
  text,
}: {
  readonly app: AppController;
  readonly text: string;
}) {
  return (
    <MessagePage title="That is no room name" actions={<NewRoom app={app} isMain />}>
      <p class="lead">
        <Room name={text} /> cannot be a room.
      </p>
      <p class="quiet">
        Names are made of letters, digits, “-” and “_”, up to 128, and a few words are kept for the
        service. If someone sent you this link, part of it may be missing.
      </p>
    </MessagePage>
  );
}

export function UnsupportedScreen({ reason }: { readonly reason: Unsupported }) {
  return reason === 'insecure-origin' ? (
    <MessagePage title="This address is not secure">
      <p class="lead">Browsers give the camera and microphone only to pages with https.</p>
      <p class="quiet">
        Open this page with https:// in front of the address, or, on the server’s own machine, as
        http://localhost.
      </p>
    </MessagePage>
  ) : (
    <MessagePage title="This browser cannot call">
      <p class="lead">It lacks WebRTC, which carries sound and pictures.</p>
      <p class="quiet">
        A current Chrome, Edge, Firefox or Safari can do it. Inside another app, open the link in
        the phone’s own browser.
      </p>
    </MessagePage>
  );
}
