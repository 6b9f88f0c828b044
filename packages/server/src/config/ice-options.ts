import type { IceServer } from '@apprtc/protocol';
import { addressBlocks, externalIps, realm } from '../turn/turn-option-kinds.ts';
import { iceServerList, providerUrl, stunPort, turnUrlList } from './ice-kinds.ts';
import { count, option, optional, portNumber } from './option.ts';
import { host, integer, minimumText, oneOf, onOff, path } from './value-kind.ts';

/** What media need to find a way: ICE servers, and a relay beside the server. */
export const iceOptions = {
  iceServers: optional<readonly IceServer[]>(
    'ICE servers',
    iceServerList,
    'A fixed list, as JSON: [{"urls":["turns:turn.example.org:443?transport=tcp"],"username":"…","credential":"…"}]. With a credential in it only as the variable.',
    { hasSecrets: (servers) => servers.some(({ credential }) => credential !== undefined) },
  ),
  iceServersFile: optional('ICE servers', path, 'A file that holds that list.'),
  turnUrls: optional(
    'ICE servers',
    turnUrlList,
    'Your TURN servers, with commas between them: hosts, or URLs such as turns:turn.example.org:443?transport=tcp. Needs their shared secret.',
  ),
  turnSecret: optional(
    'ICE servers',
    minimumText(8),
    "The secret that this server shares with TURN servers (coturn's static-auth-secret): credentials are made from it.",
    { isSecret: true },
  ),
  turnSecretFile: optional('ICE servers', path, 'A file that holds that secret.'),
  iceProviderUrl: optional(
    'ICE servers',
    providerUrl,
    'A provider to ask for ICE servers. {key} in it stands for the key; without it the key goes into the Authorization header.',
  ),
  iceProviderMethod: option(
    'ICE servers',
    oneOf('POST', 'GET', 'PUT'),
    'POST',
    'How the provider is asked. POST and PUT send {"ttl":seconds}.',
  ),
  iceProviderAuth: option(
    'ICE servers',
    oneOf('bearer', 'basic'),
    'bearer',
    'How the Authorization header holds the key: as a bearer token, or as user:password.',
  ),
  iceProviderKey: optional(
    'ICE servers',
    minimumText(1),
    'The key for the provider. No client ever sees it.',
    { isSecret: true },
  ),
  iceProviderKeyFile: optional('ICE servers', path, 'A file that holds that key.'),
  iceCredentialLifeMs: option(
    'ICE servers',
    { ...integer(60_000, 86_400_000), placeholder: '<ms>' },
    600_000,
    'How long TURN credentials are good, a minute to a day. Calls outlive them.',
  ),
  openIce: option(
    'ICE servers',
    onOff,
    false,
    'Give TURN credentials to anyone who asks, not only to those who hold a seat.',
  ),
  stunPort: optional(
    'ICE servers',
    stunPort,
    'The UDP port of the STUN server inside. 0 takes any free one, off none.',
    { initialText: '3478, off with other ICE servers' },
  ),
  stunHost: optional(
    'ICE servers',
    host,
    'The address of that STUN server, where it is not that of --host: behind a proxy 0.0.0.0, because a proxy passes no UDP.',
    { initialText: 'as --host' },
  ),
  turn: option(
    'TURN',
    onOff,
    false,
    'Run coturn (turnserver) beside the server, for calls that find no direct way. See docs/turn.md.',
    { commands: ['serve', 'room-server'] },
  ),
  turnPort: option('TURN', portNumber, 3478, 'The port of TURN and STUN, over UDP and TCP.'),
  turnTlsPort: optional(
    'TURN',
    portNumber,
    'Serve TURN over TLS on this port too, with the files of tlsCert and tlsKey: 443 gets through where nothing else does. Set publicUrl to a name in the certificate.',
  ),
  turnMinPort: option('TURN', portNumber, 49_152, 'The first UDP port for relaying.'),
  turnMaxPort: option('TURN', portNumber, 65_535, 'The last UDP port for relaying.'),
  turnExternalIp: optional(
    'TURN',
    externalIps,
    'The address that clients reach coturn at: public, or public/private behind NAT. One of each family, separated by a comma.',
    { initialText: 'found on the network interfaces' },
  ),
  turnRealm: option(
    'TURN',
    realm,
    'apprtc',
    'The realm that coturn names when it asks for a credential.',
  ),
  turnDeny: optional(
    'TURN',
    addressBlocks,
    'More addresses that nobody may reach through the relay, beside all private and special ones: public addresses of your own network.',
  ),
  turnUserQuota: option(
    'TURN',
    count,
    32,
    'Allocations of one client at a time. A browser makes one for each of its addresses and each TURN URL.',
  ),
  turnTotalQuota: option('TURN', count, 4000, 'Allocations of all clients at a time.'),
  turnSessionMbps: option(
    'TURN',
    integer(1, 10_000),
    4,
    'Megabits a second that one allocation may carry in each direction.',
  ),
  turnTotalMbps: option(
    'TURN',
    integer(1, 1_000_000),
    1000,
    'Megabits a second that all allocations may have together: each takes turnSessionMbps of it while it lives.',
  ),
  turnAllowLoopback: option(
    'TURN',
    onOff,
    false,
    'For tests alone: let clients reach services on this machine through the relay.',
  ),
};
