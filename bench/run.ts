// `npm run bench`: measures the built product against a bare `ws` relay and fails where a bound is missed.
import { availableParallelism, cpus } from 'node:os';
import { type MemoryFigures, measureMemory } from './idle-memory.ts';
import { measureRelay, type RelayFigures } from './relay-cpu.ts';

/** What the product may cost, beside a bare relay. */
const bounds = { cpuRatio: 1.3, excessBytesPerConnection: 1.5 * 1024 } as const;

const isQuick = process.argv.includes('--quick');
const relayPlan = isQuick
  ? { pairs: 100, rounds: 6, messagesPerRound: 8_000 }
  : { pairs: 100, rounds: 40, messagesPerRound: 8_000 };
// Not with fewer connections: the heap grows in steps, which would then be counted as theirs.
const memoryPlan = { connections: 10_000, rounds: isQuick ? 1 : 3 };

type Row = Record<'figure' | 'bare ws' | 'product' | 'compared' | 'bound' | 'met', string>;

function relayRows(figures: RelayFigures): readonly Row[] {
  const { product, bare } = figures;
  return [
    {
      figure: 'server CPU a relayed message',
      'bare ws': `${figures.bareUs.toFixed(1)} µs`,
      product: `${figures.productUs.toFixed(1)} µs`,
      compared: `${figures.ratio.toFixed(2)}x (${spread(figures.ratios, (ratio) => ratio.toFixed(2))})`,
      bound: `${bounds.cpuRatio}x`,
      met: figures.ratio <= bounds.cpuRatio ? 'yes' : 'NO',
    },
    informational(
      'relay latency, median',
      bare.p50Ms,
      product.p50Ms,
      (ms) => `${ms.toFixed(2)} ms`,
    ),
    informational('relay latency, p99', bare.p99Ms, product.p99Ms, (ms) => `${ms.toFixed(2)} ms`),
  ];
}

function memoryRows(figures: MemoryFigures): readonly Row[] {
  const { product, bare, excessBytes, excesses } = figures;
  return [
    {
      figure: 'resident memory an idle connection',
      'bare ws': kilobytes(bare.residentBytes),
      product: kilobytes(product.residentBytes),
      compared: `${kilobytes(excessBytes)} more (${spread(excesses, kilobytes)})`,
      bound: `${kilobytes(bounds.excessBytesPerConnection)} more`,
      met: excessBytes <= bounds.excessBytesPerConnection ? 'yes' : 'NO',
    },
    informational('of which live on the heap', bare.heapBytes, product.heapBytes, kilobytes),
    informational('pairs seated a second', bare.pairsPerSecond, product.pairsPerSecond, (count) =>
      count.toFixed(0),
    ),
  ];
}

function informational(
  figure: string,
  bare: number,
  product: number,
  show: (value: number) => string,
): Row {
  return {
    figure,
    'bare ws': show(bare),
    product: show(product),
    compared: '',
    bound: '',
    met: '',
  };
}

function spread(values: readonly number[], show: (value: number) => string): string {
  return `${show(Math.min(...values))} to ${show(Math.max(...values))}`;
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(2)} KiB`;
}

function print(rows: readonly Row[]): void {
  const headings = ['figure', 'bare ws', 'product', 'compared', 'bound', 'met'] as const;
  const lines = [headings, ...rows.map((row) => headings.map((heading) => row[heading]))];
  const widths = headings.map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  );
  const show = (line: readonly string[]) =>
    `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  console.log(show(headings));
  console.log(show(widths.map((width) => '-'.repeat(width))));
  for (const line of lines.slice(1)) console.log(show(line));
}

console.log(
  `Node ${process.versions.node}, ${availableParallelism()} x ${cpus()[0]?.model.trim()}`,
);
console.log('Relaying…');
const relayFigures = await measureRelay(relayPlan);
console.log('Holding idle connections…\n');
const memoryFigures = await measureMemory(memoryPlan);
const rows = [...relayRows(relayFigures), ...memoryRows(memoryFigures)];
print(rows);
// Not `exitCode`: sockets of the generator that still say goodbye need not be waited for.
process.exit(rows.some((row) => row.met === 'NO') ? 1 : 0);
