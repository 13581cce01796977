import { type Glidepath, type TagInput, UsageReportDocument } from '../../src/client/index.ts';
import type { Call } from './send.ts';

/** Asks the gateway what it has written down about these calls, and says whether that is what was seen here. */
export async function compareWithBooks(glidepath: Glidepath, calls: readonly Call[], tag: TagInput): Promise<boolean> {
  const input = { range: { last: 'PT1H' }, filter: { tag: [tag], status: ['SUCCEEDED' as const] } };
  const { totals } = (await glidepath.request(UsageReportDocument, { input })).usageReport;
  const seen = calls.flatMap(({ result }) => result ?? []);
  const nanos = seen.reduce((sum, { cost }) => sum + BigInt(cost.total.nanos), 0n);
  const agreed = totals.requests === seen.length && BigInt(totals.cost.nanos) === nanos;
  const books = `${totals.requests} requests, ${totals.totalTokens} tokens, $${totals.cost.decimal}`;
  console.log(`the gateway's books: ${books}: ${agreed ? 'the same' : 'not the same'}`);
  return agreed;
}
