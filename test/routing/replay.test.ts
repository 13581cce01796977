import { expect, test } from 'vitest';
import type { Admission } from '../../src/core/admission.ts';
import { type CompletionRequest, tasks } from '../../src/core/chat.ts';
import { type Decision, type EligibilityReason, inputsDigest, strategies } from '../../src/core/decision.ts';
import type { Assignment } from '../../src/core/experiment.ts';
import { decodeJson, encodeJson } from '../../src/core/json.ts';
import { NoEligibleTargetProblem, PolicyBlockedProblem } from '../../src/core/problem.ts';
import { stickyKeys } from '../../src/core/stickiness.ts';
import { openBook } from '../../src/models/book.ts';
import type { Condition } from '../../src/routing/conditions/index.ts';
import { decide } from '../../src/routing/decide.ts';
import { createObserver } from '../../src/routing/observer.ts';
import { replay } from '../../src/routing/replay.ts';
import type { RouteRule } from '../../src/routing/rules.ts';
import { routeBook } from '../../src/routing/table.ts';
import { aCaller } from '../support/callers.ts';
import { testRuntime } from '../support/manual-clock.ts';
import { aModel, aProvider } from '../support/providers.ts';
import { anAdmission, aRequest } from '../support/requests.ts';
import { aRule, aTarget } from '../support/routes.ts';
import { anAttempt } from '../usage/records.ts';

const ROUNDS = 3000;
const names = Array.from({ length: 6 }, (_, place) => `p/m${place}`);
const provider = aProvider({
  slug: 'p',
  models: names.map((name, place) =>
    aModel(name.slice(2), 2000 * (place + 1), place === 5 ? null : { input: place + 1, output: 4 }),
  ),
});

/** A policy that allows these models. */
function only(allowModels: readonly string[]): Admission['models'][number] {
  const scope = { kind: 'ORGANIZATION', reference: null } as const;
  const source = { policyId: 'pol_1', policySlug: 'only', version: 1, ruleIndex: 0, mode: 'ENFORCE', scope } as const;
  const anything = { denyModels: [], allowProviders: null, allowedRegions: null };
  return { source, config: { ...anything, allowModels, requireZeroRetention: false, requireNoTraining: false } };
}

/** Random calls through random routes, in a world that changes meanwhile. */
function createWorld(seed: number) {
  let state = seed;
  const chance = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const one = <T>(of: readonly T[]): T => of[Math.floor(chance() * of.length)]!;
  const some = <T>(of: readonly T[]): T[] => of.filter(() => chance() < 0.5);

  const leaf = (): Condition =>
    one<() => Condition>([
      () => ({ inputChars: { lt: 1 + Math.floor(chance() * 4000) } }),
      () => ({ messageCount: { gte: 1 + Math.floor(chance() * 3) } }),
      () => ({ hasTools: chance() < 0.5 }),
      () => ({ task: { in: [one(tasks)], minConfidence: chance() } }),
      () => ({ language: [one(['en', 'de', 'fr'])] }),
      () => ({ tag: { key: 'tier', in: [one(['gold', 'tin'])], exists: true } }),
      () => ({ endUserIn: [one(['ann', 'bob'])] }),
      () => ({ contains: { anyOf: [one(['function', 'sea', 'zwei'])], caseSensitive: false, where: 'ANY' } }),
      () => ({ samplePercent: 1 + chance() * 98 }),
      () => ({ timeOfDay: { timezone: 'Europe/Berlin', from: '06:00', to: one(['18:00', '02:00']) } }),
      () => ({ budgetUsedPercent: { gte: chance() * 100 } }),
    ])();
  const condition = (depth: number): Condition => {
    if (depth === 0 || chance() < 0.4) return leaf();
    const parts = [condition(depth - 1), condition(depth - 1)];
    return one<Condition>([{ all: parts }, { any: parts }, { not: parts[0]! }]);
  };
  const targets = () => {
    const picked = some(names);
    return (picked.length > 0 ? picked : [one(names)]).map((name) =>
      aTarget(name, { weight: 1 + Math.floor(chance() * 5), enabled: chance() < 0.9 }),
    );
  };
  const rule = (place: number, last: boolean): RouteRule =>
    aRule(`rule ${place}`, targets(), {
      when: last ? null : condition(2),
      strategy: one(strategies),
      stickyBy: one(stickyKeys),
      fallbacks: some(names).map((name) => aTarget(name, { id: `tgt_f_${name}` })),
    });
  const route = () => {
    const count = 1 + Math.floor(chance() * 5);
    const rules = Array.from({ length: count }, (_, place) => rule(place, place === count - 1));
    return { id: 'rte_1', slug: 'default', version: 1 + Math.floor(chance() * 9), rules };
  };
  const request = (): CompletionRequest => {
    const text = one(['Write a function that sorts.', 'Tell me of the sea.', 'Was ist zwei mal zwei?', '']);
    const said = (role: 'SYSTEM' | 'USER') => ({
      role,
      parts: [{ kind: 'text' as const, text: text.repeat(1 + Math.floor(chance() * 60)) }],
    });
    return aRequest({
      target: chance() < 0.9 ? { route: 'default' } : { model: one(names) },
      messages: [...some([said('SYSTEM'), said('USER')]), said('USER')],
      sampling: chance() < 0.5 ? { maxOutputTokens: 1 + Math.floor(chance() * 3000) } : {},
      endUser: one([null, 'ann', 'bob']),
      agent: one([null, { runId: 'run', name: 'planner' }]),
      tags: some([{ key: 'tier', value: one(['gold', 'tin']) }]),
      task: one([null, ...tasks]),
    });
  };
  const assignment = (): Assignment | null =>
    chance() < 0.5
      ? null
      : {
          experimentId: 'exp_1',
          slug: 'try',
          kind: 'AB',
          arm: 'new',
          routeId: one(['rte_1', 'rte_2']),
          rule: one([null, 'rule 0']),
          model: one([null, ...names]),
        };
  const obstacles = new Map<string, EligibilityReason>(
    names.flatMap((name) => (chance() < 0.15 ? [[name, { code: 'COOLING_DOWN', message: 'It rests.' }]] : [])),
  );
  return { chance, one, some, route, request, assignment, obstacles };
}

