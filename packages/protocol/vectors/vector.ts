/** A text, or the UTF-16 code units of one (a lone surrogate has no place in JSON), so many times. */
type Part =
  | { readonly text: string; readonly times: number }
  | { readonly codeUnits: readonly number[]; readonly times: number };

/** A text, or parts one after the other, so that a huge input is a short line. */
export type VectorInput = string | { readonly parts: readonly Part[] };

export interface Vector {
  readonly name: string;
  /** An id of PROTOCOL.md. */
  readonly rule: string;
  readonly input: VectorInput;
  readonly expect: unknown;
}

export function inputOf(vector: Vector): string {
  if (typeof vector.input === 'string') return vector.input;
  return vector.input.parts
    .map((part) => {
      const text = 'text' in part ? part.text : String.fromCharCode(...part.codeUnits);
      return text.repeat(part.times);
    })
    .join('');
}
