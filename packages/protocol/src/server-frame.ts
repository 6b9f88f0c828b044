import { type Parsed, parsed, parseJsonObject, refused } from './parsed.ts';

/** A frame from the Collider to a client: a message of the other client, or an error. */
export type ServerFrame =
  | { readonly kind: 'message'; readonly message: string }
  | { readonly kind: 'error'; readonly error: string };

/** [FR7] `{"msg":"…","error":""}`: both keys, always strings, nothing else. */
export function encodeMessageFrame(message: string): string {
  return `{"msg":${JSON.stringify(message)},"error":""}`;
}

/** [FR7] `{"msg":"","error":"…"}`. */
export function encodeErrorFrame(error: string): string {
  return `{"msg":"","error":${JSON.stringify(error)}}`;
}

/** Reads a Collider's frame, ours or a foreign one's, which may leave one of the two keys out. */
export function parseServerFrame(
  text: string,
): Parsed<ServerFrame, 'not-json' | 'not-an-object' | 'not-a-string' | 'empty-frame'> {
  const json = parseJsonObject(text);
  if (!json.ok) return json;
  const { msg = '', error = '' } = json.value;
  if (typeof msg !== 'string' || typeof error !== 'string') return refused('not-a-string');
  if (error !== '') return parsed({ kind: 'error', error });
  return msg === '' ? refused('empty-frame') : parsed({ kind: 'message', message: msg });
}
