import type { PrismaClient } from '../generated/prisma/client.ts';
import type { UsageRow } from './report.ts';

const named: ReadonlySet<string> = new Set(['TEAM', 'PROJECT', 'API_KEY']);

/** What teams, projects and API keys in these rows are called, by their ids. Whoever has been deleted is missing. */
export async function namesIn(
  rows: readonly UsageRow[],
  organizationId: string,
  prisma: PrismaClient,
): Promise<ReadonlyMap<string, string>> {
  const keys = rows.flatMap((row) => row.keys).filter(({ dimension }) => named.has(dimension));
  const ids = [...new Set(keys.map(({ value }) => value).filter((value) => value !== null))];
  if (ids.length === 0) return new Map();
  const query = { where: { organizationId, id: { in: ids } }, select: { id: true, name: true } } as const;
  const found = await Promise.all([
    prisma.team.findMany(query),
    prisma.project.findMany(query),
    prisma.apiKey.findMany(query),
  ]);
  return new Map(found.flat().map(({ id, name }) => [id, name]));
}
