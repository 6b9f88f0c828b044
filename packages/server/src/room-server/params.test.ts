import type { ClientId, RoomId } from '@apprtc/protocol';
import { describe, expect, it } from 'vitest';
import { makeParams, makeSeatParams, type ParamsRequest } from './params.ts';

function request(query = '', rest: Partial<ParamsRequest> = {}): ParamsRequest {
  return {
    origin: { isSecure: true, host: 'calls.example:8443' },
    collider: null,
    query: new URLSearchParams(query),
    userAgent: '',
    headerMessage: '',
    isLoopback: false,
    iceKey: 's.key/1',
    isOverrideAllowed: false,
    takesSessions: true,
    ...rest,
  };
}

describe('the params', () => {
  it('[PR1] [PR3] [PR4] [PR5] without a query', () => {
    expect(makeParams(request())).toEqual({
      header_message: '',
      error_messages: [],
      warning_messages: [],
      is_loopback: 'false',
      pc_config: '{"iceServers": [], "bundlePolicy": "max-bundle", "rtcpMuxPolicy": "require"}',
      pc_constraints: '{"optional": []}',
      offer_options: '{}',
      media_constraints: '{"audio": true, "video": true}',
      ice_server_url: 'https://calls.example:8443/v1alpha/iceconfig?key=s.key%2F1',
      ice_server_transports: '',
      include_loopback_js: '',
      wss_url: 'wss://calls.example:8443/ws',
      wss_post_url: 'https://calls.example:8443',
      bypass_join_confirmation: 'false',
      version_info: 'null',
      session_protocol: 2,
    });
  });

  it('[V1] say nothing of sessions where the Collider takes none, or is one that a link names', () => {
    expect(makeParams(request('', { takesSessions: false }))).not.toHaveProperty(
      'session_protocol',
    );
    const foreign = request('wshpp=other.example:443', { isOverrideAllowed: true });
    expect(makeParams(foreign)).not.toHaveProperty('session_protocol');
    const refused = request('wshpp=other.example:443', { isOverrideAllowed: false });
    expect(makeParams(refused)).toHaveProperty('session_protocol', 2);
  });

  it('[PR4] it= is the last key of pc_config', () => {
    expect(makeParams(request('it=relay')).pc_config).toBe(
      '{"iceServers": [], "bundlePolicy": "max-bundle", "rtcpMuxPolicy": "require", "iceTransports": "relay"}',
    );
  });

  it.each([
    ['dtls=true', '{"optional": [{"DtlsSrtpKeyAgreement": true}]}'],
    ['dscp=True', '{"optional": [{"googDscp": true}]}'],
    ['ipv6=false', '{"optional": [{"googIPv6": false}]}'],
    ['dtls=1&dscp=&ipv6=maybe', '{"optional": []}'],
    [
      'ipv6=true&dscp=false&dtls=FALSE',
      '{"optional": [{"DtlsSrtpKeyAgreement": false}, {"googDscp": false}, {"googIPv6": true}]}',
    ],
  ])('[PR5] %s', (query, expected) => {
    expect(makeParams(request(query)).pc_constraints).toBe(expected);
  });

  it('[LB3] of a loopback room end DTLS, whatever the query says', () => {
    const params = makeParams(request('dtls=true', { isLoopback: true }));
    expect(params.is_loopback).toBe('true');
    expect(params.pc_constraints).toBe('{"optional": [{"DtlsSrtpKeyAgreement": false}]}');
    expect(params.include_loopback_js).toContain('loopback.js');
  });

  it('[PR13] carry our own key and the transports for ICE servers, whatever apikey says', () => {
    const params = makeParams(request('apikey=a%26b%3D1&tt=tcp'));
    expect(params.ice_server_url).toBe(
      'https://calls.example:8443/v1alpha/iceconfig?key=s.key%2F1',
    );
    expect(params.ice_server_transports).toBe('tcp');
  });

  it('[PR19] give another server the key of the link, and never ours', () => {
    const query = 'ts=https://ice.example&apikey=a%26b%3D1';
    const params = makeParams(request(query, { isOverrideAllowed: true }));
    expect(params.ice_server_url).toBe('https://ice.example/v1alpha/iceconfig?key=a%26b%3D1');
  });

  it('[PR12] [PR13] name no other server, whatever a link asks for', () => {
    const asked = 'wshpp=evil.example&wstls=false&ts=https://evil.example';
    const params = makeParams(request(asked));
    expect(params.warning_messages.map((text) => /"(\w+)"/.exec(text)?.[1])).toEqual([
      'wshpp',
      'wstls',
      'ts',
    ]);
    expect({ ...params, warning_messages: [] }).toEqual(makeParams(request()));
    expect(makeParams(request('wshpp=&ts=')).warning_messages).toEqual([]);
  });

  it('[PR8] [PR9] warn about media', () => {
    expect(makeParams(request('hd=true&video=false&minre=1')).warning_messages).toHaveLength(2);
    expect(makeParams(request('maxre=1')).warning_messages).toHaveLength(1);
  });

  it('[PR6] [PR9] take the agent and the fake device into account', () => {
    const params = makeParams(request('firefox_fake_device=1', { userAgent: 'Chrome/120' }));
    expect(JSON.parse(params.media_constraints)).toMatchObject({
      video: { mandatory: {} },
      fake: true,
    });
    const given = makeParams(request('audio=false&video=false'));
    expect(given.media_constraints).toBe('{"audio": false, "video": false}');
  });

  it('[PR1] carry the message for the top of the page', () => {
    expect(makeParams(request('', { headerMessage: 'Hello' })).header_message).toBe('Hello');
  });
});

describe('the params of a seat', () => {
  const seat = {
    roomId: 'Room-1' as RoomId,
    clientId: 'C' as ClientId,
    isInitiator: true,
    messages: ['a', 'b'],
  };

  it('[PR2] [ID6] are added to the others', () => {
    expect(makeSeatParams(request(), seat)).toEqual({
      ...makeParams(request()),
      room_id: 'Room-1',
      room_link: 'https://calls.example:8443/r/Room-1',
      client_id: 'C',
      is_initiator: 'true',
      messages: ['a', 'b'],
    });
    expect(makeSeatParams(request(), { ...seat, isInitiator: false }).is_initiator).toBe('false');
  });

  it('[PR10] the link keeps the query, order and repeats', () => {
    const { room_link } = makeSeatParams(request('video=a%3Db&audio=1&audio=2'), seat);
    expect(room_link).toBe('https://calls.example:8443/r/Room-1?video=a%3Db&audio=1&audio=2');
  });
});
