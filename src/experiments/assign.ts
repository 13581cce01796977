import type { Caller } from '../core/caller.ts';
import { hashOf } from '../core/chance.ts';
import type { CompletionRequest } from '../core/chat.ts';
import type { Assignment } from '../core/experiment.ts';
import { stickyOwner } from '../core/stickiness.ts';
import { type Arm, controlOf, type Experiment, type Stage, treatmentsOf } from './experiment.ts';

/**
 * The arm a call belongs to, the same on every instance without anybody remembering: whoever the calls are kept together
 * by has a place between 0 and 100, and the arms divide that line. A canary's share grows from one end, so whoever was
 * in it stays in it.
 * @param now Unix ms
 * @param chance [0, 1): the place of a call that belongs to nobody
 * @returns null when it takes no part: calls that a shadow does not copy
 */
export function assign(
  experiment: Experiment,
  caller: Pick<Caller, 'apiKeyId'>,
  request: Pick<CompletionRequest, 'endUser' | 'agent'>,
  now: number,
  chance: number,
): Assignment | null {
  const { id: experimentId, slug, kind, routeId, rule } = experiment;
  const { endUser, agent } = request;
  const who = stickyOwner(experiment.assignBy, { apiKeyId: caller.apiKeyId, endUser, runId: agent?.runId ?? null });
  const place = 100 * (who === null ? chance : hashOf(`${experimentId}\n${who}`) / 2 ** 32);
  const of = ({ name, model }: Arm): Assignment => ({
    experimentId,
    slug,
    kind,
    arm: name,
    routeId,
    rule,
    model,
  });
  const arm = armAt(place, experiment, now);
  if (kind !== 'SHADOW') return of(arm);
  return arm.control ? null : { ...of(controlOf(experiment)), copyTo: { arm: arm.name, model: arm.model! } };
}

/** The share of its treatments in the calls. @param now Unix ms */
export function treatedPercent(experiment: Experiment, now: number): number {
  if (experiment.kind === 'CANARY') return stagePercent(experiment.schedule, now - (experiment.startedAt ?? now));
  return treatmentsOf(experiment).reduce((sum, { weightPercent }) => sum + weightPercent, 0);
}

/** The last stage stays until somebody promotes the arm or stops the experiment. */
function stagePercent(schedule: readonly Stage[], sinceMs: number): number {
  let endMs = 0;
  for (const { weightPercent, holdMinutes } of schedule) {
    endMs += holdMinutes * 60_000;
    if (sinceMs < endMs) return weightPercent;
  }
  return schedule.at(-1)?.weightPercent ?? 0;
}

function armAt(place: number, experiment: Experiment, now: number): Arm {
  const [first] = treatmentsOf(experiment);
  if (experiment.kind === 'CANARY') return place < treatedPercent(experiment, now) ? first! : controlOf(experiment);
  let end = 0;
  for (const arm of treatmentsOf(experiment)) {
    end += arm.weightPercent;
    if (place < end) return arm;
  }
  return controlOf(experiment);
}
