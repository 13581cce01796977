import type { CloseTime } from './cancel.ts';
import type { Figure } from './figures.ts';
import type { Outcome } from './judge.ts';
import type { Met } from './matrix.ts';
import type { Fault } from './table.ts';

export interface PeerMet {
  readonly fault: Fault;
  readonly withFallback: boolean;
  readonly outcome: Outcome;
}

/** A row for each fault: what a caller got, over all forms and doors; without a fallback, and with a healthy one. */
export function tableOf(met: readonly Met[], peer: readonly PeerMet[]): string {
  const faults = [...new Set(met.map(({ fault }) => fault))];
  const columns =
    peer.length === 0 ? ['alone', 'with fallback'] : ['alone', 'with fallback', 'peer alone', 'peer with fallback'];
  const rows = faults.map((fault) => {
    const of = (list: readonly PeerMet[], withFallback: boolean) =>
      [
        ...new Set(
          list
            .filter((cell) => cell.fault === fault && cell.withFallback === withFallback)
            .map(({ outcome }) => outcome),
        ),
      ]
        .toSorted()
        .join(', ') || '–';
    const lists = peer.length === 0 ? [met] : [met, peer];
    return [fault.id, fault.title, ...lists.flatMap((list) => [of(list, false), of(list, true)])];
  });
  return lined([['id', 'fault', ...columns], ['--', '--', ...columns.map(() => '--')], ...rows]);
}

export function figuresOf(figures: readonly Figure[]): string {
  return lined([['id', 'what', 'goal', 'here'], ['--', '--', '--', '--'], ...figures]);
}

function lined(rows: readonly (readonly string[])[]): string {
  return rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const WRONG: readonly Outcome[] = ['TRUNCATED', 'GARBAGE', 'HANG', 'CRASH'];

/** How often each thing happened that must not. */
export function countsOf(cells: readonly PeerMet[]): string {
  const count = (outcome: Outcome) => cells.filter((cell) => cell.outcome === outcome).length;
  const rescuable = cells.filter(({ fault, withFallback }) => withFallback && fault.ends === 'fails');
  const rescued = rescuable.filter(({ outcome }) => outcome === 'rescued').length;
  const wrong = WRONG.map((outcome) => `${count(outcome)} ${outcome.toLowerCase()}`).join(', ');
  return `${cells.length} cells: ${wrong}; ${rescued} of ${rescuable.length} faults before the first word rescued`;
}

/** A line for each way in which a call can end before its end. */
export function timesOf(times: readonly CloseTime[]): string {
  return [...new Set(times.map(({ by }) => by))]
    .map((way) => {
      const of = times.filter(({ by }) => by === way);
      const open = of.filter(({ closed }) => !closed).length;
      const [p50, p99] = quantiles(of.map(({ tookMs }) => tookMs));
      const ended = way === 'completionCancel' ? way : `client of ${way} gone`;
      return `${of.length} × ${ended}: provider's socket closed after ${p50} ms (p50), ${p99} ms (p99); ${open} left open`;
    })
    .join('\n');
}

/** The 50th and the 99th of a hundred, in whole ms. */
export function quantiles(values: readonly number[]): [number, number] {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN);
  return [at(0.5), at(0.99)];
}
