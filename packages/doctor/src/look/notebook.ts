import { checkIds, type Finding } from '../finding.ts';

/** Shorter texts are no secrets that anybody could keep, and stand in plain words. */
const minSecretLength = 8;
/** Texts longer than this come from a server that is none of ours. */
const maxTextLength = 500;

/** Collects the findings of an examination, and keeps secrets and control characters out of them. */
export class Notebook {
  readonly #findings: Finding[] = [];
  readonly #secrets = new Set<string>();

  /** From here on, this text stands in no finding. */
  hide(secret: string | undefined): void {
    if (secret !== undefined && secret.length >= minSecretLength) this.#secrets.add(secret);
  }

  note(...findings: readonly Finding[]): void {
    this.#findings.push(...findings);
  }

  /** In the order of the report; those of one check as they came. */
  read(): readonly Finding[] {
    const clean = this.#findings.map((finding) => this.#cleaned(finding));
    return clean.sort((one, two) => checkIds.indexOf(one.check) - checkIds.indexOf(two.check));
  }

  has(verdict: Finding['verdict'], ...checks: readonly Finding['check'][]): boolean {
    return this.#findings.some(
      (finding) => finding.verdict === verdict && checks.includes(finding.check),
    );
  }

  #cleaned(finding: Finding): Finding {
    const { tried, seen } = finding;
    const texts = { tried: this.#clean(tried), seen: this.#clean(seen) };
    if ('advice' in finding) return { ...finding, ...texts, advice: this.#clean(finding.advice) };
    return { ...finding, ...texts };
  }

  #clean(text: string): string {
    let clean = text;
    for (const secret of this.#secrets) clean = clean.replaceAll(secret, '(hidden)');
    // What a server says goes to a terminal: no escapes, no line ends.
    clean = clean.replace(/\p{C}+/gu, ' ');
    return clean.length > maxTextLength ? `${clean.slice(0, maxTextLength)}…` : clean;
  }
}
