import { checkServerIdentity } from 'node:tls';
import type { Finding, Line } from '../finding.ts';
import type { CertificateFacts } from '../look/certificate-facts.ts';

const dayMs = 24 * 60 * 60 * 1000;
const soonDays = 14;
/** What the dates and the name say better themselves. */
const toldOtherwise = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** What a browser will make of a certificate: its dates, its name, who vouches for it. */
export function judgeCertificate(
  line: Line,
  host: string,
  { certificate, distrust }: CertificateFacts,
  nowMs: number,
): Finding {
  const untilMs = Date.parse(certificate.valid_to);
  const fromMs = Date.parse(certificate.valid_from);
  if (!(untilMs > nowMs)) {
    return line.problem(
      `it expired ${days(nowMs - untilMs)} ago, on ${certificate.valid_to}`,
      'Renew the certificate, restart or reload what serves it, and find out why it was not renewed by itself.',
    );
  }
  if (fromMs > nowMs) {
    return line.problem(
      `it is good only from ${certificate.valid_from} on`,
      'Look at the clock of this machine, and of the machine that the certificate was made on.',
    );
  }
  if (checkServerIdentity(host, certificate) !== undefined) {
    return line.problem(
      `it is for ${namesIn(certificate.subjectaltname)}, not for ${host}`,
      `Get a certificate for ${host}, or call the server by a name that it is for.`,
    );
  }
  if (distrust !== undefined && !toldOtherwise.has(distrust)) {
    return line.problem(
      `nobody that is trusted here vouches for it (${distrust})`,
      'Take a certificate of a public authority (such as Let’s Encrypt), and serve its whole chain, not the last certificate alone.',
    );
  }
  const left = `good for another ${days(untilMs - nowMs)}`;
  if (untilMs - nowMs < soonDays * dayMs) {
    return line.warning(left, 'See that the renewal works: it should have come by now.');
  }
  return line.fine(`for ${host}, trusted, ${left}`);
}

function days(ms: number): string {
  const count = Math.floor(ms / dayMs);
  return count === 1 ? '1 day' : `${count} days`;
}

function namesIn(subjectAltName: string | undefined): string {
  const names = (subjectAltName ?? '').replace(/(DNS|IP Address):/g, '');
  return names === '' ? 'no name at all' : names;
}
