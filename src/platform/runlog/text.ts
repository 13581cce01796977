import { textOfEvent } from '../../core/event-text.ts';
import { decodeJson } from '../../core/json.ts';
import type { LogEntry } from './runlog.ts';

/** Entries that follow each other, as one text: JSON without their numbers. */

/** The first of `entries`: as many as have `size` characters together, or one alone that has more. */
export function textOfFirst(
  entries: readonly LogEntry[],
  size: number,
): { readonly text: string; readonly count: number } {
  let text = '[';
  let count = 0;
  for (const { at, event } of entries) {
    const more = `{"at":${at},"event":${textOfEvent(event)}}`;
    if (count > 0 && text.length + more.length > size) break;
    text += count === 0 ? more : `,${more}`;
    count++;
  }
  return { text: `${text}]`, count };
}

/** @param lastSeq of the last entry in it */
export function entriesIn(text: string, lastSeq: number): LogEntry[] {
  const said = decodeJson(text) as Omit<LogEntry, 'seq'>[];
  const before = lastSeq - said.length;
  return said.map((entry, index) => ({ seq: before + index + 1, ...entry }));
}
