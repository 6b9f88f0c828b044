import type { Logger } from 'pino';
import type { TlsPair, TlsSource } from './tls-source.ts';

/**
 * Looks at the source every few seconds and hands on a pair that changed. We read the files rather than watch them:
 * certificates are swapped by renames and symbolic links, on network volumes too, which file watching misses.
 * A pair that can't be read is logged once and the one in use stays.
 * @returns its undo.
 */
export function followTls(
  source: TlsSource,
  first: TlsPair,
  use: (pair: TlsPair) => void,
  logger: Logger,
  intervalMs = 5000,
): () => void {
  let current = first;
  let lastProblem: string | undefined;
  let isReading = false;
  async function look(): Promise<void> {
    isReading = true;
    try {
      const pair = await source.read();
      lastProblem = undefined;
      if (pair.cert === current.cert && pair.key === current.key) return;
      use(pair);
      current = pair;
      logger.info({ event: 'tls-reloaded' }, 'the TLS certificate changed and is in use');
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      if (problem !== lastProblem) {
        logger.warn(
          { event: 'tls-reload-failed', problem },
          'the old TLS certificate stays in use',
        );
      }
      lastProblem = problem;
    } finally {
      isReading = false;
    }
  }
  const timer = setInterval(() => {
    if (!isReading) void look();
  }, intervalMs);
  timer.unref();
  return () => clearInterval(timer);
}
