/** What one check said last and what it was answered: a failure's report shows both. */
export class Journal {
  #request = '';
  #reply = '';

  sent(text: string): void {
    this.#request = text;
    this.#reply = '';
  }

  came(text: string): void {
    this.#reply = text;
  }

  last(): { readonly request: string; readonly reply: string } {
    return { request: this.#request, reply: this.#reply };
  }

  /** Forgets what was said since `last`, such as markers. */
  restore({ request, reply }: { readonly request: string; readonly reply: string }): void {
    this.#request = request;
    this.#reply = reply;
  }
}
