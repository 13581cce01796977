import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CompletionEvent } from '../../src/core/event.ts';
import { Coalescer } from '../../src/runs/coalesce.ts';
import { testRuntime } from '../support/manual-clock.ts';

const WINDOW_MS = 20;
const word = (text: string, index = 0): CompletionEvent => ({ kind: 'textDelta', index, text });
const begun: CompletionEvent = { kind: 'partStarted', index: 0, part: 'text' };

/** Events that come at their times, and when each was passed on, with what. */
async function passedOn(coming: readonly { readonly afterMs: number; readonly event: CompletionEvent }[]) {
  const { clock } = testRuntime();
  const passed: { readonly at: number; readonly events: readonly CompletionEvent[] }[] = [];
  const coalescer = new Coalescer(clock, WINDOW_MS, (event) => passed.push({ at: clock.monotonic(), events: [event] }));
  for (const { afterMs, event } of coming) {
    await clock.advance(afterMs);
    coalescer.push(event);
  }
  await clock.advance(2 * WINDOW_MS);
  expect(clock.waiting).toBe(0);
  return passed;
}

test('the first word is passed on as it comes, however much has been told shortly before it', async () => {
  const before = [begun, begun, begun];
  const passed = await passedOn([...before, word('first')].map((event) => ({ afterMs: 0, event })));
  expect(passed).toEqual([...before, word('first')].map((event) => ({ at: 0, events: [event] })));
});

test('words that come no faster than windows pass are passed on as they come, after an early or a late one too', async () => {
  const gaps = [0, 20, 13, 27, 20, 35, 5, 20, 20];
  const passed = await passedOn(gaps.map((afterMs) => ({ afterMs, event: word('x') })));
  let at = 0;
  expect(passed.map((one) => one.at)).toEqual(gaps.map((gap) => (at += gap)));
});

test('words that come faster are passed on once in a window, merged', async () => {
  const passed = await passedOn(Array.from({ length: 100 }, (_, place) => ({ afterMs: 2, event: word(`${place} `) })));
  expect(passed.length).toBeLessThanOrEqual(200 / WINDOW_MS + 2);
  for (const { events } of passed) expect(events).toHaveLength(1);
});

test('nothing is lost or overtaken, and only words wait, for a window at most', async () => {
  const coming = fc.array(fc.record({ afterMs: fc.nat({ max: 30 }), part: fc.option(fc.nat({ max: 2 })) }), {
    maxLength: 60,
  });
  await fc.assert(
    fc.asyncProperty(coming, async (all) => {
      const events = all.map(({ part }, place) => (part === null ? begun : word(`${place};`, part)));
      const passed = await passedOn(all.map(({ afterMs }, place) => ({ afterMs, event: events[place]! })));
      const arrived = passed.flatMap(({ at, events }) =>
        events.flatMap((event) => wordsOf(event).map((text) => ({ at, text }))),
      );
      expect(arrived.map(({ text }) => text)).toEqual(events.flatMap(wordsOf));
      let cameAt = 0;
      for (const [place, { afterMs, part }] of all.entries()) {
        cameAt += afterMs;
        expect(arrived[place]!.at - cameAt).toBeLessThanOrEqual(part === null ? 0 : WINDOW_MS);
      }
    }),
  );
});

/** Its words, each with the part it belongs to. */
function wordsOf(event: CompletionEvent): string[] {
  if (event.kind !== 'textDelta') return [event.kind];
  return event.text.split(';').flatMap((text) => (text === '' ? [] : [`${event.index} ${text}`]));
}
