import { limits } from '@apprtc/protocol';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import { trustedProxies } from './client-address.ts';
import { sendText } from './json-reply.ts';
import { takeBodiesRaw } from './raw-body.ts';

/** The HTTP application without its routes: bounds, raw bodies, errors in words. */
export function createApp(config: Config, logger: Logger): FastifyInstance {
  const loggerInstance: FastifyBaseLogger = logger;
  const app: FastifyInstance = Fastify({
    loggerInstance,
    // Paths hold client ids, which are secrets: the routes log what matters, with digests.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: limits.maxBodyBytes,
    trustProxy: trustedProxies(config),
    // Longer than any head that Node takes, so that a long id is answered like any other that nobody has.
    routerOptions: { ignoreDuplicateSlashes: true, maxParamLength: 16 * 1024 },
    // [ID1] A path that can't be decoded names nothing that we have.
    frameworkErrors: (_error, _request, reply) => sendText(reply, 'Not found\n', 404),
    forceCloseConnections: false,
  });
  takeBodiesRaw(app);
  app.setNotFoundHandler((_request, reply) => sendText(reply, 'Not found\n', 404));
  app.setErrorHandler((error: { statusCode?: number; message: string }, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) {
      request.log.error({ event: 'request.failed', err: error, route: request.routeOptions.url });
      return sendText(reply, 'Internal server error\n', 500);
    }
    return sendText(reply, `${error.message}\n`, status);
  });
  return app;
}
