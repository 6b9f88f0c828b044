import { unreachable } from '@apprtc/protocol';
import type { MailOp, Peeked } from '@apprtc/signaling';

interface Box {
  messages: string[];
  mark: number;
  trimmed: number;
}

function emptyBox(): Box {
  return { messages: [], mark: 0, trimmed: 0 };
}

/** What a store gives back of a decision's mail. */
export interface AppliedMail {
  readonly drained: readonly string[];
  readonly peeked?: Peeked;
}

/** A room's mailboxes as the contract describes them, without bounds. */
export class SimulatedMail {
  readonly #boxes = [emptyBox(), emptyBox(), emptyBox()] as const;

  /** How many messages wait in all boxes. */
  get waiting(): number {
    return this.#boxes.reduce((count, box) => count + box.messages.length, 0);
  }

  apply(ops: readonly MailOp[]): AppliedMail {
    let applied: AppliedMail = { drained: [] };
    for (const op of ops) applied = { ...applied, ...this.#applyOne(op) };
    return applied;
  }

  /** Everything is forgotten, as by a store that starts anew. */
  clear(): void {
    for (const box of this.#boxes) Object.assign(box, emptyBox());
  }

  /** As a value, to compare and to search states. */
  snapshot(): readonly unknown[] {
    return this.#boxes.map((box) => ({ ...box, messages: [...box.messages] }));
  }

  #applyOne(op: MailOp): Partial<AppliedMail> {
    const box = this.#boxes[op.slot];
    switch (op.op) {
      case 'append':
        box.messages.push(op.message);
        return {};
      case 'peek':
      case 'peek-last': {
        const from = op.op === 'peek' ? 0 : Math.max(0, box.messages.length - 1);
        return { peeked: { first: box.trimmed + from + 1, messages: box.messages.slice(from) } };
      }
      case 'drain': {
        const drained = box.messages;
        Object.assign(box, emptyBox());
        return { drained };
      }
      default:
        change(box, op);
        return {};
    }
  }
}

function change(
  box: Box,
  op: Extract<MailOp, { readonly op: 'clear' | 'mark' | 'cut' | 'trim' | 'renumber' }>,
): void {
  switch (op.op) {
    case 'clear':
      Object.assign(box, emptyBox());
      return;
    case 'mark':
      box.mark = box.messages.length;
      return;
    case 'cut':
      box.messages.splice(box.mark);
      return;
    case 'trim': {
      const count = Math.min(Math.max(0, op.upTo - box.trimmed), box.messages.length);
      box.messages.splice(0, count);
      box.trimmed += count;
      box.mark = Math.max(0, box.mark - count);
      return;
    }
    case 'renumber':
      box.trimmed = 0;
      return;
    default:
      unreachable(op);
  }
}
