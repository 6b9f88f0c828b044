/** Why a room could not be entered. */
export type CallErrorReason =
  | 'room-full'
  | 'server-unreachable'
  | 'bad-reply'
  | 'bad-room'
  | 'aborted'
  | 'unsupported';

const explanations: Readonly<Record<CallErrorReason, string>> = {
  'room-full': 'The room already holds two people',
  'server-unreachable': 'The server could not be reached',
  'bad-reply': 'The server answered something that is no AppRTC reply',
  'bad-room': 'The name of the room is not acceptable',
  aborted: 'The join was given up',
  unsupported: 'This environment lacks a part that a call needs',
};

/** What `join` throws. Tell the cases apart by `reason`; the message is for logs. */
export class CallError extends Error {
  override readonly name = 'CallError';
  readonly reason: CallErrorReason;

  constructor(reason: CallErrorReason, detail?: string) {
    super(detail === undefined ? explanations[reason] : `${explanations[reason]}: ${detail}`);
    this.reason = reason;
  }
}
