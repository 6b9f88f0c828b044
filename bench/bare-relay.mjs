// @ts-check
// What everything is measured against: the least that `ws` needs to relay between two sockets. The two that open the
// same URL are a pair; each message goes to the other one as it came. No JSON, no rooms, no bounds, no pings.
import { WebSocketServer } from 'ws';

/** @typedef {import('ws').WebSocket & { peer?: import('ws').WebSocket }} PairedSocket */

/** @type {Map<string | undefined, PairedSocket>} */
const waiting = new Map();
const server = new WebSocketServer({
  host: '127.0.0.1',
  port: 0,
  perMessageDeflate: false,
  clientTracking: false,
});

/** @this {PairedSocket} @param {import('ws').RawData} data @param {boolean} isBinary */
function relay(data, isBinary) {
  this.peer?.send(data, { binary: isBinary });
}

server.on('connection', (/** @type {PairedSocket} */ socket, request) => {
  socket.on('message', relay);
  const peer = waiting.get(request.url);
  if (peer === undefined) {
    waiting.set(request.url, socket);
    return;
  }
  waiting.delete(request.url);
  socket.peer = peer;
  peer.peer = socket;
});

server.on('listening', () => {
  const address = server.address();
  if (typeof address === 'object') console.log(`http://127.0.0.1:${address?.port}`);
});
