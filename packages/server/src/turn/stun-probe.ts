import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';

const magicCookie = 0x2112a442;
const bindingRequest = 0x0001;
const bindingSuccess = 0x0101;
/** UDP may lose a request: it is repeated, RFC 8489 section 6.2.1. */
const repeatMs = 200;

/** Whether a STUN server answers a Binding request (RFC 8489) over UDP within the time. Never rejects. */
export function answersStun(address: string, port: number, withinMs: number): Promise<boolean> {
  const request = Buffer.alloc(20);
  request.writeUInt16BE(bindingRequest, 0);
  request.writeUInt32BE(magicCookie, 4);
  randomBytes(12).copy(request, 8);
  return new Promise((resolve) => {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    const send = () => socket.send(request, port, address, () => {});
    const end = (isAnswered: boolean) => {
      clearInterval(repeat);
      clearTimeout(deadline);
      socket.close();
      resolve(isAnswered);
    };
    const repeat = setInterval(send, repeatMs);
    const deadline = setTimeout(() => end(false), withinMs);
    // A port that nobody listens on is reported as an error: the next request asks again.
    socket.on('error', () => {});
    socket.on('message', (reply) => {
      if (reply.length < 20 || reply.readUInt16BE(0) !== bindingSuccess) return;
      if (reply.subarray(4, 20).equals(request.subarray(4, 20))) end(true);
    });
    send();
  });
}
