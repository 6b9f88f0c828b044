import type { Logger } from 'pino';
import { deniedPeers, rangeText } from './denied-peers.ts';

/** What may be told of a line that coturn wrote. */
export type CoturnLine =
  /** Somebody asked for a peer that the deny list holds: the block, never the address. */
  | { readonly kind: 'peer-denied'; readonly block: string; readonly isUsual: boolean }
  | { readonly kind: 'problem'; readonly text: string }
  | { readonly kind: 'note'; readonly text: string };

const deniedPattern = /A peer IP \S+ denied in the range[:=] (\S+)/;
const ipv4Pattern = /\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?/g;
const ipv6Pattern =
  /\[?(?:[0-9a-f]{1,4})?:(?:[0-9a-f]{0,4}:){1,7}[0-9a-f]{0,4}(?:%\w+)?\]?(?::\d+)?/gi;
const maxLength = 300;

/** Reads a line of coturn's output and takes out what logs never hold: user names, addresses, nonces, the secret. */
export function readCoturnLine(line: string, secret: string): CoturnLine | undefined {
  const bare = line.replace(/^\S*\d+: (?:\(\d+\): |: )?/, '').trim();
  // The lists are in our own table, and long.
  if (!/[a-z]/i.test(bare) || /^(?:Black|White) listing:/.test(bare)) return undefined;
  const range = deniedPattern.exec(bare)?.[1];
  if (range !== undefined) return denied(range);
  const text = withoutSecrets(bare, secret).slice(0, maxLength);
  const isProblem = /\b(?:ERROR|WARNING|FATAL|CONFIG ERROR|Cannot|cannot|Bad)\b/.test(bare);
  return { kind: isProblem ? 'problem' : 'note', text };
}

const blockOfRange = new Map(deniedPeers.map((denied) => [rangeText(denied.block), denied]));

/** A range that is not of the table is of the configuration or of this machine. */
function denied(range: string): CoturnLine {
  const { block, isUsual } = blockOfRange.get(range) ?? { block: range };
  return { kind: 'peer-denied', block, isUsual: isUsual === true };
}

function withoutSecrets(text: string, secret: string): string {
  return text
    .replaceAll(secret, '<secret>')
    .replace(
      /\b(user|usname|username|nonce|password|pwd)(\s*[=:]?\s*)(<[^>]*>|"[^"]*"|'[^']*'|[^\s,]+)/gi,
      '$1$2<hidden>',
    )
    .replace(/\b\d{9,11}:[^\s,>]+/g, '<hidden>')
    .replace(ipv4Pattern, '<address>')
    .replace(ipv6Pattern, '<address>');
}

const windowMs = 60_000;
const maxLinesInWindow = 30;

/** Logs coturn's lines. Clients can make it write as often as they like, so the loud ones are counted and bounded. */
export class CoturnLog {
  readonly #logger: Logger;
  readonly #secret: string;
  readonly #nowMs: () => number;
  #windowEndMs = 0;
  #linesInWindow = 0;

  constructor(logger: Logger, secret: string, nowMs: () => number) {
    this.#logger = logger;
    this.#secret = secret;
    this.#nowMs = nowMs;
  }

  add(line: string): void {
    const read = readCoturnLine(line, this.#secret);
    if (read === undefined) return;
    if (read.kind === 'note') this.#logger.debug({ event: 'turn.says', text: read.text });
    else if (read.kind === 'peer-denied' && read.isUsual) this.#tellDenied('debug', read.block);
    else if (this.#mayBeLoud()) this.#warn(read);
  }

  #warn(read: Exclude<CoturnLine, { kind: 'note' }>): void {
    if (read.kind === 'problem') this.#logger.warn({ event: 'turn.problem', text: read.text });
    else this.#tellDenied('warn', read.block);
  }

  #tellDenied(level: 'debug' | 'warn', block: string): void {
    this.#logger[level]({ event: 'turn.peer-denied', block });
  }

  #mayBeLoud(): boolean {
    const nowMs = this.#nowMs();
    if (nowMs >= this.#windowEndMs) {
      const hidden = this.#linesInWindow - maxLinesInWindow;
      if (hidden > 0) this.#logger.warn({ event: 'turn.lines-hidden', count: hidden });
      this.#windowEndMs = nowMs + windowMs;
      this.#linesInWindow = 0;
    }
    this.#linesInWindow += 1;
    return this.#linesInWindow <= maxLinesInWindow;
  }
}
