import type { PeerCertificate, TLSSocket } from 'node:tls';

/** What a TLS server showed, and what this machine's own trust store makes of it. */
export interface CertificateFacts {
  /** Undefined where the chain ends in an authority that is trusted here. */
  readonly distrust: string | undefined;
  readonly certificate: PeerCertificate;
}

/** Of a socket that is connected with `rejectUnauthorized: false`. */
export function certificateFactsOf(socket: TLSSocket): CertificateFacts {
  const error: unknown = socket.authorizationError;
  return {
    // Node gives a code here, whatever its types say.
    distrust: error instanceof Error ? error.message : error ? String(error) : undefined,
    certificate: socket.getPeerCertificate(),
  };
}
