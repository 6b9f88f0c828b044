import type { RecentRooms } from '../model/recent-rooms.ts';
import { roomPath } from '../model/route.ts';
import { CloseIcon } from './icons.tsx';

interface RecentRoomListProps {
  readonly rooms: RecentRooms;
  readonly onOpen: (room: string) => void;
  readonly onRemove: (room: string) => void;
}

/** A plain click stays in the page; one that asks for a new tab is the browser's. */
function isPlain(event: MouseEvent): boolean {
  return event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
}

export function RecentRoomList({ rooms, onOpen, onRemove }: RecentRoomListProps) {
  if (rooms.length === 0) return null;
  const open = (event: MouseEvent, room: string) => {
    if (!isPlain(event)) return;
    event.preventDefault();
    onOpen(room);
  };
  return (
    <section class="recent" aria-labelledby="recent-title">
      <h2 id="recent-title">Recent rooms</h2>
      <ul>
        {rooms.map((room) => (
          <li key={room} class="chip">
            <a href={roomPath(room)} onClick={(event) => open(event, room)}>
              {room}
            </a>
            <button
              type="button"
              aria-label={`Forget room ${room}`}
              title="Forget"
              onClick={() => onRemove(room)}
            >
              <CloseIcon />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
