import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCallEvent } from './call-event.ts';

const event = { event_type: 3, event_time_ms: 1_000, room_id: 'room', flow_id: 7 };
const whole = { type: 'event', request_time_ms: 1_100, event };

describe('a call event', () => {
  it('[AN1] is read as the original page sends it', () => {
    expect(parseCallEvent(JSON.stringify(whole))).toEqual({
      ok: true,
      value: { eventType: '3', eventTimeMs: 1_000, requestTimeMs: 1_100, roomId: 'room' },
    });
  });

  it('[AN1] may be of no room, be named, and have times as text', () => {
    const text = JSON.stringify({
      type: 'event',
      request_time_ms: '1100',
      event: { event_type: 'ROOM_SIZE_2', event_time_ms: '1000.5' },
    });
    expect(parseCallEvent(text)).toEqual({
      ok: true,
      value: { eventType: 'ROOM_SIZE_2', eventTimeMs: 1_000.5, requestTimeMs: 1_100, roomId: '' },
    });
  });

  it.each([
    ['not-json', 'x'],
    ['not-an-object', '[]'],
    ['not-an-event', '{}'],
    ['not-an-event', JSON.stringify({ ...whole, type: 'other' })],
    ['not-an-event', JSON.stringify({ ...whole, event: [event] })],
    ['incomplete-event', JSON.stringify({ ...whole, request_time_ms: undefined })],
    ['incomplete-event', JSON.stringify({ ...whole, request_time_ms: ' ' })],
    ['incomplete-event', JSON.stringify({ ...whole, request_time_ms: 'soon' })],
    ['incomplete-event', JSON.stringify({ ...whole, event: { ...event, event_time_ms: null } })],
    ['incomplete-event', JSON.stringify({ ...whole, event: { ...event, event_type: 1.5 } })],
    ['incomplete-event', JSON.stringify({ ...whole, event: { ...event, event_type: '' } })],
    [
      'incomplete-event',
      JSON.stringify({ ...whole, event: { ...event, event_type: 'x'.repeat(65) } }),
    ],
  ])('[AN2] is refused as %s: %s', (problem, text) => {
    expect(parseCallEvent(text)).toEqual({ ok: false, problem });
  });

  it('[AN2] no text makes the parser throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        parseCallEvent(text);
      }),
    );
  });
});
