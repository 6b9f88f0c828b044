import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';
import { queryIn } from './route-context.ts';

export interface SecurityOptions {
  readonly isTls: boolean;
  /** Where else the page of an address with this query may connect to. */
  readonly connectsTo: (query: URLSearchParams) => readonly string[];
}

/** What a page of ours may load and do: its own files, its own server, its own camera and microphone. */
const directives = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'", 'data:', 'blob:'],
  mediaSrc: ["'self'", 'blob:', 'mediastream:'],
  fontSrc: ["'self'"],
  manifestSrc: ["'self'"],
  workerSrc: ["'self'", 'blob:'],
  baseUri: ["'none'"],
  formAction: ["'self'"],
  frameAncestors: ["'self'"],
};

const permissionsPolicy =
  'camera=(self), microphone=(self), display-capture=(self), fullscreen=(self), ' +
  'picture-in-picture=(self), screen-wake-lock=(self), speaker-selection=(self), geolocation=()';

/** [HM7] Security headers on every page. */
export async function addSecurityHeaders(
  app: FastifyInstance,
  options: SecurityOptions,
): Promise<void> {
  const { isTls, connectsTo } = options;
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        ...directives,
        connectSrc: [(request) => ["'self'", ...connectsTo(queryIn(request.url))].join(' ')],
      },
    },
    // Room links are shared: their names must not leak to other sites, nor the page be framed there.
    referrerPolicy: { policy: 'no-referrer' },
    crossOriginResourcePolicy: false,
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    strictTransportSecurity: isTls ? { maxAge: 31_536_000, includeSubDomains: false } : false,
  });
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('Permissions-Policy', permissionsPolicy);
  });
}
