import { cpus, loadavg } from 'node:os';

/** One window of one contestant: figure → number. */
export type Sample = Readonly<Record<string, number>>;
/** title → contestant → windows */
export type Figures = Map<string, Map<string, readonly Sample[]>>;

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function spreadOf(numbers: readonly number[]): Spread {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { median, min: sorted[0]!, max: sorted.at(-1)! };
}

interface Run {
  readonly json: boolean;
  readonly rounds: number;
  readonly pinning: string;
}

export function print(figures: Figures, { json, rounds, pinning }: Run): void {
  const machine = `${cpus().length} × ${cpus()[0]?.model}, Node ${process.versions.node}, load ${loadavg()[0]?.toFixed(1)}`;
  const about = { at: new Date().toISOString(), machine, rounds, pinning };
  const tables = [...figures].map(([title, rows]) => ({
    title,
    rows: [...rows].map(([name, samples]) => ({ name, figures: spreads(samples) })),
  }));
  if (json) {
    console.log(JSON.stringify({ ...about, tables }, null, 2));
    return;
  }
  console.log(
    `${about.at.slice(0, 16)}Z, ${machine}, pinned: ${pinning}; median (min–max) of ${rounds} interleaved rounds`,
  );
  for (const { title, rows } of tables) {
    const columns = Object.keys(Object.assign({}, ...rows.map((row) => row.figures)) as object);
    const base = rows.find(({ name }) => name === 'passthrough');
    const [first] = columns;
    console.log(
      `\n## ${title}\n\n| | ${columns.join(' | ')} | ÷ passthrough |\n|---|${columns.map(() => '--:|').join('')}--:|`,
    );
    for (const { name, figures } of rows) {
      const cells = columns.map((column) => (figures[column] ? cell(figures[column]) : ''));
      const ratio = base && first ? figures[first]!.median / base.figures[first]!.median : Number.NaN;
      console.log(`| ${name} | ${cells.join(' | ')} | ${Number.isFinite(ratio) ? ratio.toFixed(3) : ''} |`);
    }
  }
}

function spreads(samples: readonly Sample[]): Readonly<Record<string, Spread>> {
  const names = Object.keys(Object.assign({}, ...samples) as object);
  return Object.fromEntries(names.map((name) => [name, spreadOf(samples.map((sample) => sample[name] ?? Number.NaN))]));
}

const cell = ({ median, min, max }: Spread): string =>
  min === max ? number(median) : `${number(median)} (${number(min)}–${number(max)})`;

const number = (value: number): string =>
  Number.isNaN(value) ? '–' : value.toFixed(value !== 0 && Math.abs(value) < 10 ? 2 : 0);
