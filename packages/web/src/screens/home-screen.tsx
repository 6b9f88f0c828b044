import { useRef, useState } from 'preact/hooks';
import type { AppController } from '../app/app-controller.ts';
import { browserStore } from '../app/browser-store.ts';
import { Brand } from '../components/brand.tsx';
import { DiceIcon } from '../components/icons.tsx';
import { RecentRoomList } from '../components/recent-room-list.tsx';
import { useHeadingFocus } from '../components/use-heading-focus.ts';
import { randomRoomName, roomNameProblem } from '../model/room-name.ts';
import { roomPath } from '../model/route.ts';
import pairPicture from './pair-picture.svg';

function newName(): string {
  return randomRoomName((words) => crypto.getRandomValues(words));
}

function RoomForm({ onJoin }: { readonly onJoin: (room: string) => void }) {
  const [name, setName] = useState(newName);
  const field = useRef<HTMLInputElement>(null);
  const problem = roomNameProblem(name);
  const submit = (event: Event) => {
    event.preventDefault();
    if (problem === null) onJoin(name);
    else field.current?.focus();
  };
  return (
    <form class="room-form" onSubmit={submit} noValidate>
      <label for="room-id-input">Room name</label>
      <div class="field">
        <input
          id="room-id-input"
          ref={field}
          value={name}
          onInput={(event) => setName(event.currentTarget.value.trim())}
          aria-invalid={problem !== null}
          aria-describedby="room-name-help"
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          enterkeyhint="go"
        />
        <button id="random-button" type="button" class="button" onClick={() => setName(newName())}>
          <DiceIcon />
          Random
        </button>
      </div>
      <p id="room-name-help" class={problem === null ? 'help' : 'help is-problem'} role="status">
        {problem ?? 'Anyone who knows the name can come in.'}
      </p>
      <button
        id="join-button"
        type="submit"
        class="button is-main is-large"
        disabled={problem !== null}
      >
        Join
      </button>
    </form>
  );
}

function SelfTestLink() {
  const [room] = useState(newName);
  return (
    <a class="quiet" href={`${roomPath(room)}?debug=loopback`}>
      Test your camera, microphone and network
    </a>
  );
}

/** Where a call begins: a room's name. */
export function HomeScreen({ app }: { readonly app: AppController }) {
  const heading = useHeadingFocus();
  return (
    <div class="home">
      <header class="page-head">
        <Brand />
      </header>
      <main class="home-main">
        <div class="home-words">
          <h1 ref={heading} tabIndex={-1}>
            A room <span class="accent">for two.</span>
          </h1>
          <p class="lead">
            Name a room, send the link, talk. Nothing to install, no account, and what you say goes
            straight from one to the other.
          </p>
          <RoomForm onJoin={(room) => app.chooseRoom(room)} />
          <RecentRoomList
            rooms={browserStore.recentRooms.value}
            onOpen={(room) => app.openRoom(room)}
            onRemove={(room) => browserStore.removeRecentRoom(room)}
          />
          <SelfTestLink />
        </div>
        <img class="pair-picture" src={pairPicture} alt="" width="440" height="360" />
      </main>
    </div>
  );
}
