import { type AuditEntry, toLine } from '../../audit/index.ts';

export type Format = 'jsonl' | 'csv';

interface Written {
  readonly mediaType: string;
  readonly head: string | null;
  line(entry: AuditEntry): string;
}

const columns: Readonly<Record<string, (entry: AuditEntry) => string | null>> = {
  seq: ({ seq }) => seq.toString(),
  id: ({ id }) => id,
  at: ({ at }) => new Date(at).toISOString(),
  actorId: ({ actorId }) => actorId,
  actorName: ({ actorName }) => actorName,
  action: ({ action }) => action,
  resourceType: ({ resourceType }) => resourceType,
  resourceId: ({ resourceId }) => resourceId,
  outcome: ({ outcome }) => outcome,
  reason: ({ reason }) => reason,
  ip: ({ ip }) => ip,
  revision: ({ revision }) => revision.toString(),
  diff: ({ diff }) => JSON.stringify(diff),
  hash: ({ hash }) => Buffer.from(hash).toString('hex'),
};

export const formats: Readonly<Record<Format, Written>> = {
  jsonl: { mediaType: 'application/x-ndjson', head: null, line: (entry) => `${toLine(entry)}\n` },
  csv: {
    mediaType: 'text/csv; charset=utf-8',
    head: row(Object.keys(columns)),
    line: (entry) => row(Object.values(columns).map((read) => read(entry))),
  },
};

/** RFC 4180. Texts that a spreadsheet would take for a formula begin with an apostrophe, as spreadsheets do it. */
function row(cells: readonly (string | null)[]): string {
  const written = cells.map((cell) => {
    const text = cell !== null && /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : (cell ?? '');
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  });
  return `${written.join(',')}\r\n`;
}
