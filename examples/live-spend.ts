/** What is being spent, as it happens: a line for every second in which calls ended. `live-spend.ts [SECONDS]` */
import { setTimeout as sleep } from 'node:timers/promises';
import { createGlidepath, type MetricsFragment, UsageReportDocument } from '../src/client/index.ts';

const glidepath = createGlidepath({
  url: process.env.GLIDEPATH_URL ?? 'http://127.0.0.1:4000',
  apiKey: process.env.GLIDEPATH_KEY,
});
const seconds = Number(process.argv[2] ?? 60);
const over = new AbortController();
process.on('SIGINT', () => over.abort());

const from = new Date().toISOString();
const until = Date.now() + seconds * 1000;

let before = await soFar();
console.log(`watching for ${seconds} s; Ctrl-C ends it`);
while (Date.now() < until && !over.signal.aborted) {
  await sleep(1000, null, over).catch(() => {});
  const now = await soFar();
  if (now.requests > before.requests) console.log(lineOf(now, before));
  before = now;
}
console.log(`in all: ${before.requests} requests, ${before.totalTokens} tokens, ${before.cost.display}`);

/** Everything since the start; its end is now, whatever the clocks say. */
async function soFar(): Promise<MetricsFragment> {
  const to = new Date(Date.now() + 60_000).toISOString();
  const { usageReport } = await glidepath.request(UsageReportDocument, { input: { range: { between: { from, to } } } });
  return usageReport.totals;
}

function lineOf(now: MetricsFragment, before: MetricsFragment): string {
  const nanos = BigInt(now.cost.nanos) - BigInt(before.cost.nanos);
  return [
    new Date().toLocaleTimeString('en-GB'),
    `+${now.requests - before.requests} requests`.padStart(14),
    `+${now.totalTokens - before.totalTokens} tokens`.padStart(16),
    `+$${(Number(nanos) / 1e9).toFixed(6)}`.padStart(13),
    `total ${now.cost.display}`.padStart(18),
    `p95 ${now.p95Ms?.toFixed(0) ?? '–'} ms`.padStart(14),
  ].join('');
}
