import {
  type JsonSchema,
  sessionCodes,
  sessionEvents,
  sessionFrames,
  type WireCode,
  wireCodes,
} from '@apprtc/protocol';
import {
  clientFrameSchemas,
  serverFrameSchemas,
} from '../../packages/protocol/src/wire-schemas.ts';
import eventVectors from '../../packages/protocol/vectors/session-events.json' with {
  type: 'json',
};
import frameVectors from '../../packages/protocol/vectors/session-frames.json' with {
  type: 'json',
};
import { documentInfo } from './document-info.ts';

/** Frames of one direction of one protocol, by name. */
interface Group {
  readonly prefix: string;
  readonly schemas: Readonly<Record<string, JsonSchema>>;
  /** Examples of the frame of a name. */
  readonly examples: (name: string) => readonly { readonly payload: unknown }[];
}

interface ReadVector {
  readonly expect: { readonly ok: boolean; readonly value?: Readonly<Record<string, unknown>> };
}

function examplesOf(vectors: readonly unknown[], key: 'cmd' | 'event') {
  return (name: string) =>
    (vectors as readonly ReadVector[])
      .flatMap(({ expect: { ok, value } }) => (ok && value?.[key] === name ? [value] : []))
      .filter((value) => JSON.stringify(value).length < 1_000)
      .slice(0, 2)
      .map((payload) => ({ payload }));
}

function schemasOf(
  shapes: Readonly<Record<string, { readonly schema: JsonSchema }>>,
): Readonly<Record<string, JsonSchema>> {
  return Object.fromEntries(Object.entries(shapes).map(([name, { schema }]) => [name, schema]));
}

const none = () => [];
const groups = {
  legacyClient: { prefix: 'legacyClient', schemas: clientFrameSchemas, examples: none },
  legacyServer: { prefix: 'legacyServer', schemas: serverFrameSchemas, examples: none },
  sessionClient: {
    prefix: 'sessionClient',
    schemas: schemasOf(sessionFrames),
    examples: examplesOf(frameVectors, 'cmd'),
  },
  sessionServer: {
    prefix: 'sessionServer',
    schemas: schemasOf(sessionEvents),
    examples: examplesOf(eventVectors, 'event'),
  },
} as const satisfies Record<string, Group>;

function idsOf({ prefix, schemas }: Group): readonly (readonly [id: string, name: string])[] {
  return Object.keys(schemas).map((name) => [
    `${prefix}${name[0]?.toUpperCase()}${name.slice(1)}`,
    name,
  ]);
}

function messagesOf(group: Group) {
  const messages = idsOf(group).map(([id, name]) => {
    const examples = group.examples(name);
    const payload = group.schemas[name];
    return [id, { name, payload, ...(examples.length > 0 ? { examples } : {}) }] as const;
  });
  return Object.fromEntries(messages);
}

function channel(title: string, description: string, both: readonly Group[]) {
  const refs = both
    .flatMap(idsOf)
    .map(([id]) => [id, { $ref: `#/components/messages/${id}` }] as const);
  return { address: '/ws', title, description, messages: Object.fromEntries(refs) };
}

/** `receive` is what the server takes, `send` what it says. */
function operation(action: 'send' | 'receive', channel: string, group: Group) {
  const at = `#/channels/${channel}`;
  const messages = idsOf(group).map(([id]) => ({ $ref: `${at}/messages/${id}` }));
  return { action, channel: { $ref: at }, messages };
}

function closesOf(codes: Readonly<Record<string, WireCode>>) {
  return Object.entries(codes).map(([name, { frame, close, retry }]) => ({
    ...{ name, error: frame, close, retry },
  }));
}

/** What is spoken over WebSockets, after AsyncAPI 3.0. Ids in brackets are rules of PROTOCOL.md. */
export function asyncApiDocument() {
  const { legacyClient, legacyServer, sessionClient, sessionServer } = groups;
  return {
    asyncapi: '3.0.0',
    info: documentInfo(
      'AppRTC over WebSockets',
      'Two protocols on one path; the first frame of a connection decides [V2]. Ids in brackets are rules of PROTOCOL.md.',
    ),
    defaultContentType: 'application/json',
    channels: {
      legacy: {
        ...channel('Legacy', '[FR1]-[FR9] As AppRTC has always been.', [
          legacyClient,
          legacyServer,
        ]),
        'x-closes': closesOf(wireCodes),
      },
      session: {
        ...channel('Session', '[V1]-[V53] For clients that ask for it with `"v":2`.', [
          sessionClient,
          sessionServer,
        ]),
        'x-closes': closesOf(sessionCodes),
      },
    },
    operations: {
      takeLegacyFrame: operation('receive', 'legacy', legacyClient),
      sayLegacyFrame: operation('send', 'legacy', legacyServer),
      takeSessionFrame: operation('receive', 'session', sessionClient),
      saySessionEvent: operation('send', 'session', sessionServer),
    },
    components: { messages: Object.assign({}, ...Object.values(groups).map(messagesOf)) },
  };
}
