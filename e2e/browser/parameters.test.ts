import type { WebSocket } from 'playwright-core';
import { afterEach, describe, expect, it } from 'vitest';
import { useProduct } from '../wire/product.ts';
import { useChromium } from './chromium.ts';
import { Person } from './person.ts';

const product = useProduct();
const chromium = useChromium();
const connectedWithinMs = 10_000;
const people: Person[] = [];
let rooms = 0;

async function arrive(): Promise<Person> {
  const person = await Person.arrive(chromium.browser);
  people.push(person);
  return person;
}

function nextRoom(): string {
  rooms += 1;
  return `parameters-${rooms}`;
}

afterEach(async () => {
  await Promise.all(people.splice(0).map((person) => person.leave()));
});

type Role = 'offerer' | 'answerer';

/** A call in which one, the first or the second to come, has a query, and the other has none. */
async function callWith(query: string, role: Role): Promise<{ one: Person; other: Person }> {
  const [first, second] = [await arrive(), await arrive()];
  const room = nextRoom();
  const address = (mine: Role) => (mine === role ? `${room}?${query}` : room);
  await first.joinRoom(product.baseUrl, address('offerer'));
  await first.waits();
  await second.joinRoom(product.baseUrl, address('answerer'));
  await Promise.all([
    first.page.waitForSelector('#remote-video.active', { timeout: connectedWithinMs }),
    second.page.waitForSelector('#remote-video.active', { timeout: connectedWithinMs }),
  ]);
  return role === 'offerer' ? { one: first, other: second } : { one: second, other: first };
}

interface Sent {
  readonly [kind: string]: { readonly codec: string; readonly targetBitrate: number };
}

/** What the newest peer connection sends, by kind: codec and target. */
async function readSent(): Promise<Sent> {
  const reports = [...((await window.madePeerConnections.at(-1)?.getStats())?.values() ?? [])];
  const sent: Record<string, { codec: string; targetBitrate: number }> = {};
  for (const report of reports) {
    if (report.type !== 'outbound-rtp' || !(report.packetsSent > 0)) continue;
    const codec = reports.find(({ id }) => id === report.codecId);
    sent[report.kind] = {
      codec: codec?.mimeType ?? '',
      targetBitrate: report.targetBitrate ?? -1,
    };
  }
  return sent;
}

function sentBy({ page }: Person): Promise<Sent> {
  return page.evaluate(readSent);
}

async function codecsSentBy(person: Person): Promise<Record<string, string>> {
  const sent = await sentBy(person);
  return Object.fromEntries(Object.entries(sent).map(([kind, { codec }]) => [kind, codec]));
}

/** Both descriptions of the newest peer connection. */
async function descriptions({ page }: Person): Promise<{ local: string; remote: string }> {
  return page.evaluate(() => {
    const pc = window.madePeerConnections.at(-1);
    return { local: pc?.localDescription?.sdp ?? '', remote: pc?.remoteDescription?.sdp ?? '' };
  });
}

/** `maxBitrate` of the senders, audio first. */
function limits({ page }: Person): Promise<(number | undefined)[]> {
  return page.evaluate(() =>
    (window.madePeerConnections.at(-1)?.getSenders() ?? [])
      .sort((one, next) => (one.track?.kind ?? '').localeCompare(next.track?.kind ?? ''))
      .map((sender) => sender.getParameters().encodings[0]?.maxBitrate),
  );
}

/** A rate that is known and no higher. How far below it is depends on this machine. */
function isUpTo(max: number): (rate: number | undefined) => boolean {
  return (rate = 0) => rate > 0 && rate <= max;
}

/** The attributes of Opus, in some order. */
function opusFormat(sdp: string): readonly string[] {
  const payloadType = /^a=rtpmap:(\d+) opus\/48000/m.exec(sdp)?.[1];
  const format = new RegExp(`^a=fmtp:${payloadType} ([^\\r]*)`, 'm').exec(sdp)?.[1] ?? '';
  return format.split(';').sort();
}

function bandwidths(sdp: string): readonly string[] {
  return sdp.match(/^b=[^\r]*/gm) ?? [];
}

