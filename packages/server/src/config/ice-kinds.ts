import { type IceServer, parsed, refused } from '@apprtc/protocol';
import { iceListBounds, isTurnUrl, parseIceServers, parseIceUrl } from '../ice/ice-server-list.ts';
import { isLoopbackAddress } from '../ip-address.ts';
import { integer, type ValueKind } from './value-kind.ts';

/** A JSON array of RTCIceServer-like entries. */
export const iceServerList: ValueKind<readonly IceServer[]> = {
  placeholder: '<json>',
  parse: parseIceServers,
};

/** TURN URLs, or bare hosts, which stand for `turn:` over UDP and over TCP. */
export const turnUrlList: ValueKind<readonly string[]> = {
  placeholder: '<urls>',
  parse(text) {
    const urls = text.split(',').flatMap((entry) => turnUrlsOf(entry.trim()));
    const isUsable = urls.every((url) => isTurnUrl(url) && parseIceUrl(url) !== null);
    if (isUsable && urls.length <= iceListBounds.urls) return parsed([...new Set(urls)]);
    return refused(
      `must be up to ${iceListBounds.urls} addresses with commas between them, such as turn.example.org,turns:turn.example.org:443?transport=tcp`,
    );
  },
};

function turnUrlsOf(entry: string): readonly string[] {
  if (/^[a-z]+:(?!\d+$)/i.test(entry)) return [entry];
  return [`turn:${entry}?transport=udp`, `turn:${entry}?transport=tcp`];
}

/** Where the key goes in the URL of a provider. */
export const keyPlace = '{key}';

/** A provider's URL. The key travels with the request: over TLS, or on this machine. */
export const providerUrl: ValueKind<string> = {
  placeholder: '<url>',
  parse(text) {
    const example = `must look like https://ice.example.org/servers, ${keyPlace} where the key goes if it goes into the URL`;
    const withKey = text.replaceAll(keyPlace, 'key');
    if (!URL.canParse(withKey)) return refused(example);
    const { protocol, hostname, username, password } = new URL(withKey);
    if (username !== '' || password !== '') return refused(`${example}, without a user`);
    const host = hostname.replace(/^\[(.*)\]$/, '$1');
    const isHere = host === 'localhost' || isLoopbackAddress(host);
    if (protocol !== 'https:' && !(protocol === 'http:' && isHere)) return refused(example);
    return parsed(text);
  },
};

const portNumber = integer(0, 65_535);

/** A UDP port, or `off`. */
export const stunPort: ValueKind<number | 'off'> = {
  placeholder: '<port|off>',
  parse(text) {
    if (text === 'off') return parsed('off');
    const port = portNumber.parse(text);
    return port.ok ? port : refused('must be a whole number from 0 to 65535, or off');
  },
};
