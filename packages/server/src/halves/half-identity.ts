import type { Answer } from './other-half.ts';

/** A half of ours says which it is: in a reply to `GET /api/half`, and in what it tells the other. */
export const halfHeader = 'apprtc-half';
export const halfPath = '/api/half';

export type Half = 'room-server' | 'collider';

/** [TW13] Only a half of ours names itself; whatever else answers speaks the original protocol. */
export function isOurs(answer: Answer, half: Half): boolean {
  return answer.headers.get(halfHeader) === half;
}