const roles = ['offerer', 'answerer'] as const;

describe.each(roles)('codecs, asked for by the %s', (role) => {
  it('asc arc vsc vrc: each way has its own', async () => {
    const { one, other } = await callWith('asc=PCMU/8000&arc=G722&vsc=VP9&vrc=H264/90000', role);
    const sends = { audio: 'audio/PCMU', video: 'video/VP9' };
    const receives = { audio: 'audio/G722', video: 'video/H264' };
    await expect.poll(() => codecsSentBy(one), { timeout: 10_000 }).toEqual(sends);
    await expect.poll(() => codecsSentBy(other), { timeout: 10_000 }).toEqual(receives);
    expect([...one.complaints, ...other.complaints]).toEqual([]);
  });

  it('a codec that no browser has changes nothing', async () => {
    const { one } = await callWith('asc=ISAC/16000&vsc=Theora&arc=%0D%0A', role);
    await expect
      .poll(() => codecsSentBy(one), { timeout: 10_000 })
      .toEqual({ audio: 'audio/opus', video: 'video/VP8' });
  });

  it('videofec=false: no redundancy is negotiated', async () => {
    const redundancy = /^a=rtpmap:\d+ (red\/90000|ulpfec|flexfec)/m;
    const { one, other } = await callWith('videofec=false', role);
    const [ours, theirs] = [await descriptions(one), await descriptions(other)];
    expect(ours.local).not.toMatch(redundancy);
    expect(theirs.remote).not.toMatch(redundancy);
    // The other one, who was not asked, has it to offer.
    if (role === 'answerer') expect(theirs.local).toMatch(redundancy);
  });
});

describe.each(roles)('rates, asked for by the %s', (role) => {
  it('asbr vsbr: the senders are limited', async () => {
    const { one, other } = await callWith('asbr=16&vsbr=150', role);
    await expect.poll(() => limits(one)).toEqual([16_000, 150_000]);
    await expect.poll(async () => (await sentBy(one))['audio']?.targetBitrate).toBe(16_000);
    const video = async () => (await sentBy(one))['video']?.targetBitrate;
    await expect.poll(video).toSatisfy(isUpTo(150_000));
    expect(await limits(other)).toEqual([undefined, undefined]);
  });

  it('arbr vrbr: the other one reads the limits, and keeps to them', async () => {
    const { one, other } = await callWith('arbr=20&vrbr=160', role);
    const lines = ['b=AS:20', 'b=AS:160'];
    expect(bandwidths((await descriptions(one)).local)).toEqual(lines);
    expect(bandwidths((await descriptions(other)).remote)).toEqual(lines);
    expect(bandwidths((await descriptions(one)).remote)).toEqual([]);
    expect(opusFormat((await descriptions(other)).remote)).toContain('maxaveragebitrate=20000');
    const target = async (kind: string) => (await sentBy(other))[kind]?.targetBitrate;
    await expect.poll(() => target('video')).toSatisfy(isUpTo(160_000));
    await expect.poll(() => target('audio')).toSatisfy(isUpTo(20_000));
  });

  it('vsibr: stands in the other one’s description as we set it, not in what is sent', async () => {
    const { one, other } = await callWith('vsibr=900&vsbr=400', role);
    const [ours, theirs] = [await descriptions(one), await descriptions(other)];
    expect(ours.remote).toMatch(/^a=fmtp:\d+ (.*;)?x-google-start-bitrate=400/m);
    expect([ours.local, theirs.local, theirs.remote].join()).not.toContain('x-google');
  });
});

describe.each(roles)('Opus, asked for by the %s', (role) => {
  it('stereo opusfec opusdtx opusmaxpbr: stand in both descriptions', async () => {
    const query = 'stereo=true&opusfec=false&opusdtx=true&opusmaxpbr=16000';
    const { one, other } = await callWith(query, role);
    const [ours, theirs] = [await descriptions(one), await descriptions(other)];
    const asked = ['maxplaybackrate=16000', 'minptime=10', 'stereo=1', 'usedtx=1'];
    for (const sdp of [ours.local, ours.remote, theirs.remote]) {
      expect(opusFormat(sdp)).toEqual(expect.arrayContaining(asked));
      expect(opusFormat(sdp)).not.toContain('useinbandfec=1');
    }
  });

  it('without a word on it stays as the browser has it', async () => {
    const { one } = await callWith('stereo=false&opusfec=true&opusmaxpbr=1', role);
    const { local } = await descriptions(one);
    expect(opusFormat(local)).toEqual(['minptime=10', 'useinbandfec=1']);
  });
});

