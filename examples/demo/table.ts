import type { Call } from './send.ts';

const columns = [
  'requests',
  'tokens in',
  'tokens out',
  'cost',
  'overhead p50',
  'overhead p95',
  'total p50',
  'total p95',
  'failures',
] as const;

/** A row for each way of asking, and one for all. */
export function tableOf(calls: readonly Call[]): string {
  const rows = [
    ['', ...columns],
    rowOf(
      'waited for',
      calls.filter(({ streamed }) => !streamed),
    ),
    rowOf(
      'streamed',
      calls.filter(({ streamed }) => streamed),
    ),
    rowOf('all', calls),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join('  '),
  );
  return `\n${lines.join('\n')}`;
}

function rowOf(name: string, calls: readonly Call[]): string[] {
  const results = calls.flatMap(({ result }) => result ?? []);
  const timings = results.flatMap(({ timing }) => timing ?? []);
  const overheads = timings.map(({ overheadMs }) => overheadMs);
  const totals = timings.map(({ totalMs }) => totalMs);
  const nanos = results.reduce((sum, { cost }) => sum + BigInt(cost.total.nanos), 0n);
  return [
    name,
    String(calls.length),
    String(results.reduce((sum, { usage }) => sum + usage.inputTokens, 0)),
    String(results.reduce((sum, { usage }) => sum + usage.outputTokens, 0)),
    `$${(Number(nanos) / 1e9).toFixed(6)}`,
    `${percentile(overheads, 50).toFixed(1)} ms`,
    `${percentile(overheads, 95).toFixed(1)} ms`,
    `${percentile(totals, 50).toFixed(0)} ms`,
    `${percentile(totals, 95).toFixed(0)} ms`,
    String(calls.length - results.length),
  ];
}

/** The smallest value that at least `percent` of all do not exceed; 0 of nothing. */
function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? 0;
}
