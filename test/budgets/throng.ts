import type { Caller } from '../../src/core/caller.ts';
import type { CompletionRequest } from '../../src/core/chat.ts';
import type { OpenGateway } from '../../src/gateway.ts';
import type { Database } from '../../src/platform/database/database.ts';
import { aRequest } from '../support/requests.ts';
import { highestOver } from './money.ts';

/** Many calls of all kinds through whole gateways, on three levels of budgets; and what the books say afterwards. */
export interface Throng {
  /** By kind and end, e.g. `a retry: finished`. */
  readonly ends: Readonly<Record<string, number>>;
  /** The longest that one waited until it was let in or refused. */
  readonly slowestMs: number;
}

/** Organization, project and key, of which the outermost is the tightest. */
export async function threeLevels({ rooms }: Pick<OpenGateway, 'rooms'>, caller: Caller, limitNanos: bigint) {
  const scopes = [
    { kind: 'ORGANIZATION', ref: '' },
    { kind: 'PROJECT', ref: '*' },
    { kind: 'API_KEY', ref: '*' },
  ] as const;
  for (const [place, scope] of scopes.entries()) {
    const name = `level-${place}`;
    const limit = limitNanos * BigInt(place + 1);
    await rooms.budgets.save(caller, { slug: name, name, scope, limitNanos: limit, period: 'TOTAL' });
  }
}

const tool = {
  name: 'weather',
  description: 'Tells the weather',
  inputSchema: { type: 'object', properties: { city: { type: 'string' } } },
  strict: false,
};

/** What a call is like, by chance; half of them are plain. */
function someCall(chance: () => number): { kind: string; request: CompletionRequest; cancelAfter: number | null } {
  const reply = 'word '.repeat(50 + Math.floor(chance() * 200));
  const sampling = { maxOutputTokens: 600 };
  const large = { target: { model: 'sim/large-1' }, sampling } as const;
  const route = { target: { route: 'default' }, sampling } as const;
  const overloaded = 'PROVIDER_OVERLOADED' as const;
  const [fate, later] = [chance(), chance()];
  const call = (kind: string, different: Partial<CompletionRequest>, cancelAfter: number | null = null) => ({
    kind,
    request: aRequest(different),
    cancelAfter,
  });
  if (fate < 0.1) {
    return call('a retry', { ...large, simulation: { reply, failWith: overloaded, failFirstAttempts: 1 } });
  }
  if (fate < 0.2) {
    return call('a fallback', { ...route, simulation: { reply, failWith: overloaded, failFirstAttempts: 2 } });
  }
  if (fate < 0.3) {
    const breakStreamAfterTokens = 5 + Math.floor(later * 40);
    return call('a broken stream', { ...route, simulation: { reply, breakStreamAfterTokens, failFirstAttempts: 2 } });
  }
  if (fate < 0.35) return call('a failure', { ...large, simulation: { reply, failWith: 'PROVIDER_ERROR' } });
  if (fate < 0.45) return call('a cancel', { ...large, simulation: { reply } }, 1 + Math.floor(later * 60));
  if (fate < 0.5) return call('a tool', { ...large, tools: [tool], toolChoice: { mode: 'REQUIRED' } });
  return call('an answer', { ...large, simulation: { reply } });
}

/** @param atOnce how many are under way at any time until all `calls` have been made */
export async function throng(
  { rooms, runtime }: OpenGateway,
  caller: Caller,
  { calls, atOnce, chance }: { readonly calls: number; readonly atOnce: number; readonly chance: () => number },
): Promise<Throng> {
  const { clock, ids } = runtime;
  const ends: Record<string, number> = {};
  let slowestMs = 0;
  let left = calls;
  const one = async () => {
    const { kind, request, cancelAfter } = someCall(chance);
    const cancel = new AbortController();
    const acceptedAt = clock.monotonic();
    const job = {
      id: ids.next('cmp'),
      requestId: ids.next('req'),
      caller,
      request,
      streamed: chance() < 0.5,
      trace: null,
    };
    let [seen, end, waiting] = [0, 'nothing', true];
    await rooms.completions.complete({ ...job, acceptedAt }, cancel.signal, (event) => {
      if (waiting && (event.kind === 'routeDecided' || event.kind === 'failed')) {
        waiting = false;
        slowestMs = Math.max(slowestMs, clock.monotonic() - acceptedAt);
      }
      if (event.kind === 'finished') end = event.finishReason;
      if (event.kind === 'failed') end = (event.problem as { code: string }).code;
      if (++seen === cancelAfter) cancel.abort('the caller went away');
    });
    const name = `${kind}: ${end}`;
    ends[name] = (ends[name] ?? 0) + 1;
  };
  await Promise.all(
    Array.from({ length: Math.min(atOnce, calls) }, async () => {
      while (left-- > 0) await one();
    }),
  );
  await rooms.usage.flush();
  return { ends, slowestMs };
}

export interface Audit {
  /** The highest over the limit at any prefix of any account's entries; at most 0 when all is well. */
  readonly overNanos: bigint;
  readonly unbalanced: number;
  readonly heldNanos: bigint;
  /** Of the tightest budget. */
  readonly usedPercent: number;
  readonly doubled: number;
  /** What history says that calls cost, less what the ledger has posted: 0 when both tell the same story. */
  readonly driftNanos: bigint;
}

/** Reads the books of an organization whose calls have all ended. */
export async function audit(database: Database, { rooms }: Pick<OpenGateway, 'rooms'>, organizationId: string) {
  const [sums] = await database.query<{ posted: string; limit: string; held: string }>(
    `SELECT sum(a.posted_nanos) FILTER (WHERE b.slug = 'level-0')::text AS posted,
            max(a.limit_nanos) FILTER (WHERE b.slug = 'level-0')::text AS limit, sum(a.reserved_nanos)::text AS held
     FROM budget_account a JOIN budget b ON b.id = a.budget_id WHERE a.organization_id = $1`,
    [organizationId],
  );
  const [ends] = await database.query<{ doubled: string }>(
    `SELECT count(*) AS doubled FROM (SELECT FROM ledger_entry WHERE kind IN ('post', 'void', 'expire')
       GROUP BY hold_id, account_id HAVING count(*) > 1) AS twice`,
  );
  const [history] = await database.query<{ cost: string }>(
    'SELECT coalesce(sum(cost_nanos), 0)::text AS cost FROM request WHERE organization_id = $1',
    [organizationId],
  );
  const [posted, limit] = [BigInt(sums!.posted), BigInt(sums!.limit)];
  return {
    overNanos: await highestOver(database),
    unbalanced: (await rooms.budgets.check(organizationId)).length,
    heldNanos: BigInt(sums!.held),
    usedPercent: Number((posted * 10_000n) / limit) / 100,
    doubled: Number(ends!.doubled),
    driftNanos: BigInt(history!.cost) - posted,
  } satisfies Audit;
}

export function sound({ overNanos, unbalanced, heldNanos, usedPercent, doubled, driftNanos }: Audit): boolean {
  return overNanos <= 0n && unbalanced + doubled === 0 && heldNanos === 0n && driftNanos === 0n && usedPercent >= 97;
}