/** Settings of what camera and microphone gave last. */
async function openedSettings(query: string): Promise<Record<string, MediaTrackSettings>> {
  const { page } = await arrive();
  await page.goto(`${product.baseUrl}/r/${nextRoom()}?${query}`);
  await page.waitForFunction(() => window.openedTracks.length > 0);
  return page.evaluate(() =>
    Object.fromEntries(window.openedTracks.map((track) => [track.kind, track.getSettings()])),
  );
}

describe('camera and microphone', () => {
  it('hd=true: 1280×720 or more, also beside video=false', async () => {
    const { video } = await openedSettings('hd=true&video=false');
    expect(video?.width).toBeGreaterThanOrEqual(1280);
    expect(video?.height).toBeGreaterThanOrEqual(720);
  });

  it('video= mandatory bounds are kept, optional ones come near', async () => {
    const bounded = await openedSettings('video=maxWidth=320,mandatory:maxHeight=240');
    expect(bounded['video']).toMatchObject({ width: 320, height: 240 });
    const wished = await openedSettings('video=optional:width=320,optional:height=180');
    expect(wished['video']).toMatchObject({ width: 320, height: 180 });
    const slow = await openedSettings('video=maxFrameRate=10');
    expect(slow['video']?.frameRate).toBeLessThanOrEqual(10);
  });

  it('audio= switches by their old and new names', async () => {
    const query = 'audio=googEchoCancellation=false,googNoiseReduction=false,autoGainControl=true';
    const { audio } = await openedSettings(query);
    expect(audio).toMatchObject({
      echoCancellation: false,
      noiseSuppression: false,
      autoGainControl: true,
    });
    const on = await openedSettings('audio=mandatory:echoCancellation=true');
    expect(on['audio']).toMatchObject({ echoCancellation: true });
  });

  it('audio=false and video=False leave the device alone, until it is switched on', async () => {
    expect(Object.keys(await openedSettings('audio=false'))).toEqual(['video']);
    expect(Object.keys(await openedSettings('video=False'))).toEqual(['audio']);
    const page = people.at(-1)?.page;
    await page?.click('#mute-video');
    await page?.waitForFunction(() => window.openedTracks.length === 2);
  });

  it('what no camera can do leaves the microphone, and the page says so', async () => {
    expect(Object.keys(await openedSettings('video=minWidth=99999'))).toEqual(['audio']);
    await people.at(-1)?.page.waitForSelector('.notice.is-alert');
  });
});

describe('the way of the media', () => {
  it('it=relay and tt=tcp: only TURN, only over TCP', async () => {
    const { page } = await arrive();
    const urls = ['turn:t.test:3478', 'turn:t.test:3478?transport=tcp', 'turns:t.test:5349'];
    await page.route('**/v1alpha/iceconfig*', (route) =>
      route.fulfill({ json: { iceServers: [{ urls, username: 'u', credential: 'c' }] } }),
    );
    await page.goto(`${product.baseUrl}/r/${nextRoom()}?it=relay&tt=tcp&apikey=KEY`);
    const asked = page.waitForRequest((request) => request.url().includes('iceconfig'));
    await page.click('#confirm-join-button');
    expect(new URL((await asked).url()).searchParams.get('key')).toMatch(/^s\./);
    await page.waitForFunction(() => window.madePeerConnections.length > 0);
    const configuration = await page.evaluate(() =>
      window.madePeerConnections.at(-1)?.getConfiguration(),
    );
    expect(configuration?.iceTransportPolicy).toBe('relay');
    expect(configuration?.iceServers?.flatMap((server) => server.urls)).toEqual([urls[1]]);
  });
});

