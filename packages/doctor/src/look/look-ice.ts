import type { IceServers } from '@apprtc/protocol';
import { lineOf } from '../finding.ts';
import { judgeCertificate } from '../judge/judge-certificate.ts';
import { judgeIceConfig, urlsOf } from '../judge/judge-ice-config.ts';
import { parseIceUrl } from '../stun/ice-url.ts';
import { isInside } from '../stun/ip-address.ts';
import { ask, type Reply } from './ask.ts';
import { bareHost, type Visit, withoutQuery } from './visit.ts';

export interface IceLook {
  /** Undefined where there was none. */
  readonly reply: Reply | undefined;
  readonly servers: IceServers | undefined;
}

/** Asks for the ICE servers with the key that a join gave. */
export async function lookAtIceConfig(visit: Visit, iceServerUrl: string): Promise<IceLook> {
  const { notes, url, stepMs } = visit;
  const line = lineOf('ice-config', `the list of ICE servers at ${withoutQuery(iceServerUrl)}`);
  const advice = 'Let the proxy pass /v1alpha/ on, with POST.';
  const nothing = { reply: undefined, servers: undefined };
  if (!URL.canParse(iceServerUrl)) {
    notes.note(line.problem('a join names no address to ask for them', 'Update the server.'));
    return nothing;
  }
  const asked = await ask(
    { method: 'POST', url: new URL(iceServerUrl), origin: url.origin },
    stepMs,
  );
  if (!asked.ok) {
    notes.note(line.problem(asked.problem, advice));
    return nothing;
  }
  const { status, text, headers, certificate } = asked.value;
  const service = new URL(iceServerUrl);
  if (certificate !== undefined && service.host !== url.host) {
    const own = lineOf('certificate', `the certificate of ${service.host}`);
    notes.note(judgeCertificate(own, bareHost(service), certificate, Date.now()));
  }
  if (status !== 200) {
    notes.note(line.problem(`HTTP ${status}`, advice));
    return { ...nothing, reply: asked.value };
  }
  const { findings, servers } = judgeIceConfig(text, Date.now());
  for (const { username, credential } of servers?.servers ?? []) {
    notes.hide(username);
    notes.hide(credential);
  }
  const isForeign = new URL(iceServerUrl).origin !== url.origin;
  if (isForeign && headers['access-control-allow-origin'] === undefined) {
    notes.note(line.problem('no Access-Control-Allow-Origin: pages may not read it', advice));
  } else {
    notes.note(...findings);
  }
  if (servers !== undefined) noteServers(visit, servers);
  return { reply: asked.value, servers };
}

/** Whose servers they are, and whether there is a relay among them. */
function noteServers({ notes, url }: Visit, servers: IceServers): void {
  const urls = urlsOf(servers).flatMap((text) => {
    const parsed = parseIceUrl(text);
    return parsed.ok ? [parsed.value] : [];
  });
  const hosts = [...new Set(urls.map(({ host }) => host))];
  const others = hosts.filter((host) => !isNear(host, bareHost(url)));
  const whose = lineOf('ice-servers', 'whose STUN and TURN servers callers are sent to');
  notes.note(
    whose.fine(
      others.length === 0
        ? `your own: ${hosts.join(', ')}`
        : `${others.join(', ')}: if these are somebody else’s, they see your callers’ addresses`,
    ),
  );
  const relay = lineOf('relay-configured', 'a relay (TURN) for callers whose networks don’t meet');
  notes.note(
    urls.some(({ isRelay }) => isRelay)
      ? relay.fine(`${urls.filter(({ isRelay }) => isRelay).length} ways to one`)
      : relay.warning(
          'there is none: about one call in five between networks will stay without picture and sound',
          'Run a relay: apprtc serve --turn, or a TURN server of your own with its shared secret (docs/turn.md).',
        ),
  );
}

/** The same name, one below the same parent, or the same machine. */
function isNear(host: string, home: string): boolean {
  if (host === home || (isInside(host) && (isInside(home) || home === 'localhost'))) return true;
  const parent = home.split('.').slice(-2).join('.');
  return parent.includes('.') && !/^[\d.]+$/.test(parent) && host.endsWith(`.${parent}`);
}
