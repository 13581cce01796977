import type { CompletionJob, Completions } from '../completions/index.ts';
import type { CompletionEvent } from '../core/event.ts';
import type { Runtime } from '../core/runtime.ts';
import type { Step } from '../core/turns.ts';
import type { RunLog } from '../platform/runlog/runlog.ts';
import { Coalescer } from './coalesce.ts';

export interface DriveOptions {
  readonly coalesceMs: number;
  /** How long the log can be followed after the end, unless policies let what was said be kept for less. */
  readonly keepMs: number;
}

export interface Drive {
  /** Until the first event can be read: from then on the run can be found and followed. */
  readonly begun: Step;
  /** Resolves with the last event, once the log is closed. Never rejects. */
  readonly ended: Promise<CompletionEvent>;
}

/**
 * Drives one completion to its end and writes its log: numbers the events, merges fast deltas, closes the log.
 * A completion always ends with an event; a log that cannot be written ends it through `controller`.
 */
export function drive(
  job: CompletionJob,
  completions: Completions,
  runlog: Pick<RunLog, 'append' | 'close'>,
  { clock, log }: Runtime,
  { coalesceMs, keepMs }: DriveOptions,
  controller: AbortController,
): Drive {
  let seq = 0;
  let hasBegun = false;
  let begin: (() => void) | null = null;

  const append = (event: CompletionEvent) => {
    try {
      runlog.append(job.id, [{ seq: seq + 1, at: clock.now(), event }]);
      seq++;
      hasBegun = true;
      begin?.();
    } catch (error) {
      log.error({ err: error, completionId: job.id }, 'the run log cannot be written');
      controller.abort('the events of this completion could not be kept');
    }
  };
  const run = async () => {
    const coalescer = new Coalescer(clock, coalesceMs, append);
    let last: CompletionEvent | undefined;
    await completions.complete(job, controller.signal, (event) => {
      last = event;
      coalescer.push(event);
    });
    coalescer.flush();
    begin?.();
    let keptMs: number | null = null;
    try {
      keptMs = await completions.keptMs(job);
    } catch {
      // Where the rules cannot be read now, the log ends by its own time.
    }
    runlog.close(job.id, Math.min(keepMs, keptMs ?? keepMs));
    return last!;
  };

  const ended = run();
  const begun = hasBegun
    ? undefined
    : new Promise<void>((resolve) => {
        begin = resolve;
      });
  return { begun, ended };
}
