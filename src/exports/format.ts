import type { ExportFormat, ExportLine } from '../core/export.ts';

/** Turns lines into text: JSON Lines, or CSV (RFC 4180) with the names of the first line's fields as its header. */
export function writer(format: ExportFormat): (lines: readonly ExportLine[]) => string {
  if (format === 'JSONL') return (lines) => lines.map((line) => `${JSON.stringify(line, plain)}\n`).join('');
  let columns: readonly string[] | null = null;
  return (lines) => {
    const [first] = lines;
    const head = !columns && first ? [Object.keys(first)] : [];
    columns ??= first ? Object.keys(first) : null;
    const rows = lines.map((line) => columns!.map((column) => cell(line[column])));
    return [...head, ...rows].map((row) => `${row.join(',')}\r\n`).join('');
  };
}

function plain(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  const text =
    value instanceof Date ? value.toISOString() : typeof value === 'string' ? value : JSON.stringify(value, plain);
  // A spreadsheet would take it for a formula, and run it.
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
