import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Place } from './place.ts';

/** What an operator changes in a file: each text must be there, and each place of it is changed. */
export type Edits = readonly (readonly [find: string, put: string])[];

export type Command = readonly [program: string, ...args: string[]];

/** One of the proxies of deploy/, and how its users handle it. */
export interface ProxyKind {
  readonly name: string;
  /** The file of deploy/ that an operator copies. */
  readonly shipped: string;
  /** The lines that deploy/README.md says are to be edited. */
  edits(place: Place, upstreamPort: number): Edits;
  /** To serve devices without TLS, as the file says. */
  readonly plainEdits: Edits;
  /** Takes 1 s for what it takes as long as it likes. */
  readonly hastyEdits: Edits;
  /** Files beside the shipped one. */
  files?(place: Place): Readonly<Record<string, string>>;
  check(place: Place): Command;
  /** What it remarks all the same, because it is meant so or because the certificate is made by the test. */
  readonly remarks?: RegExp;
  run(place: Place): Command;
  /** A command, or the signal that the running process takes. */
  reload(place: Place): Command | NodeJS.Signals;
  /** Whether a WebSocket lives on after a reload. */
  readonly keepsSocketsOnReload: boolean;
  /** The lines of `apprtc conformance` that can't hold, as it prints them without their mark. deploy/README.md says why. */
  readonly brokenRules: readonly string[];
}

const deploy = fileURLToPath(new URL('../../deploy/', import.meta.url));

export function shippedText({ shipped }: Pick<ProxyKind, 'shipped'>): string {
  return readFileSync(join(deploy, shipped), 'utf8');
}

export function edited(text: string, edits: Edits): string {
  return edits.reduce((soFar, [find, put]) => {
    if (!soFar.includes(find)) throw new Error(`There is no ${JSON.stringify(find)} to edit`);
    return soFar.replaceAll(find, put);
  }, text);
}

/** Where the shipped file lies once it is edited. */
export function configPath({ folder }: Place): string {
  return join(folder, 'proxy.conf');
}

/** RFC 9112 section 3.2 has a server answer 400 to HTTP/1.1 without a Host or with one that is none; these two can't be told not to. */
const needsHost = ['[HT7] no header at all is required', '[PR17] a malformed Host is served'];

const nginxMain = ({ folder }: Place) => join(folder, 'nginx.conf');

export const nginx: ProxyKind = {
  name: 'nginx',
  shipped: 'nginx/apprtc.conf',
  edits: (place, upstreamPort) => [
    ['127.0.0.1:8080', `127.0.0.1:${upstreamPort}`],
    ['listen 80;', `listen ${place.httpPort};`],
    ['listen [::]:80;', `listen [::]:${place.httpPort};`],
    ['listen 443 ssl;', `listen ${place.httpsPort} ssl;`],
    ['listen [::]:443 ssl;', `listen [::]:${place.httpsPort} ssl;`],
    ['server_name calls.example;', 'server_name localhost;'],
    ['/etc/letsencrypt/live/calls.example/fullchain.pem', place.certPath],
    ['/etc/letsencrypt/live/calls.example/privkey.pem', place.keyPath],
    ['/var/log/nginx/error.log', join(place.folder, 'error.log')],
  ],
  plainEdits: [['default refuse;', 'default serve;']],
  hastyEdits: [
    ['proxy_read_timeout 1h;', 'proxy_read_timeout 1s;'],
    ['proxy_send_timeout 1h;', 'proxy_send_timeout 1s;'],
    ['_timeout 60s;', '_timeout 1s;'],
  ],
  // Debian's own, with our file in place of its sites. It compresses and logs each request unless told otherwise.
  files: (place) => ({
    [nginxMain(place)]: edited(readFileSync('/etc/nginx/nginx.conf', 'utf8'), [
      ['pid /run/nginx.pid;', `pid ${join(place.folder, 'nginx.pid')};`],
      ['error_log /var/log/nginx/error.log;', 'error_log stderr;'],
      ['access_log /var/log/nginx/access.log;', `access_log ${join(place.folder, 'access.log')};`],
      ['include /etc/nginx/conf.d/*.conf;', `include ${configPath(place)};`],
      ['include /etc/nginx/sites-enabled/*;', ''],
    ]),
  }),
  check: (place) => ['nginx', '-t', '-c', nginxMain(place)],
  run: (place) => ['nginx', '-c', nginxMain(place), '-g', 'daemon off;'],
  reload: (place) => ['nginx', '-c', nginxMain(place), '-s', 'reload'],
  keepsSocketsOnReload: true,
  brokenRules: needsHost,
};

