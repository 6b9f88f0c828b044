import { type ServerKind, startServer } from './measured-server.ts';
import { closePairs, openPairs } from './pair.ts';
import { median } from './statistics.ts';

/** Bytes that one idle connection costs. */
export interface MemoryPerConnection {
  readonly residentBytes: number;
  readonly heapBytes: number;
  /** How many pairs were seated in a second: joins, connects and registers. */
  readonly pairsPerSecond: number;
}

export interface MemoryFigures {
  readonly excessBytes: number;
  readonly excesses: readonly number[];
  readonly product: MemoryPerConnection;
  readonly bare: MemoryPerConnection;
}

export interface MemoryPlan {
  readonly connections: number;
  readonly rounds: number;
}

const warmUpPairs = 100;

/** Fresh processes for every round, bare and product in turn. */
export async function measureMemory(plan: MemoryPlan): Promise<MemoryFigures> {
  const bare: MemoryPerConnection[] = [];
  const product: MemoryPerConnection[] = [];
  for (let round = 0; round < plan.rounds; round += 1) {
    bare.push(await measureOne('bare', plan.connections));
    product.push(await measureOne('product', plan.connections));
  }
  const excesses = product.map(
    (each, round) => each.residentBytes - (bare[round]?.residentBytes ?? 0),
  );
  return { excessBytes: median(excesses), excesses, product: middle(product), bare: middle(bare) };
}

async function measureOne(kind: ServerKind, connections: number): Promise<MemoryPerConnection> {
  const server = await startServer(kind);
  try {
    // What the first calls load and compile belongs to the program, not to a connection. They stay open.
    const first = await openPairs(server, warmUpPairs);
    const before = await server.usage('collect');
    const startMs = performance.now();
    const rest = await openPairs(server, connections / 2);
    const seconds = (performance.now() - startMs) / 1000;
    const after = await server.usage('collect');
    closePairs(first);
    closePairs(rest);
    return {
      residentBytes: (after.residentBytes - before.residentBytes) / connections,
      heapBytes: (after.heapBytes - before.heapBytes) / connections,
      pairsPerSecond: connections / 2 / seconds,
    };
  } finally {
    await server.stop();
  }
}

function middle(rounds: readonly MemoryPerConnection[]): MemoryPerConnection {
  return {
    residentBytes: median(rounds.map((round) => round.residentBytes)),
    heapBytes: median(rounds.map((round) => round.heapBytes)),
    pairsPerSecond: median(rounds.map((round) => round.pairsPerSecond)),
  };
}
