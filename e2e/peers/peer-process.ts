import { createInterface } from 'node:readline';
import type { Heard, PeerEvent } from './foreign-peer.ts';

const reportEveryMs = 200;

/** How a peer that is a Node process speaks with its ForeignPeer. */
export function report(event: PeerEvent): void {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}

export function reportMedia(heard: () => Heard): void {
  setInterval(() => report({ event: 'media', ...heard() }), reportEveryMs);
}

export interface Orders {
  readonly say: (message: string) => void;
  readonly hangUp: () => void;
}

/** Takes orders until the input ends, which says that whoever gave them is gone. */
export function takeOrders({ say, hangUp }: Orders): void {
  const lines = createInterface(process.stdin);
  lines.on('close', hangUp);
  lines.on('line', (line) => {
    if (line.startsWith('say ')) say(JSON.parse(line.slice('say '.length)) as string);
    else hangUp();
  });
}
