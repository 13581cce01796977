import type { Tag } from '../core/chat.ts';
import type { ErrorCode } from '../core/problem.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import type { RequestStatus } from './record.ts';
import type { Bind } from './sql.ts';

/** Which calls are meant. A call must fit every field that is given; a list is fitted by any of its values. */
export interface RequestFilter {
  /** By the moment the call came in: from `from` on, up to but without `to`. */
  readonly range: { readonly from: Date; readonly to: Date } | null;
  readonly lists: Partial<Readonly<Record<ListField, readonly string[]>>> & {
    readonly status?: readonly RequestStatus[];
    readonly errorCode?: readonly ErrorCode[];
  };
  /** Routes by id or slug. */
  readonly routes: readonly string[] | null;
  /** All of them must be on the call. */
  readonly tags: readonly Tag[];
  readonly minTotalMs: number | null;
}

/** The fields of a request that may be one of a list, and their columns. */
const listColumns = {
  status: 'status',
  errorCode: 'error_code',
  model: 'model',
  provider: 'provider',
  teamId: 'team_id',
  projectId: 'project_id',
  apiKeyId: 'api_key_id',
  endUser: 'end_user',
  runId: 'run_id',
  traceId: 'trace_id',
} as const;

type ListField = keyof typeof listColumns;

export const everything: RequestFilter = { range: null, lists: {}, routes: null, tags: [], minTotalMs: null };

/** The filter for reading requests one by one; `sqlWhere` is the same for sums. */
export function prismaWhere(organizationId: string, filter: RequestFilter): Prisma.GatewayRequestWhereInput {
  const { range, lists, routes, tags, minTotalMs } = filter;
  const parts: Prisma.GatewayRequestWhereInput[] = Object.entries(lists).map(([field, values]) => ({
    [field]: { in: [...values] },
  }));
  if (range) parts.push({ startedAt: { gte: range.from, lt: range.to } });
  if (routes) parts.push({ OR: [{ routeId: { in: [...routes] } }, { routeSlug: { in: [...routes] } }] });
  for (const { key, value } of tags) parts.push({ tags: { path: [key], equals: value } });
  if (minTotalMs !== null) parts.push({ totalMs: { gte: minTotalMs } });
  return { organizationId, AND: parts };
}

/** A condition on the table `request`. */
export function sqlWhere(organizationId: string, filter: RequestFilter, bind: Bind): string {
  const { range, lists, routes, tags, minTotalMs } = filter;
  const parts = [`organization_id = ${bind(organizationId, 'text')}`];
  for (const [field, values] of Object.entries(lists)) {
    parts.push(`${listColumns[field as ListField]} = ANY(${bind(values, 'text[]')})`);
  }
  if (range) {
    parts.push(`started_at >= ${bind(range.from, 'timestamptz')}`, `started_at < ${bind(range.to, 'timestamptz')}`);
  }
  if (routes) {
    const names = bind(routes, 'text[]');
    parts.push(`(route_id = ANY(${names}) OR route_slug = ANY(${names}))`);
  }
  for (const { key, value } of tags) parts.push(`tags ->> ${bind(key, 'text')} = ${bind(value, 'text')}`);
  if (minTotalMs !== null) parts.push(`total_ms >= ${bind(minTotalMs, 'integer')}`);
  return parts.join(' AND ');
}
