import type { ClientId, InstanceId } from '@apprtc/protocol';
import type { Draft } from '../draft.ts';
import type { Slot } from '../room.ts';

/** [V9] What a credential says, beside its room: enough to rebuild the seat in an empty memory. */
export interface SeatProof {
  readonly clientId: ClientId;
  readonly slot: Slot;
  readonly isInitiator: boolean;
  /** The pairing in which `instance` takes part; 0: none. */
  readonly epoch: number;
  readonly instance: InstanceId;
}

/** Null where the seat is none of a session. */
export function proofOf(draft: Draft, slot: Slot): SeatProof | null {
  const seat = draft.seat(slot);
  if (seat?.session == null) return null;
  const { clientId, isInitiator, session } = seat;
  return { clientId, slot, isInitiator, epoch: session.epoch, instance: session.instance };
}
