import {
  isJsonObject,
  type JsonObject,
  type Parsed,
  parsed,
  parseJsonObject,
  refused,
} from './parsed.ts';

/** Something that happened in a client's call, told to `POST /a/`. */
export interface CallEvent {
  /** A number of the original's enumeration, or a name, as text. */
  readonly eventType: string;
  /** Milliseconds since 1970 by the client's clock. */
  readonly eventTimeMs: number;
  /** When the client told it, by the same clock. */
  readonly requestTimeMs: number;
  /** Empty where the event is of no room. */
  readonly roomId: string;
}

const maxTypeLength = 64;

/** A finite number, or text that is one: the original took both. */
function timeAt(json: JsonObject, key: string): number | undefined {
  const value = json[key];
  if (typeof value !== 'number' && (typeof value !== 'string' || value.trim() === '')) {
    return undefined;
  }
  const time = Number(value);
  return Number.isFinite(time) ? time : undefined;
}

function eventTypeOf(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  const isName = typeof value === 'string' && value !== '' && value.length <= maxTypeLength;
  return isName ? value : undefined;
}

/** [AN1] [AN2] Reads `{"type":"event","request_time_ms":…,"event":{"event_type":…,"event_time_ms":…}}`. */
export function parseCallEvent(
  text: string,
): Parsed<CallEvent, 'not-json' | 'not-an-object' | 'not-an-event' | 'incomplete-event'> {
  const json = parseJsonObject(text);
  if (!json.ok) return json;
  const { type, event } = json.value;
  if (type !== 'event' || !isJsonObject(event)) return refused('not-an-event');
  const eventType = eventTypeOf(event['event_type']);
  const eventTimeMs = timeAt(event, 'event_time_ms');
  const requestTimeMs = timeAt(json.value, 'request_time_ms');
  if (eventType === undefined || eventTimeMs === undefined || requestTimeMs === undefined) {
    return refused('incomplete-event');
  }
  const roomId = typeof event['room_id'] === 'string' ? event['room_id'] : '';
  return parsed({ eventType, eventTimeMs, requestTimeMs, roomId });
}
