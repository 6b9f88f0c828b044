import { bye, type Caller } from '../caller.ts';
import type { Family, Severity } from '../check.ts';

/** What a client family does that others don't. */
export interface Habits {
  /** The rule of how it leaves. */
  readonly rule: string;
  /** Takes `ice_server_url` from `/params`, before it joins. */
  readonly asksParamsFirst: boolean;
  /** Asks the server for ICE servers. */
  readonly asksIce: boolean;
  /** Its first frame on a connection; it expects an error frame for it. */
  readonly greeting: string | undefined;
  /** The way of its messages while it is the second in the room. The first one always posts to `/message`. */
  readonly answersBy: 'socket' | 'message';
  /** After a lost connection it registers the same id; else it joins anew. */
  readonly registersAgain: boolean;
  leave(caller: Caller): Promise<unknown>;
  /** Whether the other hears a bye when it leaves. */
  readonly saysBye: boolean;
  /** Whether the room has a place for it at once after it left, on any server or on ours. */
  readonly comesBack: Severity;
}

const plain = {
  asksParamsFirst: false,
  asksIce: false,
  greeting: undefined,
  answersBy: 'socket',
  registersAgain: true,
  saysBye: true,
  comesBack: 'required',
} as const;

/** `/leave`, `bye`, close, `DELETE`. */
async function leaveAsThePage(caller: Caller): Promise<void> {
  await caller.leave();
  await caller.sayBye();
  await caller.close();
  await caller.delete();
}

/** `/leave` in parallel with `bye`, `DELETE`, close. */
async function leaveAsAndroid(caller: Caller): Promise<void> {
  await Promise.all([caller.leave(), caller.sayBye()]);
  await caller.delete();
  await caller.close();
}

/** Each family's habits, and its order of leaving in particular. */
export const habits: Readonly<Record<Family, Habits>> = {
  web: { ...plain, rule: 'CL1', asksIce: true, leave: leaveAsThePage },
  android: { ...plain, rule: 'CL2', asksIce: true, leave: leaveAsAndroid },
  ios: { ...plain, rule: 'CL1', asksParamsFirst: true, asksIce: true, leave: leaveAsThePage },
  esp32: {
    ...plain,
    rule: 'CL3',
    asksIce: true,
    answersBy: 'message',
    // Its 100 ms before DELETE are its own affair.
    leave: async (caller) => {
      await caller.leave();
      await caller.sayBye();
      await caller.delete();
      await caller.drop();
    },
  },
  kvs: {
    ...plain,
    rule: 'CL6',
    asksIce: true,
    answersBy: 'message',
    registersAgain: false,
    leave: (caller) => caller.drop(),
    saysBye: false,
    comesBack: 'ours',
  },
  aiortc: {
    ...plain,
    rule: 'CL4',
    leave: async (caller) => {
      if (caller.isInitiator === 'true') await caller.post(bye);
      else await caller.sayBye();
      await caller.close();
    },
    comesBack: 'ours',
  },
  windows: {
    ...plain,
    rule: 'CL5',
    greeting: '{}',
    leave: async (caller) => {
      await caller.sayBye();
      await caller.close();
      await caller.leave();
    },
    comesBack: 'ours',
  },
  // The Flutter clients are ports of Android's.
  flutter: { ...plain, rule: 'CL2', asksIce: true, leave: leaveAsAndroid },
  cpp: {
    ...plain,
    rule: 'CL7',
    leave: (caller) => caller.delete(),
    saysBye: false,
    comesBack: 'ours',
  },
};
