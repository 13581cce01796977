import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ServerSentEvent, serverSentEvents } from '../../src/client/sse.ts';
import { collect } from '../../src/core/stream.ts';

async function read(chunks: readonly Uint8Array[]): Promise<ServerSentEvent[]> {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
  return collect(serverSentEvents(body));
}

const encode = (text: string) => new TextEncoder().encode(text);

test('comments are dropped, data lines are joined, the last event name counts', async () => {
  const events = await read([encode(': hello\n\nevent: next\ndata: a\ndata:b\n\ndata: c\n\n')]);
  expect(events).toEqual([
    { event: 'next', data: 'a\nb' },
    { event: 'message', data: 'c' },
  ]);
});

test('an event that the end of the stream cut short is none', async () => {
  expect(await read([encode('data: whole\n\ndata: ha')])).toEqual([{ event: 'message', data: 'whole' }]);
});

test('the same events are read wherever the network cuts the bytes, and whatever ends the lines', async () => {
  const data = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !/[\r\n]/.test(text) && text[0] !== ' ');
  const cuts = fc.array(fc.nat({ max: 400 }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(fc.array(data), cuts, fc.constantFrom('\n', '\r\n', '\r'), async (texts, places, end) => {
      const bytes = encode(texts.map((text) => `event: next${end}data: ${text}${end}${end}`).join(''));
      const sorted = [0, ...places.toSorted((a, b) => a - b), bytes.length];
      const chunks = sorted.slice(1).map((place, index) => bytes.slice(sorted[index], place));
      // A lone CR at the very end may be half of a line end: no stream of ours ends there.
      const events = await read([...chunks, encode(':')]);
      expect(events).toEqual(texts.map((text) => ({ event: 'next', data: text })));
    }),
  );
});

test('leaving the iteration lets the body go', async () => {
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(encode('data: again\n\n')),
    cancel() {
      cancelled = true;
    },
  });
  for await (const { data } of serverSentEvents(body)) {
    expect(data).toBe('again');
    break;
  }
  expect(cancelled).toBe(true);
});
