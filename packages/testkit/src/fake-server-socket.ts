/** A server's end of a WebSocket, as far as the Collider uses that of `ws`. As there, nothing is sent once it is closing. */
export class FakeServerSocket {
  readonly OPEN = 1;
  readyState = 1;
  /** Bytes that the other side has not read. */
  bufferedAmount = 0;
  readonly sent: string[] = [];
  closedWith: number | null = null;
  isTerminated = false;
  pings = 0;

  /** What it runs over: a whole text frame, shorter than 126 bytes or than 64 KiB, that was written past `ws`. */
  readonly connection = {
    write: (frame: Buffer): void => this.send(frame.subarray(frame[1] === 126 ? 4 : 2).toString()),
  };

  send(data: string): void {
    if (this.readyState !== this.OPEN) throw new Error(`sent to a closing socket: ${data}`);
    this.sent.push(data);
  }

  close(code: number): void {
    if (this.readyState !== this.OPEN) return;
    this.readyState = 2;
    this.closedWith = code;
  }

  terminate(): void {
    this.readyState = 3;
    this.isTerminated = true;
  }

  ping(): void {
    if (this.readyState !== this.OPEN) throw new Error('pinged a closing socket');
    this.pings += 1;
  }
}
