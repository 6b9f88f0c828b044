import { startServer } from './measured-server.ts';
import { closePairs, openPairs } from './pair.ts';
import { type RelayLoad, relay } from './relay-load.ts';
import { median, quantile } from './statistics.ts';

export interface RelayFigures {
  readonly ratio: number;
  readonly ratios: readonly number[];
  readonly productUs: number;
  readonly bareUs: number;
  readonly product: Latency;
  readonly bare: Latency;
}

export interface Latency {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface RelayPlan {
  readonly pairs: number;
  readonly rounds: number;
  readonly messagesPerRound: number;
}

/** Both servers run all the time and take turns, so that whatever else the machine does meets both. */
export async function measureRelay(plan: RelayPlan): Promise<RelayFigures> {
  const product = await startServer('product');
  const bare = await startServer('bare');
  try {
    const ofProduct = await openPairs(product, plan.pairs);
    const ofBare = await openPairs(bare, plan.pairs);
    const rounds: { product: RelayLoad; bare: RelayLoad }[] = [];
    // The first round only warms up.
    for (let round = 0; round <= plan.rounds; round += 1) {
      const first = await relay(bare, ofBare, plan.messagesPerRound);
      const second = await relay(product, ofProduct, plan.messagesPerRound);
      if (round > 0) rounds.push({ product: second, bare: first });
    }
    closePairs(ofProduct);
    closePairs(ofBare);
    return figuresOf(rounds);
  } finally {
    await product.stop();
    await bare.stop();
  }
}

function figuresOf(rounds: readonly { product: RelayLoad; bare: RelayLoad }[]): RelayFigures {
  const ratios = rounds.map((round) => round.product.cpuUs / round.bare.cpuUs);
  return {
    ratio: median(ratios),
    ratios,
    productUs: median(rounds.map((round) => round.product.cpuUs)),
    bareUs: median(rounds.map((round) => round.bare.cpuUs)),
    product: latencyOf(rounds.map((round) => round.product)),
    bare: latencyOf(rounds.map((round) => round.bare)),
  };
}

function latencyOf(loads: readonly RelayLoad[]): Latency {
  const all = loads.flatMap((load) => load.latenciesMs);
  return { p50Ms: quantile(all, 0.5), p99Ms: quantile(all, 0.99) };
}
