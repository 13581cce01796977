import { expect, test } from 'vitest';
import type { RequestFacts } from '../../src/core/decision.ts';
import { textByParts } from '../../src/core/decision-text.ts';
import type { CompletionEvent } from '../../src/core/event.ts';
import { sizeOfEvent, textOfEvent } from '../../src/core/event-text.ts';
import { decodeJson, encodeJson } from '../../src/core/json.ts';
import { aDecision, anAttempt, someCost, someUsage } from '../usage/records.ts';

const facts = { inputChars: 12, matched: { $nanos: true } } as unknown as RequestFacts;
const basis = { at: 1, seed: 2, turn: 3, placed: null, allowed: null, observed: {}, facts };
const attempt = anAttempt('req_1');

const events: readonly CompletionEvent[] = [
  { kind: 'started', requestId: 'req_1', owner: { organizationId: 'org_a', projectId: 'prj_1', apiKeyId: 'key_1' } },
  { kind: 'routeDecided', decision: aDecision },
  { kind: 'routeDecided', decision: { ...aDecision, basis } },
  { kind: 'attemptStarted', attempt },
  { kind: 'attemptFailed', attempt, next: null },
  { kind: 'attemptSucceeded', attempt, finishReason: 'STOP' },
  { kind: 'textDelta', index: 0, text: 'Hi' },
  { kind: 'usageUpdated', usage: someUsage, cost: someCost, rates: [], budgets: [] },
];

test.each(events)('an event of the kind $kind is read as it was, however it is written', (event) => {
  expect(decodeJson(textOfEvent(event))).toEqual(decodeJson(encodeJson(event)));
});

test.each(events)('an event of the kind $kind is about as long as its text', (event) => {
  const { length } = textOfEvent(event);
  expect(sizeOfEvent(event)).toBeGreaterThan(0.8 * length);
  expect(sizeOfEvent(event)).toBeLessThan(1.5 * length);
});

test('a decision is written without its facts and models where they stand beside it', () => {
  const { facts: _facts, ...others } = basis;
  const { text, parts } = textByParts({ ...aDecision, basis });
  expect(parts.map(({ text }) => decodeJson(text))).toEqual(aDecision.candidates.map(({ model }) => model));
  const digests = parts.map(({ digest }) => digest);
  const byDigest = aDecision.candidates.map((candidate, place) => ({
    ...candidate,
    model: digests[place],
  }));
  expect(decodeJson(text)).toEqual({ ...aDecision, candidates: byDigest, basis: others });
  expect(decodeJson(textByParts(aDecision).text)).toEqual({ ...aDecision, candidates: byDigest });
});
