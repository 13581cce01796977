import { expect, test } from 'vitest';
import type { GuardrailDemand } from '../../src/core/admission.ts';
import type { ContentEvent } from '../../src/core/event.ts';
import type { Demand } from '../../src/core/policy.ts';
import { createGuardrails } from '../../src/guardrails/index.ts';
import { seededRandom } from '../support/manual-clock.ts';
import { systemRuntime } from '../support/runtime.ts';

/** An answer on its way past rules that look at it while it is given. */

const guardrails = createGuardrails({ egress: {} as never, runtime: systemRuntime });
const { signal } = new AbortController();

function rule(config: Partial<GuardrailDemand>): Demand<GuardrailDemand> {
  return {
    source: {
      ...{ policyId: 'pol_1', policySlug: 'p', version: 1, ruleIndex: 0, mode: 'ENFORCE' },
      scope: { kind: 'ORGANIZATION', reference: null },
    },
    config: {
      ...{ name: 'g', check: 'KEYWORDS', forbid: [], require: [], url: null, direction: 'OUTPUT' },
      ...{ onFail: 'BLOCK', onError: 'BLOCK', timeoutMs: 1000, whenUnreadable: 'BLOCK', windowCharacters: 40 },
      ...config,
    } as GuardrailDemand,
  };
}

const started = (index = 0): ContentEvent => ({ kind: 'partStarted', index, part: 'text' });
const delta = (text: string, index = 0): ContentEvent => ({ kind: 'textDelta', index, text });
const finished = (text: string, index = 0): ContentEvent => ({
  ...{ kind: 'partFinished', index },
  part: { kind: 'text', text, citations: [] },
});

function inPieces(text: string, random: () => number): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; at += pieces.at(-1)!.length)
    pieces.push(text.slice(at, at + 1 + Math.floor(random() * 9)));
  return pieces;
}

/** What is passed on of a text that comes in pieces, before its end, and whether it was stopped. */
async function passed(demand: Demand<GuardrailDemand>, pieces: readonly string[]) {
  const passing = guardrails.passing([demand])!;
  let text = '';
  for (const event of [started(), ...pieces.map((piece) => delta(piece))]) {
    const { events, stop } = await passing.see(event, signal);
    for (const one of events) if (one.kind === 'textDelta') text += one.text;
    if (stop.length > 0) return { text, stop };
  }
  return { text, stop: [], rest: passing.rest() };
}

test.each([
  ['a phrase', { forbid: ['moon light'] }, 'moon\n  light'],
  ['a pattern', { check: 'REGEX', forbid: ['[a-z]{4}-[0-9]{4,8}'] }, 'abcd-123456'],
  ['a pattern without an end', { check: 'REGEX', forbid: ['BEGIN[^.]*'] }, 'BEGIN of something long.'],
] as const)(
  'nothing of %s is passed on, wherever a text is cut and wherever it stands',
  async (_name, config, found) => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = seededRandom(seed);
      const before = 'some words, and '
        .repeat(Math.floor(random.float() * 20))
        .slice(0, Math.floor(random.float() * 300));
      const after = ' and so on and on'.repeat(10);
      const pieces = inPieces(`${before} ${found}${after}`, () => random.float());
      const { text, stop } = await passed(rule(config as Partial<GuardrailDemand>), pieces);
      expect(stop, `seed ${seed}`).toHaveLength(1);
      expect(`${before} `.startsWith(text), `seed ${seed}: ${text}`).toBe(true);
    }
  },
);

test('a text in which nothing is found is passed on as it comes, but for the window, and whole in the end', async () => {
  const text = 'Nothing to see here, only the moonlighter and words. '.repeat(60);
  const pieces = inPieces(text, Math.random);
  const went = await passed(rule({ forbid: ['moon', 'light', 'moonlight'] }), pieces);
  expect(went.stop).toEqual([]);
  expect(text.startsWith(went.text)).toBe(true);
  expect(text.length - went.text.length).toBeLessThan(40 + 16 + 40);
  const rest = went.rest!.map((event) => (event.kind === 'textDelta' ? event.text : '')).join('');
  expect(went.text + rest).toBe(text);
});

test('a part nobody can read stays back, with all that follows it', async () => {
  const passing = guardrails.passing([rule({ forbid: ['moon'] })])!;
  const image = { kind: 'media', mimeType: 'image/png', base64: 'aGk=' } as const;
  const rest = [started(1), ...Array.from({ length: 50 }, () => delta('and more words ', 1))];
  for (const event of [{ kind: 'partFinished', index: 0, part: image } as const, ...rest]) {
    expect(await passing.see(event, signal)).toEqual({ events: [], stop: [] });
  }
});

test('words that stand in the finished part alone are looked at too', async () => {
  const passing = guardrails.passing([rule({ forbid: ['moon'] })])!;
  const said = 'Quite harmless, all of it. '.repeat(10);
  for (const event of [started(), delta(said)]) await passing.see(event, signal);
  const { stop } = await passing.see(finished(`${said} The moon! ${said}`), signal);
  expect(stop).toEqual([expect.objectContaining({ outcome: 'BLOCKED' })]);
});

test('an answer that starts over is looked at from its beginning', async () => {
  const passing = guardrails.passing([rule({ forbid: ['moonlight'] })])!;
  for (const event of [started(), delta(`${'Harmless words. '.repeat(10)}moon`)]) await passing.see(event, signal);
  passing.reset(0);
  const again = [started(), delta(`light${' and harmless words'.repeat(10)}`)];
  for (const event of again) expect((await passing.see(event, signal)).stop).toEqual([]);
  expect(passing.rest().map(({ kind }) => kind)).toEqual(['textDelta']);
});

test('one rule that wants the whole answer has all of it held, and rules that watch or let pass hold nothing', () => {
  const window = rule({ forbid: ['moon'] });
  expect(guardrails.passing([window, rule({ forbid: ['x'], windowCharacters: null })])).toBeNull();
  const flags = rule({ forbid: ['x'], onFail: 'FLAG', onError: 'FLAG' });
  const watches = { ...window, source: { ...window.source, mode: 'MONITOR' as const } };
  expect(guardrails.passing([flags, watches, rule({ forbid: ['x'], direction: 'INPUT' })])).toBeNull();
});
