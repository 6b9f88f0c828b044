import { type ClientId, parseClientId, parseRoomId, type RoomId } from '../ids.ts';
import { limits } from '../limits.ts';
import { sessionLimits } from './session-limits.ts';
import { type Shape, text } from './shape.ts';

declare const brand: unique symbol;

/** One run of a client, such as a page load: random, of its own making, told to nobody but the server. */
export type InstanceId = string & { readonly [brand]: 'InstanceId' };

/** Names a published offer; of its publisher's making. */
export type OfferId = string & { readonly [brand]: 'OfferId' };

/** Proves a seat. Opaque to clients, and a bearer secret: never logged. */
export type Credential = string & { readonly [brand]: 'Credential' };

/* @__NO_SIDE_EFFECTS__ */
function spelled<Id extends string>(minLength: number, maxLength: number): Shape<Id> {
  const pattern = `^[A-Za-z0-9_-]{${minLength},${maxLength}}$`;
  const spelling = new RegExp(pattern);
  return {
    schema: { type: 'string', pattern },
    read: (seen) => (typeof seen === 'string' && spelling.test(seen) ? (seen as Id) : undefined),
  };
}

export const instanceId = spelled<InstanceId>(
  sessionLimits.minInstanceLength,
  sessionLimits.maxInstanceLength,
);

export const offerId = spelled<OfferId>(1, sessionLimits.maxOfferIdLength);

/** Printable ASCII: it is a header-safe token in every spelling that a server may choose. */
export const credential: Shape<Credential> = {
  schema: {
    type: 'string',
    pattern: `^[!-~]{1,${sessionLimits.maxCredentialLength}}$`,
  },
  read: (seen) => {
    const token = text(1, sessionLimits.maxCredentialLength).read(seen);
    return token !== undefined && /^[!-~]+$/.test(token) ? (token as Credential) : undefined;
  },
};

/** [ID1] [ID2] [ID3] */
export const roomId: Shape<RoomId> = {
  schema: { type: 'string', pattern: `^[A-Za-z0-9_-]{1,${limits.maxRoomIdLength}}$` },
  read: (seen) => {
    const read = parseRoomId(seen);
    return read.ok ? read.value : undefined;
  },
};

/** [ID4] */
export const clientId: Shape<ClientId> = {
  schema: { type: 'string', pattern: `^[!-.0-~]{1,${limits.maxClientIdLength}}$` },
  read: (seen) => {
    const read = parseClientId(seen);
    return read.ok ? read.value : undefined;
  },
};
