declare const brand: unique symbol;

/** Names one open socket, on whichever node it is. Made by the Collider only. */
export type ConnectionId = string & { readonly [brand]: 'ConnectionId' };
