import type { TellAlert } from '../core/alert.ts';
import type { Caller } from '../core/caller.ts';
import type { CompletionRequest } from '../core/chat.ts';
import type { Assignment } from '../core/experiment.ts';
import type { Runtime } from '../core/runtime.ts';
import type { Changes } from '../platform/changes.ts';
import type { Database } from '../platform/database/database.ts';
import type { Snapshots } from '../platform/snapshots.ts';
import { agreement } from './agreement.ts';
import { assign, treatedPercent } from './assign.ts';
import { type ControlExperiments, controlExperiments, type Prefer } from './control.ts';
import type { Experiment } from './experiment.ts';
import { startGuard } from './guard.ts';
import { SURE_95 } from './intervals.ts';
import type { ArmMeasures } from './judge.ts';
import { measure } from './measure.ts';
import { type Quality, qualityOf } from './quality.ts';
import { createScore, type Score, type ScoreCreateInput, type ScoreSaved, scoresOf } from './scores.ts';
import { experimentById, runningExperiments, topicPrefix } from './store.ts';

export type { ExperimentChange, Prefer } from './control.ts';
export { erasableScores } from './erasable.ts';
export type { Experiment } from './experiment.ts';
export { exportedScores, scoresOfCalls } from './export.ts';
export type { Quality } from './quality.ts';
export type { Score } from './scores.ts';

/** Which of two ways is better, asked of real traffic. */
export interface Experiments extends Omit<ControlExperiments, 'rollBack'> {
  /** The arm a call belongs to; null when no experiment runs on its route. From a copy, so it asks no database. */
  assign(caller: Caller, request: CompletionRequest): Promise<Assignment | null>;
  /** What the arms came to until now, those of this instance's latest calls included; intervals are of 95 %. */
  results(experiment: Experiment): Promise<readonly ArmMeasures[]>;
  find(organizationId: string, id: string): Promise<Experiment | null>;
  /** The share of calls that do not get what the route says, at the moment. */
  treatedPercent(experiment: Experiment): number;
  /** Keeps a score; see scores.ts for what it throws. */
  score(caller: Caller, input: ScoreCreateInput): Promise<ScoreSaved>;
  scoresOf(organizationId: string, requestId: string): Promise<readonly Score[]>;
  /** Keeps how alike a call's and its copy's answers are, as the score `agreement` of the copy. Never throws. */
  compare(caller: Caller, copyRequestId: string, original: string, copy: string): Promise<void>;
  /** How good models were found lately. */
  quality(organizationId: string): Promise<readonly Quality[]>;
  /** Looks whether a guard-rail is broken; comes round by itself every 5 s. */
  guard(): Promise<void>;
  close(): Promise<void>;
}

export interface ExperimentsNeeds {
  readonly database: Database;
  readonly snapshots: Snapshots;
  readonly changes: Changes;
  readonly runtime: Runtime;
  readonly tell: TellAlert;
  readonly prefer: Prefer;
  /** Resolves when calls that have ended are in the database. */
  readonly written: () => Promise<void>;
}

const REMEMBERED_ORGANIZATIONS = 1_000;

export function createExperiments(needs: ExperimentsNeeds): Experiments {
  const { database, snapshots, changes, runtime, tell, prefer, written } = needs;
  const { clock, random, log } = runtime;
  const running = snapshots.of(
    topicPrefix,
    REMEMBERED_ORGANIZATIONS,
    async (id) => new Map((await runningExperiments(database, id)).map((one) => [one.routeSlug, one])),
  );
  const { rollBack, ...control } = controlExperiments(database, changes, prefer, runtime);
  const guard = startGuard(database, rollBack, tell, runtime);
  return {
    ...control,
    async assign(caller, request) {
      if (request.copy) return request.copy.assignment;
      if (!('route' in request.target)) return null;
      const experiment = (await running.get(caller.organizationId)).get(request.target.route);
      return experiment ? assign(experiment, caller, request, clock.now(), random.float()) : null;
    },
    async results(experiment) {
      await written();
      return measure(database, experiment, new Date(experiment.startedAt ?? clock.now()), SURE_95);
    },
    find: (organizationId, id) => experimentById(database, organizationId, id),
    treatedPercent: (experiment) => (experiment.status === 'RUNNING' ? treatedPercent(experiment, clock.now()) : 0),
    async score(caller, input) {
      await written();
      return createScore(database, runtime, caller, input);
    },
    scoresOf: (organizationId, requestId) => scoresOf(database, organizationId, requestId),
    async compare(caller, request, original, copy) {
      try {
        await written();
        const value = { number: agreement(original, copy) };
        const score = { subject: { request }, name: 'agreement', value, source: 'AUTOMATED' } as const;
        await createScore(database, runtime, caller, score, 'system');
      } catch (error) {
        log.warn({ err: error, requestId: request }, 'a comparison is lost');
      }
    },
    quality: (organizationId) => qualityOf(database, organizationId, clock.now()),
    async guard() {
      await written();
      await guard.look();
    },
    close: guard.close,
  };
}
