type Listener<Value> = (value: Value) => void;

function report(error: unknown): void {
  // `reportError` shows it as an uncaught error without unwinding us; Node 20 has none.
  if (typeof globalThis.reportError === 'function') globalThis.reportError(error);
  else console.error(error);
}

/** Typed events. A listener that throws is reported and disturbs neither the emitter nor other listeners. */
export class Emitter<Events extends object> {
  readonly #listeners = new Map<keyof Events, Set<Listener<never>>>();

  on<Name extends keyof Events>(name: Name, listener: Listener<Events[Name]>): () => void {
    const listeners = this.#listeners.get(name) ?? new Set<Listener<never>>();
    this.#listeners.set(name, listeners);
    // A wrapper, so that one function subscribed twice is undone one at a time.
    const entry: Listener<Events[Name]> = (value) => listener(value);
    listeners.add(entry);
    return () => {
      listeners.delete(entry);
    };
  }

  emit<Name extends keyof Events>(name: Name, value: Events[Name]): void {
    for (const listener of [...(this.#listeners.get(name) ?? [])]) {
      try {
        (listener as Listener<Events[Name]>)(value);
      } catch (error) {
        report(error);
      }
    }
  }
}