describe('what shapes params only', () => {
  it('dtls ipv6 dscp firefox_fake_device minre maxre: the call is the usual one', async () => {
    const query = 'dtls=false&ipv6=false&dscp=true&firefox_fake_device=1&minre=1&maxre=2';
    const { one } = await callWith(query, 'offerer');
    const { local } = await descriptions(one);
    expect(local).toContain('a=fingerprint:');
    expect(bandwidths(local)).toEqual([]);
    expect(await one.page.textContent('.notice')).toContain('"minre" and "maxre"');
  });
});

describe('messages', () => {
  it('keep their keys, whatever the query asks', async () => {
    const { page } = await arrive();
    const keys = new Set<string>();
    page.on('websocket', (socket) => {
      socket.on('framesent', ({ payload }) => {
        const { cmd, msg } = JSON.parse(String(payload));
        if (cmd === 'send') keys.add(Object.keys(JSON.parse(msg)).join());
      });
    });
    const room = nextRoom();
    await page.goto(
      `${product.baseUrl}/r/${room}?vsc=VP9&arbr=20&stereo=true&vsibr=99&videofec=false`,
    );
    await page.click('#confirm-join-button');
    const other = await arrive();
    await other.joinRoom(product.baseUrl, room);
    await expect.poll(() => [...keys].sort()).toEqual(['type,label,id,candidate', 'type,sdp']);
  });
});

describe('/params.html', () => {
  it('[HM8] opens a room of its own with each parameter, without a complaint', async () => {
    const { page, complaints } = await arrive();
    await page.goto(`${product.baseUrl}/params.html`);
    const links = await page.$$eval('a.try', (all) =>
      all.map((link) => [(link as HTMLAnchorElement).href, link.textContent]),
    );
    expect(new Set(links.map(([href]) => new URL(href ?? '').pathname)).size).toBe(links.length);
    for (const [href, text] of links) {
      const url = new URL(href ?? '');
      expect(url.pathname).toMatch(/^\/r\/\d{9}$/);
      expect(decodeURIComponent(url.search)).toBe(`?${text}`);
    }
    await page.click('a.try >> text="hd=true"');
    await page.waitForSelector('#confirm-join-button');
    expect(complaints).toEqual([]);
  });
});

describe('a link that names another server', () => {
  const lenient = useProduct({ env: { APPRTC_ALLOW_SIGNALING_OVERRIDE: 'true' } });

  it('[PR12] is not followed, and the page says so', async () => {
    const { page } = await arrive();
    const sockets: WebSocket[] = [];
    page.on('websocket', (socket) => sockets.push(socket));
    const query = `wshpp=127.0.0.1:${lenient.port}&wstls=false`;
    await page.goto(`${product.baseUrl}/r/${nextRoom()}?${query}`);
    await page.click('#confirm-join-button');
    await page.waitForSelector('.notice >> text=/"wshpp" parameter is not used/');
    expect(sockets.map((socket) => new URL(socket.url()).port)).toEqual([
      String(product.colliderPort),
    ]);
  });

  it('[PR19] is followed where the operator lets it, and the page says so', async () => {
    const { page } = await arrive();
    const sockets: WebSocket[] = [];
    page.on('websocket', (socket) => sockets.push(socket));
    const query = `wshpp=127.0.0.1:${product.colliderPort}&wstls=false&ts=${product.baseUrl}`;
    const asked = page.waitForResponse((reply) => reply.url().includes('iceconfig'));
    await page.goto(`${lenient.baseUrl}/r/${nextRoom()}?${query}`);
    await page.click('#confirm-join-button');
    const notice = page.locator('.notice', { hasText: 'through another server' });
    await notice.waitFor();
    expect(await notice.textContent()).toContain(`127.0.0.1:${product.colliderPort}`);
    expect(await notice.textContent()).toContain('ICE servers from another server');
    const reply = await asked;
    expect([new URL(reply.url()).origin, reply.status()]).toEqual([product.baseUrl, 200]);
    const isForeign = (socket: WebSocket) =>
      new URL(socket.url()).port === String(product.colliderPort);
    await expect.poll(() => sockets.some(isForeign)).toBe(true);
  });
});
