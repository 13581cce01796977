import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A provider that remembers what it was asked, whoever died before it could hear the answer. */
export interface CountingProvider {
  readonly baseUrl: string;
  /** How often each text was asked for. */
  readonly heard: ReadonlyMap<string, number>;
  close(): void;
}

/** What every answer is billed, in tokens. */
export const BILLED = { prompt_tokens: 10, completion_tokens: 5 };

/** OpenAI's chat completions, streamed; each answer takes up to 60 ms, and some three seconds to what begins with `slow`. */
export async function countingProvider(): Promise<CountingProvider> {
  const heard = new Map<string, number>();
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { messages } = JSON.parse(body) as { messages: { content: string | { text: string }[] }[] };
    const { content } = messages.at(-1)!;
    const text = typeof content === 'string' ? content : content[0]!.text;
    heard.set(text, (heard.get(text) ?? 0) + 1);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const say = (delta: object, more: object = {}) => {
      const choices = [{ index: 0, delta, finish_reason: null, ...more }];
      response.write(
        `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'm', choices })}\n\n`,
      );
    };
    say({ role: 'assistant', content: '' });
    for (const word of ['one ', 'two ', 'three']) {
      await new Promise((resolve) => setTimeout(resolve, text.startsWith('slow') ? 1_000 : Math.random() * 20));
      say({ content: word });
    }
    say({}, { finish_reason: 'stop' });
    const usage = { ...BILLED, total_tokens: 15 };
    response.write(
      `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [], usage })}\n\n`,
    );
    response.end('data: [DONE]\n\n');
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return { baseUrl: `http://127.0.0.1:${port}/v1`, heard, close: () => server.close().closeAllConnections() };
}
