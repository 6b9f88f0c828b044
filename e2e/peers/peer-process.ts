import { createInterface } from 'node:readline';
import type { Heard, PeerEvent } from './foreign-peer.ts';

const reportEveryMs = 200;

/** How a peer that is a Node process speaks with its ForeignPeer. */
export function report(event: PeerEvent): void {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}

export function reportMedia(heard: () => Heard): void {
  setInterval(() => report({ event: 'media', ...heard() }), reportEveryMs).unref();
}

export interface Orders {
  readonly say: (message: string) => void;
  readonly hangUp: () => void;
}

/** Takes orders until it is to hang up, which the end of its input means too: whoever gave the orders is gone. */
export function takeOrders({ say, hangUp }: Orders): void {
  const lines = createInterface(process.stdin);
  lines.on('line', (line) => {
    if (line.startsWith('say ')) say(JSON.parse(line.slice('say '.length)) as string);
    else lines.close();
  });
  lines.on('close', () => {
    // Nothing more keeps the process.
    process.stdin.destroy();
    hangUp();
  });
}
