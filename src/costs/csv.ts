/** A line below the header of a table. */
export interface TableRow {
  /** As spreadsheets count: the header is row 1. */
  readonly row: number;
  /** By the names in the header; missing fields are left out. */
  readonly fields: Readonly<Record<string, string>>;
}

/** A table as spreadsheets and vendors write it (RFC 4180, also with semicolons or tabs); empty rows are left out. */
export function tableOf(text: string): TableRow[] {
  const plain = text.replace(/^\uFEFF/, '');
  const [names = [], ...rows] = rowsOf(plain, delimiterOf(plain));
  const keys = names.map((name) => name.trim().toLowerCase().replaceAll(' ', '_'));
  return rows.flatMap((values, place) =>
    values.some((value) => value.trim() !== '')
      ? [
          {
            row: place + 2,
            fields: Object.fromEntries(values.slice(0, keys.length).map((value, at) => [keys[at], value.trim()])),
          },
        ]
      : [],
  );
}
/** The one there is most of in the first line. */
function delimiterOf(text: string): string {
  const [head = ''] = text.split('\n', 1);
  const count = (mark: string) => head.split(mark).length;
  return [',', ';', '\t'].reduce((best, mark) => (count(mark) > count(best) ? mark : best));
}

/** Quoted fields may hold delimiters, ends of lines, and quotes written twice. */
function rowsOf(text: string, delimiter: string): string[][] {
  const rows: string[][] = [[]];
  const field = new RegExp(`(?:"((?:[^"]|"")*)"|([^${delimiter}\\r\\n]*))(${delimiter}|\\r?\\n|$)`, 'y');
  while (field.lastIndex < text.length) {
    const found = field.exec(text);
    // An unfinished quote: nothing after it can be told apart.
    if (!found) break;
    const [, quoted, bare, end] = found;
    rows.at(-1)!.push(quoted?.replaceAll('""', '"') ?? bare ?? '');
    if (end === '') break;
    if (end !== delimiter) rows.push([]);
  }
  return rows;
}
