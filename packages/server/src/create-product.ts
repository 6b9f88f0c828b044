import type { Logger } from 'pino';
import type { Config } from './config/config.ts';
import type { Product } from './product.ts';
import { signingSecret } from './secret.ts';

/** A stand-in that answers 200 to everything. */
export async function createProduct(config: Config, logger: Logger): Promise<Product> {
  await signingSecret(config);
  logger.debug({ event: 'stand-in' });
  return {
    request(_request, response) {
      response.end('ok\n');
    },
    upgrade(_request, socket) {
      socket.destroy();
    },
    async close() {},
  };
}
