import { randomBytes } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import type { Logger } from 'pino';
import type { TurnService } from '../ice/turn-source.ts';
import { StartError } from '../start-error.ts';
import { followTls } from '../tls/follow-tls.ts';
import { openTlsSource, type TlsPair } from '../tls/tls-source.ts';
import { canGuard, coturnAccount, coturnCommand, installedVersion } from './coturn-command.ts';
import { coturnConfig } from './coturn-config.ts';
import { CoturnLog, readCoturnLine } from './coturn-log.ts';
import { type CommandLine, startCoturn } from './coturn-process.ts';
import { type CoturnVersion, versionText, weaknessesOf } from './coturn-version.ts';
import { CoturnWatch } from './coturn-watch.ts';
import { answersStun } from './stun-probe.ts';
import { openTurnFolder, type TurnFolder } from './turn-folder.ts';
import { loopbackShout, turnLines } from './turn-lines.ts';
import { planTurn, type TurnConfig, type TurnPlan } from './turn-plan.ts';
import { checkTurnPorts } from './turn-ports.ts';

/** The coturn beside the server. */
export interface TurnRelay extends TurnService {
  /** What the operator is told at the start. */
  readonly lines: readonly string[];
  /** Ends coturn and removes its files, within 2.5 s. Idempotent. */
  close(): Promise<void>;
}

const secretBytes = 32;
const readyWithinMs = 10_000;
const answerWithinMs = 2000;
/** Lines of coturn that a failed start shows. */
const shownLines = 5;

/**
 * Starts coturn and keeps it running until `close`.
 * @throws {StartError} when there is none, a port is taken, no address can relay, or it does not serve.
 */
export async function startTurn(config: TurnConfig, logger: Logger): Promise<TurnRelay> {
  const plan = planTurn(config, networkInterfaces());
  const version = await installedVersion(config.searchPath);
  warnOfWeaknesses(version, logger);
  if (config.turnAllowLoopback) logger.error({ event: 'turn.loopback-open' }, loopbackShout);
  await checkTurnPorts(config, plan);
  const isGuarded = await canGuard(config.searchPath);
  if (!isGuarded) logger.warn({ event: 'turn.unguarded' }, unguarded);
  const account = isGuarded ? await coturnAccount() : undefined;
  const folder = await openTurnFolder(account);
  const secret = randomBytes(secretBytes).toString('hex');
  const command = coturnCommand({
    configPath: folder.files.config,
    account,
    isGuarded,
    hasLowPort: config.turnPort < 1024 || (config.turnTlsPort ?? 1024) < 1024,
  });
  try {
    const text = coturnConfig({ config, plan, files: folder.files, secret, version });
    const close = await keepRunning({ config, plan, folder, command, text, secret, logger });
    return { urls: plan.urls, secret, lines: turnLines(config, plan, version), close };
  } catch (error) {
    await folder.remove();
    throw error;
  }
}

const unguarded =
  'there is no setpriv with --pdeathsig: should this process be killed with SIGKILL, coturn runs on';

function warnOfWeaknesses(version: CoturnVersion | undefined, logger: Logger): void {
  const found = weaknessesOf(version);
  if (found.length === 0) return;
  logger.warn(
    { event: 'turn.old-coturn', version: versionText(version), weaknesses: found },
    `coturn ${versionText(version)} has known weaknesses: install a newer one when you can`,
  );
}

interface Run {
  readonly config: TurnConfig;
  readonly plan: TurnPlan;
  readonly folder: TurnFolder;
  readonly command: CommandLine;
  /** Of turnserver.conf. */
  readonly text: string;
  readonly secret: string;
  readonly logger: Logger;
}

/** @returns what ends it all. */
async function keepRunning(run: Run): Promise<() => Promise<void>> {
  const { config, plan, folder, logger } = run;
  const log = new CoturnLog(logger, run.secret, () => performance.now());
  const lastLines: string[] = [];
  const onLine = (line: string) => {
    log.add(line);
    const text = readCoturnLine(line, run.secret);
    if (text?.kind === 'problem' && lastLines.length < shownLines) lastLines.push(text.text);
  };
  const isServing = (withinMs = answerWithinMs) =>
    answersStun(plan.relays[0].local, config.turnPort, withinMs);
  const watch = new CoturnWatch({
    async start() {
      await folder.write(folder.files.config, run.text);
      return startCoturn(run.command, config.searchPath, onLine);
    },
    isServing,
    logger,
    nowMs: () => performance.now(),
    random: Math.random,
  });
  const unfollow = await serveTls(run, () => watch.signal('SIGUSR2'));
  const close = async () => {
    unfollow?.();
    await watch.close();
    await folder.remove();
  };
  const first = await watch.open();
  const ended = first.ended.then(() => false);
  if (await Promise.race([isServing(readyWithinMs), ended])) {
    watch.watch(first);
    return close;
  }
  await close();
  throw new StartError(['coturn does not start', ...lastLines].join(': '));
}

/** coturn reads the pair again at SIGUSR2. */
async function serveTls(run: Run, reload: () => void): Promise<(() => void) | undefined> {
  if (run.config.turnTlsPort === undefined) return undefined;
  const source = await openTlsSource(run.config);
  const pair = await source?.read();
  if (source === undefined || pair === undefined) return undefined;
  await run.folder.writeTls(pair);
  const use = (next: TlsPair) => {
    run.folder.writeTls(next).then(reload, (error: unknown) => {
      run.logger.error({ event: 'turn.tls-failed', err: error });
    });
  };
  return followTls(source, pair, use, run.logger);
}
