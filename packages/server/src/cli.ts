import { readFileSync } from 'node:fs';
import { destination, type Logger, pino } from 'pino';
import type { Config } from './config/config.ts';
import { helpText } from './config/help-text.ts';
import { parseCommand } from './config/parse-config.ts';
import { readyLines } from './ready-lines.ts';
import { StartError } from './start-error.ts';
import { type RunningServer, startServer } from './start-server.ts';

/** The command line `apprtc`: does what the arguments say, and reports a failure in one line. */
export async function main(args: readonly string[]): Promise<void> {
  try {
    // The only place that reads the environment.
    const command = parseCommand(args, process.env);
    switch (command.kind) {
      case 'help':
        process.stdout.write(helpText(version()));
        return;
      case 'version':
        process.stdout.write(`${version()}\n`);
        return;
      case 'conformance':
        process.exitCode = await conformance(command.args);
        return;
      case 'doctor':
        process.exitCode = await doctor(command.args);
        return;
      case 'serve':
        await serve(command.config);
    }
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    process.stderr.write(`apprtc: ${error.message}\n`);
    process.exit(1);
  }
}

/** Loaded only when it is asked for: a server needs none of it. */
async function conformance(args: readonly string[]): Promise<number> {
  const { runConformance } = await import('@apprtc/conformance');
  return runConformance(args, {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
  });
}

/** Loaded only when it is asked for, too: it brings a WebRTC stack. */
async function doctor(args: readonly string[]): Promise<number> {
  const { runDoctor } = await import('@apprtc/doctor');
  return runDoctor(args, {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
  });
}

async function serve(config: Config): Promise<void> {
  // Synchronous, so that the last line before an exit is written too.
  const logger = pino({ level: config.logLevel }, destination({ dest: 2, sync: true }));
  exitOnBugs(logger);
  const server = await startServer(config, logger);
  stopOnSignals(server, logger);
  process.stdout.write(`${[...readyLines(config, server), ...server.notes].join('\n')}\n`);
}

/** After a bug the state is unknown: the process ends and whatever supervises it starts a fresh one. */
function exitOnBugs(logger: Logger): void {
  const exit = (error: unknown) => {
    logger.fatal({ event: 'bug', err: error }, 'an error nobody expected');
    process.exit(1);
  };
  process.on('uncaughtException', exit);
  process.on('unhandledRejection', exit);
}

/** npm passes a signal on to its child, which a terminal has already sent to both: Ctrl-C once arrives twice. */
const echoMs = 500;

/** The first signal stops in order, a second one at once. */
function stopOnSignals(server: RunningServer, logger: Logger): void {
  let firstAtMs: number | undefined;
  const stop = async (signal: NodeJS.Signals) => {
    const nowMs = performance.now();
    if (firstAtMs !== undefined) {
      if (nowMs - firstAtMs > echoMs) process.exit(1);
      return;
    }
    firstAtMs = nowMs;
    logger.info({ event: 'stopping', signal });
    await server.drain();
    await server.close();
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

function version(): string {
  const manifest: unknown = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  );
  const isManifest = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return isManifest ? String(manifest.version) : 'unknown';
}
