import type { TellAlert } from '../core/alert.ts';
import type { Runtime } from '../core/runtime.ts';
import type { Database } from '../platform/database/database.ts';
import type { ControlExperiments } from './control.ts';
import { controlOf, type Experiment } from './experiment.ts';
import { SURE_99 } from './intervals.ts';
import { brokenGuardrail } from './judge.ts';
import { measure } from './measure.ts';
import { runningExperiments } from './store.ts';

const WATCH_MS = 5_000;
/** At most a twentieth of the time is spent looking, however many calls there are to look at. */
const RESTS_PER_LOOK = 20;
/** What was worse a day ago has shown by now; a bad quarter of an hour must not be hidden by a good day. */
const LOOK_BACK_MS = 3_600_000;

/** Takes back experiments that break a guard-rail. */
export interface Guard {
  /** Looks at every running experiment once; comes round by itself, every 5 s where looking is quick, on every instance. */
  look(): Promise<void>;
  /** No further looks; resolves when the one under way has ended. */
  close(): Promise<void>;
}

export function startGuard(
  database: Database,
  rollBack: ControlExperiments['rollBack'],
  tell: TellAlert,
  { clock, log }: Runtime,
): Guard {
  let cancel = () => {};
  let closed = false;
  let looking: Promise<void> = Promise.resolve();

  const lookAt = async (experiment: Experiment) => {
    const since = Math.max(experiment.startedAt ?? 0, clock.now() - LOOK_BACK_MS);
    // Looked at again and again, so a chance of 1 in 20 to be wrong would soon come true.
    const wanted = experiment.guardrails.map(({ metric }) => metric);
    const arms = await measure(database, experiment, new Date(since), SURE_99, wanted);
    const control = arms.find(({ arm }) => arm === controlOf(experiment).name)!;
    for (const arm of arms) {
      const broken = arm.control ? null : brokenGuardrail(experiment.guardrails, control, arm);
      if (!broken || !(await rollBack(experiment, broken))) continue;
      const { id, organizationId, slug, routeSlug } = experiment;
      return tell({
        organizationId,
        kind: 'EXPERIMENT',
        key: `experiment:${id}`,
        severity: 'CRITICAL',
        title: `Experiment ${slug} has been rolled back`,
        message: `${broken} Route ${routeSlug} serves everybody as before.`,
        scope: { kind: 'ROUTE', reference: routeSlug },
        facts: { experimentId: id, arm: arm.arm },
      });
    }
  };

  const look = async () => {
    try {
      for (const experiment of await runningExperiments(database, null)) {
        if (experiment.guardrails.length > 0) await lookAt(experiment);
      }
    } catch (error) {
      log.warn({ err: error }, 'guard-rails could not be looked at');
    }
  };
  const schedule = (afterMs: number) => {
    if (closed) return;
    cancel = clock.after(afterMs, () => {
      const from = clock.monotonic();
      looking = look().then(() => schedule(Math.max(WATCH_MS, RESTS_PER_LOOK * (clock.monotonic() - from))));
    });
  };
  schedule(WATCH_MS);

  return {
    look,
    async close() {
      closed = true;
      cancel();
      await looking;
    },
  };
}
