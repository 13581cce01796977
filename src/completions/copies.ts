import type { CompletionEvent } from '../core/event.ts';
import type { Assignment } from '../core/experiment.ts';
import type { Runtime } from '../core/runtime.ts';
import type { Tell } from '../core/turns.ts';
import type { Experiments } from '../experiments/index.ts';
import type { CompletionJob } from './job.ts';

type Complete = (job: CompletionJob, signal: AbortSignal, tell: Tell<CompletionEvent>) => Promise<void>;

export interface Copying {
  readonly complete: Complete;
  /** Breaks off the copies under way; resolves when they have been paid for and recorded. */
  close(): Promise<void>;
}

/** More than these at once are left out: what nobody waits for must not take the room of what somebody does. */
const MOST_COPIES = 32;
/** As much of an answer as is kept for comparing. */
const KEPT_CHARS = 8_000;

/**
 * The way of a call, and behind it that of its copy where a shadow experiment wants one. A copy is a call like any
 * other, through every door: admitted, limited, paid from the same budgets, recorded as a request of its own. It begins
 * when the answer is whole, so it never slows one, and its own answer is compared and thrown away.
 */
export function copying(complete: Complete, experiments: Experiments, { clock, ids, log }: Runtime): Copying {
  const underWay = new Set<Promise<void>>();
  const closing = new AbortController();

  const copy = async (
    job: CompletionJob,
    assignment: Assignment,
    route: string | null,
    answer: string,
  ): Promise<void> => {
    const { arm, model } = assignment.copyTo!;
    const { experimentId, slug, kind, routeId, rule } = assignment;
    const itsOwn: Assignment = { experimentId, slug, kind, arm, routeId, rule, model: null };
    const requestId = ids.next('req');
    const copied: CompletionJob = {
      id: ids.next('cmp'),
      requestId,
      caller: job.caller,
      // No step of the agent's run: it does not take part in it.
      request: {
        ...{ ...job.request, target: { model }, agent: null },
        copy: { of: job.requestId, route, assignment: itsOwn },
      },
      streamed: false,
      together: true,
      trace: job.trace,
      acceptedAt: clock.monotonic(),
    };
    let said = '';
    await complete(copied, closing.signal, (event) => {
      said = heard(said, event);
      if (event.kind === 'finished') return experiments.compare(job.caller, requestId, answer, said);
    });
  };

  const start = (job: CompletionJob, assignment: Assignment, route: string | null, answer: string) => {
    if (closing.signal.aborted) return;
    if (underWay.size >= MOST_COPIES) {
      log.debug({ requestId: job.requestId, experiment: assignment.slug }, 'a copy was left out: too many under way');
      return;
    }
    const copied: Promise<void> = copy(job, assignment, route, answer)
      .catch((error) => log.error({ err: error, requestId: job.requestId }, 'a copy broke'))
      .finally(() => underWay.delete(copied));
    underWay.add(copied);
  };

  return {
    complete(job, signal, tell) {
      let assignment: Assignment | null = null;
      let route: string | null = null;
      let answer = '';
      return complete(job, signal, (event) => {
        if (event.kind === 'routeDecided' && !job.request.call) {
          assignment = event.decision.experiment ?? null;
          route = event.decision.route?.slug ?? null;
        }
        if (assignment?.copyTo) {
          answer = heard(answer, event);
          if (event.kind === 'finished') start(job, assignment, route, answer);
        }
        return tell(event);
      });
    },
    async close() {
      closing.abort('the gateway is stopping');
      await Promise.all(underWay);
    },
  };
}

function heard(text: string, event: CompletionEvent): string {
  if (event.kind === 'outputReset') return '';
  return event.kind === 'textDelta' && text.length < KEPT_CHARS ? text + event.text : text;
}
