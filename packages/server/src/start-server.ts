import type { Logger } from 'pino';
import type { Config } from './config/config.ts';
import { createProduct } from './create-product.ts';
import type { TurnService } from './ice/turn-source.ts';
import { type Listeners, listen } from './listeners.ts';
import type { Product } from './product.ts';
import { startTurn } from './turn/turn-relay.ts';

/** A server that answers. */
export interface RunningServer {
  readonly scheme: 'http' | 'https';
  readonly port: number;
  /** What the operator should know: a line each. */
  readonly notes: readonly string[];
  /** Accepts nothing more and waits for calls that a stop would end, for as long as configured. `close` follows. */
  drain(): Promise<void>;
  /** Accepts nothing more, closes the WebSockets with 1001, lets requests end, and is done within 5 s. Idempotent. */
  close(): Promise<void>;
}

// Half a second less than promised, for the exit itself.
const closeWithinMs = 4500;

/**
 * Starts the whole server.
 * @throws {StartError} when it can't, with the reason in words for the operator.
 */
export async function startServer(config: Config, logger: Logger): Promise<RunningServer> {
  const turn = config.turn ? await startTurn(config, logger) : undefined;
  const { product, listeners } = await open(config, logger, turn).catch(async (error: unknown) => {
    await turn?.close();
    throw error;
  });
  const { scheme, port } = listeners;
  logger.info({ event: 'listening', scheme, host: config.host, port });
  async function stop(): Promise<void> {
    const portClosed = listeners.close();
    await Promise.race([
      Promise.all([product.close(), portClosed, turn?.close()]),
      elapsed(closeWithinMs),
    ]);
    listeners.cut();
    logger.info({ event: 'stopped' });
  }
  let stopped: Promise<void> | undefined;
  return {
    scheme,
    port,
    notes: [...product.notes, ...(turn?.lines ?? [])],
    async drain() {
      // A successor may have the port at once.
      void listeners.close();
      await product.drain();
    },
    close() {
      stopped ??= stop();
      return stopped;
    },
  };
}

interface Opened {
  readonly product: Product;
  readonly listeners: Listeners;
}

async function open(config: Config, logger: Logger, turn?: TurnService): Promise<Opened> {
  const product = await createProduct(config, logger, turn);
  try {
    return { product, listeners: await listen(config, product, logger) };
  } catch (error) {
    await product.close();
    throw error;
  }
}

function elapsed(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
