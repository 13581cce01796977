/** JSON of unknown shape, read leniently: the readers of wire formats are written against documents, not types. */
export type Fields = Readonly<Record<string, unknown>>;

export function fields(value: unknown): Fields {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Fields) : {};
}

export function list(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(fields) : [];
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function count(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

/** Null and undefined both mean "not said". */
export function said(value: unknown): boolean {
  return value !== null && value !== undefined;
}

/** What our contract cannot say: the exchange is left out, with this as the reason. */
export class NotExpressible extends Error {}

/** @throws NotExpressible for the first field that is neither translated nor without bearing on the question */
export function onlyKnown(object: Fields, known: readonly string[], where = 'request'): void {
  for (const [name, value] of Object.entries(object)) {
    if (said(value) && !known.includes(name)) throw new NotExpressible(`${where} field '${name}'`);
  }
}

/** The `data:` payloads of an event stream that are JSON, in order (WHATWG, 9.2.6). */
export function eventsOf(stream: string): readonly Fields[] {
  const events: Fields[] = [];
  for (const block of stream.replace(/\r\n?/g, '\n').split(/\n\n+/)) {
    const data = block
      .split('\n')
      .filter((line) => line.startsWith('data:'))
      .map((line) => line.slice(5).replace(/^ /, ''))
      .join('\n');
    if (data !== '' && data !== '[DONE]') events.push(fields(JSON.parse(data)));
  }
  return events;
}
