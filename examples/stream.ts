/** A stream that survives a dropped connection: this program cuts its own wire in the middle of the answer. */
import { createGlidepath } from '../src/client/index.ts';

let connections = 0;
let wire = new AbortController();

const glidepath = createGlidepath({
  url: process.env.GLIDEPATH_URL ?? 'http://127.0.0.1:4000',
  apiKey: process.env.GLIDEPATH_KEY,
  fetch(url, init) {
    connections++;
    wire = new AbortController();
    return fetch(url, { ...init, signal: AbortSignal.any([wire.signal, init?.signal ?? wire.signal]) });
  },
});

const stream = glidepath.stream({
  user: 'Tell me a story about a lighthouse',
  debug: { simulate: { tokensPerSecond: 40 } }, // slow enough to watch; real providers take no notice
});

const seqs: number[] = [];
for await (const event of stream) {
  seqs.push(event.seq);
  if (event.__typename === 'TextDelta') process.stdout.write(event.text);
  if (event.__typename === 'OutputReset') process.stdout.write('\n[another model starts over]\n');
  if (event.__typename === 'CompletionFinished') {
    console.log(`\n\n${event.completion.usage.outputTokens} tokens for ${event.completion.cost.total.display}`);
  }
  if (event.seq === 12) {
    process.stdout.write(' [the wire is cut] ');
    wire.abort();
  }
}

const lost = Math.max(...seqs) - new Set(seqs).size;
const doubled = seqs.length - new Set(seqs).size;
console.log(`${seqs.length} events over ${connections} connections: ${lost} lost, ${doubled} doubled`);
