import type { Family } from '../check.ts';
import { type Dialect, hostLine, plainDialect } from '../dialect.ts';
import { bareHost, originOf, type Place } from '../target.ts';

const chrome =
  'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36';

/** What every upgrade has, in the words of most. */
function upgrade(place: Place, more: readonly string[]): readonly string[] {
  return [hostLine(place), 'Upgrade: websocket', 'Connection: Upgrade', ...more];
}

/** An ESP32's `esp_http_client` and `esp_websocket_client`, on which Espressif's KVS example stands too. */
const espressif: Dialect = {
  http: (place) => [
    'User-Agent: ESP32 HTTP Client/1.0',
    hostLine(place),
    'Content-Type: application/json',
  ],
  upgrade: (place) => [
    'Connection: Upgrade',
    hostLine(place),
    'User-Agent: ESP32 Websocket Client',
    'Upgrade: websocket',
  ],
  register: (roomid, clientid) => JSON.stringify({ cmd: 'register', roomid, clientid }, null, '\t'),
  send: (msg) => JSON.stringify({ cmd: 'send', msg }, null, '\t'),
};

/** How each family writes: header sets, key orders and white space as their libraries make them. */
export const dialects: Readonly<Record<Family, Dialect>> = {
  web: {
    ...plainDialect,
    http: (place) => [
      hostLine(place),
      'Connection: keep-alive',
      chrome,
      'Accept: */*',
      `Origin: ${originOf(place)}`,
      'Accept-Encoding: gzip, deflate, br, zstd',
    ],
    upgrade: (place) =>
      upgrade(place, [
        chrome,
        `Origin: ${originOf(place)}`,
        'Accept-Encoding: gzip, deflate, br, zstd',
        'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits',
      ]),
  },
  android: {
    ...plainDialect,
    http: (place) => [
      'origin: https://appr.tc',
      'Content-Type: text/plain; charset=utf-8',
      'User-Agent: Dalvik/2.1.0 (Linux; U; Android 14)',
      hostLine(place),
      'Connection: Keep-Alive',
      'Accept-Encoding: gzip',
    ],
    // Autobahn: no port in Host, WebSocket with two capitals, an Origin that nobody serves.
    upgrade: (place) => [
      `Host: ${bareHost(place)}`,
      'Upgrade: WebSocket',
      'Connection: Upgrade',
      'Origin: https://www.google.com',
    ],
  },
  ios: {
    ...plainDialect,
    http: (place) => [
      hostLine(place),
      'Accept: */*',
      'Content-Type: application/x-www-form-urlencoded',
      'User-Agent: AppRTCMobile/1 CFNetwork/1490 Darwin/23',
      'Accept-Encoding: gzip, deflate',
      'Connection: keep-alive',
    ],
    upgrade: (place) => upgrade(place, [`Origin: ${originOf(place)}`]),
  },
  esp32: espressif,
  kvs: espressif,
  aiortc: {
    ...plainDialect,
    http: (place) => [
      hostLine(place),
      'Accept: */*',
      'Accept-Encoding: gzip, deflate',
      'User-Agent: Python/3.11 aiohttp/3.9',
      'Content-Type: application/octet-stream',
    ],
    upgrade: (place) =>
      upgrade(place, [
        `Origin: ${originOf(place)}`,
        'Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=12; client_max_window_bits=12',
        'User-Agent: Python/3.11 websockets/12.0',
      ]),
    // Python writes a space behind colon and comma, and aiortc the client before the room.
    register: (room, client) => `{"clientid": "${client}", "cmd": "register", "roomid": "${room}"}`,
    send: (message) => `{"cmd": "send", "msg": ${JSON.stringify(message)}}`,
  },
  windows: {
    ...plainDialect,
    http: (place) => [
      'Connection: Keep-Alive',
      'Content-Type: application/x-www-form-urlencoded',
      hostLine(place),
    ],
    upgrade: (place) => upgrade(place, ['Cache-Control: no-cache']),
    register: (room, client) => `{"cmd":"register","roomid":"${room}","clientid":"${client}"}\n`,
  },
  flutter: {
    ...plainDialect,
    http: (place) => [
      'user-agent: Dart/3.2 (dart:io)',
      'accept-encoding: gzip',
      'content-type: text/plain; charset=utf-8',
      lower(hostLine(place)),
    ],
    upgrade: (place) => [
      'user-agent: Dart/3.2 (dart:io)',
      'connection: Upgrade',
      'cache-control: no-cache',
      'upgrade: websocket',
      'sec-websocket-extensions: permessage-deflate; client_max_window_bits',
      lower(hostLine(place)),
    ],
  },
  cpp: {
    ...plainDialect,
    http: (place) => [hostLine(place), 'Accept: */*'],
    upgrade: (place) => upgrade(place, ['Pragma: no-cache', 'Cache-Control: no-cache']),
    register: (room, client) =>
      `{\n   "clientid" : "${client}",\n   "cmd" : "register",\n   "roomid" : "${room}"\n}\n`,
    send: (message) => `{\n   "cmd" : "send",\n   "msg" : ${JSON.stringify(message)}\n}\n`,
  },
};

function lower(line: string): string {
  return line.replace(/^Host/, 'host');
}