test(`${ROUNDS} decisions of random calls through random routes are made again bit for bit from what is stored`, async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const runtime = testRuntime();
  const observer = createObserver(runtime.clock);
  const models = openBook([provider], runtime.clock);
  let [made, refused, assigned, denied] = [0, 0, 0, 0];
  for (let round = 0; round < ROUNDS; round++) {
    const { chance, one, some, route: someRoute, request, assignment, obstacles } = createWorld(seed + round);
    const route = someRoute();
    const wanted = request();
    const allowed = chance() < 0.2 ? some(names) : null;
    const asked = {
      request: wanted,
      admission: anAdmission(allowed ? { models: [only(allowed)] } : {}),
      routes: routeBook([route]),
      models,
      surroundings: {
        caller: aCaller('org_1'),
        assignment: assignment(),
        obstacleOf: ({ name }: { name: string }) => obstacles.get(name) ?? null,
        ...(chance() < 0.5 && { budgetUsedPercent: chance() * 100 }),
      },
    };
    let decision: Decision;
    try {
      const decided = decide(asked, observer.memory('org_1'), { ...runtime, random: { float: chance } });
      observer.note('org_1', decided.rule.id, decided.decision);
      decision = decided.decision;
    } catch (error) {
      if (!(error instanceof NoEligibleTargetProblem || error instanceof PolicyBlockedProblem)) throw error;
      refused++;
      continue;
    }
    made++;
    if (decision.experiment) assigned++;
    if (decision.candidates.some(({ reasons }) => reasons.some(({ code }) => code === 'POLICY_DENIED'))) denied++;
    const stored = decodeJson(encodeJson(decision)) as Decision;
    const remade = replay(stored, decision.route && route);
    expect(decodeJson(encodeJson(remade)), `seed ${seed}, round ${round}`).toEqual(stored);
    expect(inputsDigest(remade!)).toBe(inputsDigest(decision));
    const attempt = anAttempt(`req_${round}`, {
      id: `att_${round}`,
      model: one(names),
      ttftMs: Math.floor(chance() * 900),
    });
    observer.see('org_1', { kind: 'attemptStarted', attempt });
    if (chance() < 0.8) observer.see('org_1', { kind: 'attemptSucceeded', attempt, finishReason: 'STOP' });
    await runtime.clock.advance(1000);
  }
  console.log(
    `${made} replayed (${assigned} in an experiment, ${denied} with a model denied), ${refused} refused; seed ${seed}`,
  );
  expect(made).toBeGreaterThan(ROUNDS / 2);
}, 120_000);
