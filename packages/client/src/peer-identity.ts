/**
 * What tells one peer connection's descriptions from another's: the DTLS certificate's fingerprint (RFC 8122), which
 * stays the same through an ICE restart and changes when the other side starts afresh. Without one, the origin
 * line's session id (RFC 8866 section 5.2).
 */
export function peerIdentity(sdp: string): string {
  const fingerprint = /^a=fingerprint:(.*)$/m.exec(sdp)?.[1];
  return (fingerprint ?? /^o=\S+ (\S+)/m.exec(sdp)?.[1] ?? '').trim();
}
