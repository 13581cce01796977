import { loadavg } from 'node:os';
import { type CompletionRequest, tasks } from '../../src/core/chat.ts';
import type { Strategy } from '../../src/core/decision.ts';
import { openBook } from '../../src/models/book.ts';
import { decide } from '../../src/routing/decide.ts';
import { createObserver } from '../../src/routing/observer.ts';
import { routeBook } from '../../src/routing/table.ts';
import { aCaller } from '../support/callers.ts';
import { aModel, aProvider } from '../support/providers.ts';
import { anAdmission, aRequest } from '../support/requests.ts';
import { aRule, aTarget } from '../support/routes.ts';
import { systemRuntime } from '../support/runtime.ts';

/**
 * How long a decision takes with 20 rules, of which the last one matches, and 10 targets: `npm run bench:routing`.
 * By the wall clock, once as it was and once without the decisions from which another process took the processor.
 */
const ROUNDS = 10_000;

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

/** The first time round is for the compiler, and prints nothing. */
for (const warm of [false, true]) {
  for (const strategy of ['PRIORITY', 'WEIGHTED', 'LOWEST_COST', 'LOWEST_LATENCY', 'PREFIX_STICKY'] as const) {
    for (const characters of [100, 4_000]) {
      const took = measure(strategy, characters);
      if (warm) console.log(`${strategy.padEnd(15)} ${String(characters).padStart(5)} characters  ${took}`);
    }
  }
}
console.log(`with the machine at a load of ${loadavg()[0]!.toFixed(2)}`);

function measure(strategy: Strategy, characters: number): string {
  const messages: CompletionRequest['messages'] = [
    { role: 'SYSTEM', parts: [{ kind: 'text', text: 'You are helpful.' }] },
    { role: 'USER', parts: [{ kind: 'text', text: text.repeat(Math.ceil(characters / text.length)) }] },
  ];
  const route = { id: 'rte_1', slug: 'default', version: 1, rules: [...rules, aRule('rest', targets, { strategy })] };
  const asked = {
    request: aRequest({ messages, tags: [{ key: 'tier', value: 'none' }] }),
    admission: anAdmission(),
    routes: routeBook([route]),
    models,
    surroundings: { caller: aCaller('org_1') },
  };
  const memory = createObserver(systemRuntime.clock).memory('org_1');
  const took = new Float64Array(ROUNDS);
  const undisturbed: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.resourceUsage().involuntaryContextSwitches;
    const from = performance.now();
    decide(asked, memory, systemRuntime);
    took[round] = (performance.now() - from) * 1000;
    if (process.resourceUsage().involuntaryContextSwitches === before) undisturbed.push(took[round]!);
  }
  const at = (times: Float64Array, share: number) => times.toSorted()[Math.floor(times.length * share)]!.toFixed(1);
  const alone = Float64Array.from(undisturbed);
  return (
    `p50 ${at(took, 0.5)} µs  p99 ${at(took, 0.99)} µs   ` +
    `with the processor to itself (${((100 * alone.length) / ROUNDS).toFixed(1)} %): p99 ${at(alone, 0.99)} µs`
  );
}
