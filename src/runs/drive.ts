import type { CompletionJob, Completions } from '../completions/index.ts';
import type { CompletionEvent } from '../core/event.ts';
import type { Runtime } from '../core/runtime.ts';
import type { RunLog } from '../platform/runlog/runlog.ts';
import { coalesce } from './coalesce.ts';

export interface DriveOptions {
  readonly coalesceMs: number;
  /** How long the log can be followed after the end, unless policies let what was said be kept for less. */
  readonly keepMs: number;
}

export interface Drive {
  /** Resolves once the first event can be read: from then on the run can be found and followed. */
  readonly begun: Promise<void>;
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
  runtime: Runtime,
  options: DriveOptions,
  controller: AbortController,
): Drive {
  const { clock, log } = runtime;
  const begun = Promise.withResolvers<void>();
  let begin: (() => void) | null = begun.resolve;
  let seq = 0;

  const failed = (error: unknown) => {
    log.error({ err: error, completionId: job.id }, 'the run log cannot be written');
    controller.abort('the events of this completion could not be kept');
  };
  const append = (events: CompletionEvent[]) => {
    const at = clock.now();
    const entries = events.map((event) => ({ seq: ++seq, at, event }));
    try {
      runlog.append(job.id, entries);
      // Once: to resolve what is resolved is a microsecond each time, since Node looks into it.
      begin?.();
      begin = null;
    } catch (error) {
      failed(error);
    }
  };
  const run = async () => {
    const coalescer = coalesce(clock, options.coalesceMs, append);
    let last: CompletionEvent | undefined;
    await completions.complete(job, controller.signal, (event) => {
      last = event;
      coalescer.push(event);
    });
    coalescer.flush();
    begin?.();
    runlog.close(job.id, await keepMs());
    return last!;
  };
  /** Where the rules cannot be read now, the log ends by its own time. */
  const keepMs = async () => {
    const keptMs = await completions.keptMs(job).catch(() => null);
    return Math.min(options.keepMs, keptMs ?? options.keepMs);
  };
  return { begun: begun.promise, ended: run() };
}
