import { type Parsed, parsed, refused } from '@apprtc/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * [HT4] Bodies are raw bytes whatever their Content-Type says. Fastify refuses types that it can't parse
 * (the original Collider posts `Content-Type: text`), so it is shown one type for all.
 */
export function takeBodiesRaw(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
}

/** Shows Fastify one content type for all bodies; called before it sees the request. */
export function forgetContentType(headers: NodeJS.Dict<string | string[]>): void {
  headers['content-type'] = 'application/octet-stream';
}

/** The body as text, byte for byte; an absent one is empty. */
export function bodyText(request: FastifyRequest): Parsed<string, 'not-utf8'> {
  const { body } = request;
  if (!(body instanceof Uint8Array)) return parsed('');
  try {
    return parsed(utf8.decode(body));
  } catch {
    return refused('not-utf8');
  }
}
