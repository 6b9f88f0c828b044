import { lineOf } from '../finding.ts';
import { judgeCertificate } from '../judge/judge-certificate.ts';
import { judgeClock } from '../judge/judge-clock.ts';
import { judgeOrigin } from '../judge/judge-origin.ts';
import { ask, type Reply } from './ask.ts';
import { bareHost, type Visit } from './visit.ts';

const redirects = new Set([301, 302, 303, 307, 308]);

/** The first look: the page, and what comes with it. Undefined when there is nothing to look at. */
export async function lookAtPage(visit: Visit): Promise<Visit | undefined> {
  const { url, notes, stepMs } = visit;
  const reach = lineOf('reach', `a connection to ${url.origin}`);
  const page = await ask({ method: 'GET', url: new URL('/', url) }, stepMs);
  if (!page.ok) {
    notes.note(
      reach.problem(
        page.problem,
        'See that the server runs (journalctl, docker logs), listens beyond localhost (--host), and that firewall and DNS let people through.',
      ),
    );
    return undefined;
  }
  const secure = secureTwin(url, page.value);
  if (secure !== undefined) {
    notes.note(lineOf('plain-http', `${url.origin}/`).fine(`it sends people to ${secure.origin}`));
    return lookAtPage({ ...visit, url: secure });
  }
  notes.note(judgeOrigin(url), judgeClock(page.value.headers.date, Date.now()));
  noteCertificate(visit, page.value);
  notePage(visit, page.value);
  await lookAtPlainHttp(visit);
  return visit;
}

/** Where a plain HTTP address sends its visitors, if that is the same server over TLS. */
function secureTwin(url: URL, { status, headers }: Reply): URL | undefined {
  const location = headers.location ?? '';
  if (url.protocol !== 'http:' || !redirects.has(status)) return undefined;
  if (!URL.canParse(location, url.origin)) return undefined;
  const target = new URL(location, url.origin);
  return target.protocol === 'https:' ? new URL(target.origin) : undefined;
}

function noteCertificate({ url, notes }: Visit, { certificate }: Reply): void {
  if (certificate === undefined) return;
  const line = lineOf('certificate', `the certificate of ${url.host}`);
  notes.note(judgeCertificate(line, bareHost(url), certificate, Date.now()));
}

function notePage({ url, notes }: Visit, { status, headers, durationMs }: Reply): void {
  const line = lineOf('page', `the page at ${url.origin}/`);
  const type = headers['content-type'] ?? 'no type';
  if (status === 200 && type.startsWith('text/html')) {
    notes.note(line.fine(`served in ${Math.round(durationMs)} ms`));
    return;
  }
  const where = headers.location === undefined ? '' : `, to ${headers.location}`;
  notes.note(
    line.problem(
      `HTTP ${status}${where}, ${type}`,
      'See that the proxy passes every path on, / too, and that the address is that of the server.',
    ),
  );
}

/** People type a name without https:// in front. */
async function lookAtPlainHttp({ url, notes, stepMs }: Visit): Promise<void> {
  if (url.protocol !== 'https:' || url.port !== '') return;
  const plain = new URL(`http://${url.hostname}/`);
  const line = lineOf('plain-http', plain.href);
  const reply = await ask({ method: 'GET', url: plain }, stepMs);
  if (!reply.ok) {
    notes.note(line.fine(`nothing is served there: ${reply.problem}`));
    return;
  }
  const secure = secureTwin(plain, reply.value);
  notes.note(
    secure === undefined
      ? line.warning(
          `HTTP ${reply.value.status}, and no way to ${url.origin}`,
          `Let port 80 redirect to ${url.origin}: a page over plain HTTP has no camera.`,
        )
      : line.fine(`it sends people to ${secure.origin}`),
  );
}
