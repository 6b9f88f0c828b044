/**
 * A caller that is the SDK itself, in Node, with its WebRTC from @roamhq/wrtc and its sockets from ws, as the
 * section "In Node" of the SDK's README says.
 *
 *     sdk-peer.ts SERVER ROOM
 */
import { join } from '@apprtc/client';
import wrtc from '@roamhq/wrtc';
import { WebSocket } from 'ws';
import { report, reportMedia, takeOrders } from './peer-process.ts';
import { generatedStream, Meter } from './wrtc-media.ts';

const [server = '', room = ''] = process.argv.slice(2);
const { MediaStream, RTCPeerConnection } = wrtc;

const call = await join({
  server,
  room,
  media: generatedStream(),
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

takeOrders({
  say: (data) => call.sendCustomized(data),
  hangUp: () => {
    call.hangUp().then(() => {
      report({ event: 'left' });
      process.exit(0);
    }, console.error);
  },
});
