import { type Parsed, parsed, parseJsonObject, refused } from './parsed.ts';

/** A frame from a client to the Collider, its ids not yet checked. */
export type ClientFrame =
  | { readonly cmd: 'register'; readonly roomId: string; readonly clientId: string }
  | { readonly cmd: 'send'; readonly message: string };

/** Why a client's frame was refused; each is a name in `wireCodes`. */
export type ClientFrameProblem =
  | 'notJson'
  | 'notAnObject'
  | 'notAString'
  | 'unexpectedCmd'
  | 'missingIds'
  | 'missingMsg';

/** A key's string; absent and null are the empty string, as in the original's Go decoder. */
function stringAt(frame: Readonly<Record<string, unknown>>, key: string): string | undefined {
  const value = frame[key] ?? '';
  return typeof value === 'string' ? value : undefined;
}

/** [FR1]-[FR6] Reads one text frame of a client. Keys may stand in any order; unknown ones are ignored. */
export function parseClientFrame(text: string): Parsed<ClientFrame, ClientFrameProblem> {
  const json = parseJsonObject(text);
  if (!json.ok) return refused(json.problem === 'not-json' ? 'notJson' : 'notAnObject');
  const cmd = stringAt(json.value, 'cmd');
  const roomId = stringAt(json.value, 'roomid');
  const clientId = stringAt(json.value, 'clientid');
  const message = stringAt(json.value, 'msg');
  if (
    cmd === undefined ||
    roomId === undefined ||
    clientId === undefined ||
    message === undefined
  ) {
    return refused('notAString');
  }
  if (cmd === 'send') return message === '' ? refused('missingMsg') : parsed({ cmd, message });
  if (cmd === 'register') {
    if (roomId === '' || clientId === '') return refused('missingIds');
    return parsed({ cmd, roomId, clientId });
  }
  return refused('unexpectedCmd');
}

/** Writes a frame as a client sends it. */
export function encodeClientFrame(frame: ClientFrame): string {
  return frame.cmd === 'register'
    ? JSON.stringify({ cmd: 'register', roomid: frame.roomId, clientid: frame.clientId })
    : JSON.stringify({ cmd: 'send', msg: frame.message });
}
