import { loadavg } from 'node:os';
import { type CompletionRequest, tasks } from '../../src/core/chat.ts';
import type { Strategy } from '../../src/core/decision.ts';
import { openBook } from '../../src/models/book.ts';
import { type Asked, settle } from '../../src/routing/decide.ts';
import { createObserver } from '../../src/routing/observer.ts';
import { recordOf } from '../../src/routing/record.ts';
import { routeBook } from '../../src/routing/table.ts';
import { aCaller } from '../support/callers.ts';
import { aModel, aProvider } from '../support/providers.ts';
import { anAdmission, aRequest } from '../support/requests.ts';
import { aRule, aTarget } from '../support/routes.ts';
import { systemRuntime } from '../support/runtime.ts';
import { anAttempt } from '../usage/records.ts';

/**
 * How long a decision takes with 20 rules, of which the last one matches, and 10 targets: `npm run bench:routing`.
 *
 * By the wall clock, so other processes count too. All cases take turns, and beside each runs a bare loop that takes as
 * long as the case's median: its p99 is what this machine adds to anything of that length. Printed are the medians over
 * the rounds. Writing a decision's record comes after it and is timed apart.
 */
const ROUNDS = 25;
const DECISIONS = 1000;

const names = Array.from({ length: 10 }, (_, place) => `m${place}`);
const prices = { input: 3, output: 12 };
const provider = aProvider({ slug: 'openai', models: names.map((name) => aModel(name, 128_000, prices)) });
const models = openBook([provider], systemRuntime.clock);
const targets = names.map((name) => aTarget(`openai/${name}`));
const rules = Array.from({ length: 19 }, (_, place) =>
  aRule(`rule ${place}`, targets, {
    when: {
      all: [
        { inputChars: { lt: 100_000 } },
        { task: { in: [tasks[place % tasks.length]!], minConfidence: 0.99 } },
        { any: [{ language: ['xx'] }, { tag: { key: 'tier', in: [`t${place}`], exists: true } }] },
      ],
    },
  }),
);
const text = 'Please explain what a heat pump is, how it differs from an air conditioner, and what it costs to run. ';

/** Every deployment has been seen lately, so that there is something to go by. */
const observer = createObserver(systemRuntime.clock);
for (const name of names) {
  const attempt = anAttempt(`req_${name}`, { model: `openai/${name}`, ttftMs: 300, durationMs: 2000 });
  observer.see('org_1', { kind: 'attemptStarted', attempt });
  observer.see('org_1', { kind: 'attemptSucceeded', attempt, finishReason: 'STOP' });
}
const memory = observer.memory('org_1');

const cases = (['PRIORITY', 'WEIGHTED', 'LOWEST_COST', 'LOWEST_LATENCY', 'PREFIX_STICKY'] as const).flatMap(
  (strategy) => [100, 4000].map((characters) => ({ strategy, characters, asked: ask(strategy, characters) })),
);
const measured = cases.map(() => ({ decision: [] as Times[], bare: [] as Times[], record: [] as Times[] }));

// The first rounds are for the compiler.
for (let round = -3; round < ROUNDS; round++) {
  for (const [at, { asked }] of cases.entries()) {
    const decision = timed(() => settle(asked, memory, systemRuntime));
    const { weighing, weighed } = settle(asked, memory, systemRuntime);
    const record = timed(() => recordOf(weighing, weighed, 0));
    const turns = Math.round(decision.p50 / microsPerTurn());
    const bare = timed(() => spin(turns));
    if (round < 0) continue;
    measured[at]!.decision.push(decision);
    measured[at]!.bare.push(bare);
    measured[at]!.record.push(record);
  }
}
console.log('                                  decision          a bare loop       its record');
console.log('                                  p50      p99      p50      p99      p50      (µs)');
for (const [at, { strategy, characters }] of cases.entries()) {
  const { decision, bare, record } = measured[at]!;
  const columns = [
    middle(decision, 'p50'),
    middle(decision, 'p99'),
    middle(bare, 'p50'),
    middle(bare, 'p99'),
    middle(record, 'p50'),
  ];
  const figures = columns.map((micros) => micros.toFixed(1).padEnd(9)).join('');
  console.log(`${strategy.padEnd(15)} ${String(characters).padStart(5)} characters ${figures}`);
}
console.log(`with the machine at a load of ${loadavg()[0]!.toFixed(2)}`);

interface Times {
  readonly p50: number;
  readonly p99: number;
}

function timed(work: () => unknown): Times {
  const took = new Float64Array(DECISIONS);
  for (let at = 0; at < DECISIONS; at++) {
    const from = performance.now();
    work();
    took[at] = (performance.now() - from) * 1000;
  }
  took.sort();
  return { p50: took[DECISIONS * 0.5]!, p99: took[DECISIONS * 0.99]! };
}

function middle(rounds: readonly Times[], what: keyof Times): number {
  return rounds.map((times) => times[what]).sort((a, b) => a - b)[Math.floor(rounds.length / 2)]!;
}

function spin(turns: number): number {
  let bits = 0;
  for (let turn = 0; turn < turns; turn++) bits = Math.imul(bits ^ turn, 0x9e3779b1);
  return bits;
}

function microsPerTurn(): number {
  const turns = 10_000;
  return timed(() => spin(turns)).p50 / turns;
}

function ask(strategy: Strategy, characters: number): Asked {
  const messages: CompletionRequest['messages'] = [
    { role: 'SYSTEM', parts: [{ kind: 'text', text: 'You are helpful.' }] },
    { role: 'USER', parts: [{ kind: 'text', text: text.repeat(Math.ceil(characters / text.length)) }] },
  ];
  const route = { id: 'rte_1', slug: 'default', version: 1, rules: [...rules, aRule('rest', targets, { strategy })] };
  return {
    request: aRequest({ messages, tags: [{ key: 'tier', value: 'none' }] }),
    admission: anAdmission(),
    routes: routeBook([route]),
    models,
    surroundings: { caller: aCaller('org_1') },
  };
}
