/** What a key asks for during a call. */
export type KeyAction = 'mic' | 'camera' | 'fullscreen' | 'info' | 'hang-up' | 'own-picture';

/** The part of a KeyboardEvent that decides. */
export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
  readonly repeat: boolean;
  /** The element that has the focus: its tag in capitals. */
  readonly targetTag: string;
  readonly isEditable: boolean;
}

const actions: ReadonlyMap<string, KeyAction> = new Map([
  [' ', 'mic'],
  ['m', 'mic'],
  ['c', 'camera'],
  ['f', 'fullscreen'],
  ['i', 'info'],
  ['q', 'hang-up'],
  ['l', 'own-picture'],
]);

const fields = new Set(['INPUT', 'TEXTAREA', 'SELECT']);
const activatedBySpace = new Set(['BUTTON', 'A', 'SUMMARY']);

/** The original page's keys. Null where the key belongs to a field, a focused button or the browser. */
export function keyAction(press: KeyPress): KeyAction | null {
  if (press.ctrlKey || press.altKey || press.metaKey || press.repeat) return null;
  if (press.isEditable || fields.has(press.targetTag)) return null;
  if (press.key === ' ' && activatedBySpace.has(press.targetTag)) return null;
  return actions.get(press.key.toLowerCase()) ?? null;
}
