/**
 * A table as spreadsheets and vendors write it (RFC 4180, also with semicolons or tabs): one record for each line, by
 * the names in the first. Missing fields are left out.
 */
export function recordsOf(text: string): Record<string, string>[] {
  const plain = text.replace(/^\uFEFF/, '');
  const [names = [], ...rows] = rowsOf(plain, delimiterOf(plain));
  const keys = names.map((name) => name.trim().toLowerCase().replaceAll(' ', '_'));
  return rows
    .filter((fields) => fields.some((field) => field.trim() !== ''))
    .map((fields) =>
      Object.fromEntries(fields.slice(0, keys.length).map((field, place) => [keys[place], field.trim()])),
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
