import type { IncomingHttpHeaders } from 'node:http';
import { type Finding, lineOf } from '../finding.ts';

export interface SeenReply {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/** [HT1] Small devices read a length and the bytes behind it, nothing else. */
export function judgePlainReplies(replies: readonly SeenReply[]): Finding {
  const paths = replies.map(({ path }) => path).join(' and ');
  const line = lineOf('plain-replies', `whether ${paths} answer as small devices need it`);
  const flaws = replies.flatMap(({ path, headers }) => {
    const encoding = headers['content-encoding'];
    if (encoding !== undefined && encoding !== 'identity')
      return [`${path} is compressed (${encoding}), unasked`];
    return headers['content-length'] === undefined ? [`${path} has no Content-Length`] : [];
  });
  if (flaws.length === 0) return line.fine('with a length, and not compressed');
  return line.problem(
    `${flaws.join(', ')}: ESP32 can’t read that`,
    'Let the proxy pass replies on as they are: no compression of JSON, no rewriting (nginx: gzip off, proxy_buffering on).',
  );
}
