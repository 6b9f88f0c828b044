import { type RTCDataChannel, RTCPeerConnection, type RTCPeerConnectionConfig } from 'werift';
import { problemOf } from './problem-of.ts';
import type { CallAnswer, CallOrder, CallOutcome, CallRequest } from './web-rtc-process.ts';

const word = 'hello through the relay';

/**
 * Two WebRTC peers of werift that know nothing but the relay: ICE, DTLS and SCTP all go through it. In a process of its
 * own: werift leaves timers of minutes behind, and ending a thread whose UDP sockets still receive brings Node 20 down.
 */
async function call(order: CallOrder): Promise<CallOutcome> {
  const startMs = performance.now();
  const [first, second] = order.localPorts.map(
    (port) => new RTCPeerConnection(configOf(order, port)),
  );
  if (first === undefined || second === undefined) throw new Error('two ports are needed');
  second.onDataChannel.subscribe(echo);
  const channel = first.createDataChannel('doctor');
  const heard = wordOf(channel);
  // Candidates are gathered before a description is handed over.
  await first.setLocalDescription(await first.createOffer());
  if (!hasRelay(first)) return { ok: false, why: 'no relayed candidate' };
  await second.setRemoteDescription(descriptionOf(first));
  await second.setLocalDescription(await second.createAnswer());
  await first.setRemoteDescription(descriptionOf(second));
  await heard;
  return { ok: true, tookMs: performance.now() - startMs };
}

function configOf({ url, username, password, serverName }: CallOrder, port: number) {
  const config: RTCPeerConnectionConfig = {
    iceServers: [{ urls: url, username, credential: password }],
    iceTransportPolicy: 'relay',
    // werift takes a range, never one port alone.
    icePortRange: [port, port + 1],
    // The certificate has been judged by then, in a line of its own.
    turnTlsOptions: {
      rejectUnauthorized: false,
      ...(serverName === undefined ? {} : { servername: serverName }),
    },
  };
  return config;
}

function descriptionOf({ localDescription }: RTCPeerConnection) {
  if (localDescription === undefined || localDescription === null)
    throw new Error('no description');
  return localDescription;
}

function hasRelay(peer: RTCPeerConnection): boolean {
  return / typ relay /.test(descriptionOf(peer).sdp);
}

function echo(channel: RTCDataChannel): void {
  channel.onMessage.subscribe((data) => channel.send(data));
}

function wordOf(channel: RTCDataChannel): Promise<void> {
  return new Promise((resolve) => {
    channel.stateChanged.subscribe((state) => {
      if (state === 'open') channel.send(Buffer.from(word));
    });
    channel.onMessage.subscribe((data) => {
      if (data.toString() === word) resolve();
    });
  });
}

process.on('message', (message) => {
  const { number, order } = message as CallRequest;
  const answer = (outcome: CallOutcome) => process.send?.({ number, outcome } satisfies CallAnswer);
  call(order).then(answer, (error: unknown) => answer({ ok: false, why: problemOf(error) }));
});
process.once('disconnect', () => process.exit());
process.send?.('ready');
