import type { ExportLine, ExportQuestion } from '../core/export.ts';
import type { Database } from '../platform/database/database.ts';
import { entriesFrom } from './chain.ts';
import { toLine } from './line.ts';

const PAGE = 500;

/** What the room writes out: entries as `npm run audit:verify` reads them, in the order of the chain. See exports/index.ts. */
export async function* exportedEntries(
  database: Database,
  organizationId: string,
  { from, to }: ExportQuestion,
): AsyncGenerator<readonly ExportLine[]> {
  let page: ExportLine[] = [];
  for await (const entry of entriesFrom(database, organizationId, 1n, null)) {
    if (entry.at < from || entry.at >= to) continue;
    page.push(JSON.parse(toLine(entry)) as ExportLine);
    if (page.length < PAGE) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}
