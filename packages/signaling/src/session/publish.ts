import type { Done } from '../decision.ts';
import type { Draft } from '../draft.ts';
import { offerBox, otherSlot, slotOfConnection } from '../room.ts';
import type { PublishCommand, UnpublishCommand } from './session-command.ts';
import { dropOffer } from './take-seat.ts';

const done: Done = { kind: 'done' };

/**
 * [V28] A member that waits alone shows an offer. Its messages lie in a mailbox of their own, the room holds its name.
 * [V32] One that crosses a join is dropped: its publisher is told of the newcomer and says it as messages.
 */
export function publish(draft: Draft, { connection, offer }: PublishCommand): Done {
  const slot = slotOfConnection(draft.room, connection);
  if (slot === null || draft.seat(slot)?.session == null) {
    draft.tell(connection, { kind: 'refused', code: 'notSeated' });
    return done;
  }
  if (draft.seat(otherSlot(slot)) !== null) return done;
  draft.mail('clear', offerBox);
  for (const message of [offer.msg, ...offer.candidates]) draft.append(offerBox, message);
  draft.change({ offer: { slot, id: offer.id, candidates: offer.candidates.length } });
  draft.published = { id: offer.id, message: offer.msg };
  return done;
}

/** [V28] */
export function unpublish(draft: Draft, { connection }: UnpublishCommand): Done {
  const slot = slotOfConnection(draft.room, connection);
  if (slot !== null && draft.room.offer?.slot === slot) dropOffer(draft);
  return done;
}
