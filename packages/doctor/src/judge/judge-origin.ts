import { type Finding, lineOf } from '../finding.ts';
import { bareHost } from '../look/visit.ts';
import { isLoopbackIp } from '../stun/ip-address.ts';

/** Whether browsers let a page from there use camera and microphone (W3C Secure Contexts section 3.1). */
export function judgeOrigin(url: URL): Finding {
  const line = lineOf('secure-origin', `whether a page from ${url.origin} may use the camera`);
  const host = bareHost(url);
  if (url.protocol === 'https:') return line.fine('yes, it comes over HTTPS');
  if (host === 'localhost' || host.endsWith('.localhost') || isLoopbackIp(host)) {
    return line.fine('yes, on this machine; other devices need HTTPS');
  }
  return line.problem(
    'no: browsers give camera and microphone to HTTPS pages only',
    'Put a proxy with a certificate in front (deploy/), or start with --tls-cert and --tls-key, or --tls self-signed for a trial.',
  );
}
