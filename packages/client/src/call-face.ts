import type { CallEvents, MediaPath, Recovery, RelayProblem } from './api.ts';
import { Emitter } from './emitter.ts';

type ShownName = 'remoteStream' | 'path' | 'relayProblem' | 'recovery';
type Shown = { -readonly [Name in ShownName]: CallEvents[Name] };

/** What a call shows of itself beside its state: each value is told when it becomes another one. */
export abstract class CallFace {
  protected readonly events = new Emitter<CallEvents>();
  readonly #shown: Shown = {
    remoteStream: null,
    path: null,
    relayProblem: null,
    recovery: { signaling: null, media: null },
  };

  get remoteStream(): MediaStream | null {
    return this.#shown.remoteStream;
  }

  get path(): MediaPath | null {
    return this.#shown.path;
  }

  get relayProblem(): RelayProblem | null {
    return this.#shown.relayProblem;
  }

  get recovery(): Recovery {
    return this.#shown.recovery;
  }

  on<Name extends keyof CallEvents>(
    event: Name,
    listener: (value: CallEvents[Name]) => void,
  ): () => void {
    return this.events.on(event, listener);
  }

  protected show<Name extends ShownName>(name: Name, value: Shown[Name] & CallEvents[Name]): void {
    if (value === this.#shown[name]) return;
    this.#shown[name] = value;
    this.events.emit(name, value);
  }

  protected showRecovery(of: keyof Recovery, value: Recovery['media']): void {
    if (this.recovery[of] !== value) this.show('recovery', { ...this.recovery, [of]: value });
  }

  /** The path is the last one that there was; a relay that is away matters only to one through a relay. */
  protected whyGivenUp(): string {
    const { path, relayProblem: problem } = this;
    const isRelayed = path?.kind === 'relay' && path.side === 'ours';
    const isRelayAway = problem !== null && (problem.isRelayOnly || isRelayed);
    return `Media was lost and did not come back${isRelayAway ? ` (relay: ${problem.code})` : ''}`;
  }
}
