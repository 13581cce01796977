import type { Glidepath, TagInput } from '../../src/client/index.ts';
import { type Answer, GlidepathError } from '../../src/client/index.ts';

/** What came of one prompt. */
export interface Call {
  readonly prompt: string;
  readonly streamed: boolean;
  readonly result: Pick<Answer, 'usage' | 'cost' | 'timing'> | null;
  /** Code and message, when it failed. */
  readonly failure: string | null;
}

const CONCURRENCY = 8;

/** Sends every prompt, every second one as a stream, and shows how far it is. */
export async function sendAll(
  glidepath: Glidepath,
  prompts: readonly string[],
  tag: TagInput,
): Promise<{ calls: Call[]; seconds: number }> {
  const calls: Call[] = [];
  const waiting = prompts.entries();
  const startedAt = performance.now();
  const worker = async () => {
    for (const [place, prompt] of waiting) {
      calls.push(await send(glidepath, prompt, place % 2 === 1, tag));
      show(calls.length, prompts.length);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return { calls, seconds: (performance.now() - startedAt) / 1000 };
}

async function send(glidepath: Glidepath, prompt: string, streamed: boolean, tag: TagInput): Promise<Call> {
  const question = { user: prompt, tags: [tag] };
  try {
    const result = streamed ? await readToTheEnd(glidepath.stream(question)) : await glidepath.complete(question);
    return { prompt, streamed, result, failure: null };
  } catch (error) {
    if (!(error instanceof GlidepathError)) throw error;
    return { prompt, streamed, result: null, failure: `${error.code}: ${error.message}` };
  }
}

async function readToTheEnd(stream: ReturnType<Glidepath['stream']>) {
  let completion: Call['result'] = null;
  for await (const event of stream) if (event.__typename === 'CompletionFinished') completion = event.completion;
  return completion;
}

/** On a terminal one line that changes; elsewhere a line now and then. */
function show(done: number, all: number): void {
  if (process.stdout.isTTY) process.stdout.write(`\r${done} of ${all}${done === all ? '\n' : ''}`);
  else if (done % 50 === 0 || done === all) console.log(`${done} of ${all}`);
}
