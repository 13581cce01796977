/**
 * 200 real prompts through a running gateway, half of them streamed, eight at a time; then a table of what it took.
 * `npm run demo [-- PROMPTS.json]`. Runs against GLIDEPATH_URL with GLIDEPATH_KEY when both are set, and otherwise
 * against a gateway of its own, which is gone afterwards.
 */
import { createGlidepath, ViewerDocument } from '../src/client/index.ts';
import { compareWithBooks } from './demo/books.ts';
import { openOwnGateway } from './demo/own-gateway.ts';
import { readPrompts } from './demo/prompts.ts';
import { sendAll } from './demo/send.ts';
import { tableOf } from './demo/table.ts';

const PROMPTS = 200;

const { GLIDEPATH_URL: givenUrl, GLIDEPATH_KEY: givenKey } = process.env;
const prompts = await readPrompts(process.argv[2], PROMPTS);
const own = givenUrl && givenKey ? null : await openOwnGateway();
try {
  const url = own?.url ?? givenUrl!;
  const glidepath = createGlidepath({ url, apiKey: own?.key ?? givenKey });
  const { viewer } = await glidepath.request(ViewerDocument);
  console.log(`${prompts.length} prompts to ${own ? 'a gateway started for this' : url}, as ${viewer.apiKey?.name}`);

  const tag = { key: 'demo', value: crypto.randomUUID() };
  const { calls, seconds } = await sendAll(glidepath, prompts, tag);
  console.log(tableOf(calls));
  console.log(`\n${seconds.toFixed(1)} s, ${(calls.length / seconds).toFixed(0)} requests per second`);

  const failures = calls.filter(({ failure }) => failure !== null);
  for (const { failure, prompt } of failures.slice(0, 5)) console.log(`failed: ${failure}: ${prompt.slice(0, 60)}`);
  const agreed = await compareWithBooks(glidepath, calls, tag);
  process.exitCode = agreed && failures.length === 0 ? 0 : 1;
} finally {
  await own?.close();
}
