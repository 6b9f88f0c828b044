/** The outcome of reading untrusted input: a value, or why there is none. Parsers never throw. */
export type Parsed<Value, Problem extends string = string> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problem: Problem };

export function parsed<Value>(value: Value): { readonly ok: true; readonly value: Value } {
  return { ok: true, value };
}

export function refused<Problem extends string>(
  problem: Problem,
): { readonly ok: false; readonly problem: Problem } {
  return { ok: false, problem };
}

/** A JSON object whose values are still unknown. Arrays and null are none. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON.parse that answers instead of throwing. */
export function parseJson(text: string): Parsed<unknown, 'not-json'> {
  try {
    return parsed(JSON.parse(text) as unknown);
  } catch {
    return refused('not-json');
  }
}

/** Parses `text` to a JSON object. */
export function parseJsonObject(text: string): Parsed<JsonObject, 'not-json' | 'not-an-object'> {
  const json = parseJson(text);
  if (!json.ok) return json;
  return isJsonObject(json.value) ? parsed(json.value) : refused('not-an-object');
}