const caddy: ProxyKind = {
  name: 'Caddy',
  shipped: 'caddy/Caddyfile',
  edits: (place, upstreamPort) => [
    ['127.0.0.1:8080', `127.0.0.1:${upstreamPort}`],
    ['https://calls.example:443', `https://localhost:${place.httpsPort}`],
    ['http://calls.example:80', `http://localhost:${place.httpPort}`],
    ['localhost:2019', `localhost:${place.adminPort}`],
    [
      '# tls /etc/caddy/calls.example/fullchain.pem /etc/caddy/calls.example/privkey.pem',
      `tls ${place.certPath} ${place.keyPath}`,
    ],
  ],
  plainEdits: [
    ['# EDIT for devices without TLS: import apprtc\n', 'import apprtc\n'],
    ['respond "HTTPS only" 403\n', '\n'],
  ],
  hastyEdits: [
    ['read_header 60s', 'read_header 1s'],
    ['read_body 60s', 'read_body 1s'],
    ['idle 60s', 'idle 1s'],
    ['keepalive 60s', 'keepalive 1s'],
  ],
  check: (place) => ['caddy', 'validate', '--adapter', 'caddyfile', '--config', configPath(place)],
  remarks: /automatic HTTP->HTTPS redirects are disabled|no OCSP server specified in certificate/,
  run: (place) => ['caddy', 'run', '--adapter', 'caddyfile', '--config', configPath(place)],
  reload: (place) => [
    ...(['caddy', 'reload', '--adapter', 'caddyfile', '--config', configPath(place)] as const),
    ...['--address', `localhost:${place.adminPort}`],
  ],
  keepsSocketsOnReload: false,
  brokenRules: needsHost,
};

export const haproxy: ProxyKind = {
  name: 'HAProxy',
  shipped: 'haproxy/haproxy.cfg',
  edits: (place, upstreamPort) => [
    ['127.0.0.1:8080', `127.0.0.1:${upstreamPort}`],
    ['0.0.0.0:80\n', `0.0.0.0:${place.httpPort}\n`],
    ['[::]:80 ', `[::]:${place.httpPort} `],
    ['0.0.0.0:443 ', `0.0.0.0:${place.httpsPort} `],
    ['[::]:443 ', `[::]:${place.httpsPort} `],
    ['/etc/haproxy/calls.example.pem', place.pairPath],
  ],
  plainEdits: [['http-request deny deny_status 403 if !{ ssl_fc }\n', '\n']],
  hastyEdits: [
    ['timeout tunnel 1h', 'timeout tunnel 1s'],
    ['timeout client 60s', 'timeout client 1s'],
    ['timeout server 60s', 'timeout server 1s'],
    ['timeout http-request 60s', 'timeout http-request 1s'],
    ['timeout http-keep-alive 60s', 'timeout http-keep-alive 1s'],
  ],
  check: (place) => ['haproxy', '-c', '-f', configPath(place)],
  run: (place) => ['haproxy', '-W', '-f', configPath(place)],
  // What `systemctl reload haproxy` sends; the new process is started with -sf.
  reload: () => 'SIGUSR2',
  keepsSocketsOnReload: true,
  brokenRules: [],
};

export const proxyKinds: readonly ProxyKind[] = [nginx, caddy, haproxy];
