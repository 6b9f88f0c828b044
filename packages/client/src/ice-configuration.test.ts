import { expect, test } from 'vitest';
import { type IceInputs, rtcConfiguration } from './ice-configuration.ts';

const turn = {
  urls: ['turn:t:3478', 'turn:t:3478?transport=tcp', 'turns:t:5349?transport=tcp', 'stun:t:3478'],
  username: 'u',
  credential: 'c',
};

function configuration(inputs: Partial<IceInputs> & { readonly search?: string }) {
  return rtcConfiguration({
    servers: [turn],
    pcConfig: {},
    transports: '',
    query: new URLSearchParams(inputs.search),
    ...inputs,
  });
}

function urls(found: RTCConfiguration): readonly string[] {
  return (found.iceServers ?? []).flatMap((server) => server.urls);
}

test('servers of pc_config come before those of the endpoint', () => {
  const pcConfig = { iceServers: [{ urls: 'stun:first' }] };
  expect(urls(configuration({ pcConfig }))[0]).toBe('stun:first');
});

test('it=relay in the query or pc_config forces TURN', () => {
  expect(configuration({}).iceTransportPolicy).toBe('all');
  expect(configuration({ search: 'it=relay' }).iceTransportPolicy).toBe('relay');
  expect(configuration({ pcConfig: { iceTransports: 'relay' } }).iceTransportPolicy).toBe('relay');
});

test('tt keeps the TURN URLs of its transport, and every STUN URL', () => {
  expect(urls(configuration({ search: 'tt=udp' }))).toEqual(['turn:t:3478', 'stun:t:3478']);
  expect(urls(configuration({ search: 'tt=tcp' }))).toEqual([
    'turn:t:3478?transport=tcp',
    'stun:t:3478',
  ]);
  expect(urls(configuration({ transports: 'tls' }))).toEqual([
    'turns:t:5349?transport=tcp',
    'stun:t:3478',
  ]);
});

test('tt knows a scheme in any case, and a word that means nothing is no filter', () => {
  const servers = [{ ...turn, urls: ['TURNS:t', 'TURN:t?TRANSPORT=TCP', 'turn:t'] }];
  expect(urls(configuration({ servers, search: 'tt=TLS' }))).toEqual(['TURNS:t']);
  expect(urls(configuration({ servers, search: 'tt=tcp' }))).toEqual(['TURN:t?TRANSPORT=TCP']);
  expect(urls(configuration({ servers, search: 'tt=sctp' }))).toEqual(servers[0]?.urls);
  expect(urls(configuration({ servers, search: 'tt=udp,tls' }))).toEqual(['TURNS:t', 'turn:t']);
});

test('a TURN server without credentials, which would make the constructor throw, is left out', () => {
  expect(urls(configuration({ servers: [{ urls: ['turn:bare'] }, { urls: ['stun:s'] }] }))).toEqual(
    ['stun:s'],
  );
});

test('media is bundled and RTCP multiplexed', () => {
  expect(configuration({})).toMatchObject({ bundlePolicy: 'max-bundle', rtcpMuxPolicy: 'require' });
});
