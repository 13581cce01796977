/** One question, one answer. */
import { createGlidepath } from '../src/client/index.ts';

const glidepath = createGlidepath({
  url: process.env.GLIDEPATH_URL ?? 'http://127.0.0.1:4000',
  apiKey: process.env.GLIDEPATH_KEY,
});

const { text, model, usage, cost } = await glidepath.complete('Say hello');

console.log(text);
console.log(`\n${model}: ${usage.inputTokens} tokens in, ${usage.outputTokens} out, ${cost.total.display}`);
