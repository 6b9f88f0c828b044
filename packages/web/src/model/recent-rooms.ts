/** The names of rooms one was in, newest first. */
export type RecentRooms = readonly string[];

const maxRooms = 6;

export function withRoom(rooms: RecentRooms, room: string): RecentRooms {
  return [room, ...rooms.filter((other) => other !== room)].slice(0, maxRooms);
}

export function withoutRoom(rooms: RecentRooms, room: string): RecentRooms {
  return rooms.filter((other) => other !== room);
}

/** Reads a stored list, tolerantly. */
export function parseRecentRooms(text: string | null): RecentRooms {
  if (text === null) return [];
  try {
    const json: unknown = JSON.parse(text);
    if (!Array.isArray(json)) return [];
    return (json as readonly unknown[])
      .filter((entry): entry is string => typeof entry === 'string')
      .slice(0, maxRooms);
  } catch {
    return [];
  }
}
