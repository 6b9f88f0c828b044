/**
 * A caller that is the SDK itself, in Node, with its WebRTC from @roamhq/wrtc and its sockets from ws, as the
 * section "In Node" of the SDK's README says.
 *
 *     sdk-peer.ts SERVER ROOM [receive-only]
 */
import { join } from '@apprtc/client';
import wrtc from '@roamhq/wrtc';
import { WebSocket } from 'ws';
import { report, reportMedia, takeOrders } from './peer-process.ts';
import { generatedStream, Meter } from './wrtc-media.ts';

const [server = '', room = '', manner] = process.argv.slice(2);
const { MediaStream, RTCPeerConnection } = wrtc;

const call = await join({
  server,
  room,
  media: manner === 'receive-only' ? null : generatedStream(),
  platform: { MediaStream, RTCPeerConnection, WebSocket },
});
// The call doesn't tell whose offer it will be; whoever is first waits.
report({ event: 'joined', isInitiator: call.state.name === 'waiting' });

const meter = new Meter();
call.on('remoteStream', (stream) => {
  for (const track of stream?.getTracks() ?? []) meter.watch(track);
});
call.on('customized', (data) => report({ event: 'customized', data }));
call.on('state', ({ name }) => report({ event: 'state', name }));
call.on('warning', (text) => console.error(`warning: ${text}`));
reportMedia(() => meter.heard);

async function hangUp(): Promise<void> {
  await call.hangUp();
  report({ event: 'left' });
  // The threads of @roamhq/wrtc would keep the process.
  process.exit(0);
}

takeOrders({
  say: (data) => call.sendCustomized(data),
  hangUp: () => void hangUp().catch(console.error),
});
