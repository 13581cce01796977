import type { Experiment } from '../../src/experiments/experiment.ts';

export function anExperiment(different: Partial<Experiment> = {}): Experiment {
  return {
    id: 'exp_1',
    organizationId: 'org_1',
    slug: 'better',
    name: 'Better?',
    kind: 'AB',
    status: 'RUNNING',
    routeId: 'rte_1',
    routeSlug: 'default',
    rule: null,
    assignBy: 'END_USER',
    arms: [
      { name: 'now', control: true, weightPercent: 70, model: null },
      { name: 'small', control: false, weightPercent: 20, model: 'sim/small-1' },
      { name: 'tiny', control: false, weightPercent: 10, model: 'sim/echo-1' },
    ],
    schedule: [],
    guardrails: [],
    conclusion: null,
    revision: 1,
    startedAt: 0,
    endedAt: null,
    ...different,
  };
}
