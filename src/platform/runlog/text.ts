import { decodeJson, encodeJson } from '../../core/json.ts';
import type { LogEntry } from './runlog.ts';

/** Entries that follow each other, as one text: JSON without their numbers. */

export function textOf({ at, event, text }: LogEntry): string {
  return `{"at":${at},"event":${text?.() ?? encodeJson(event)}}`;
}

/** @param texts of entries */
export function joined(texts: readonly string[]): string {
  return `[${texts.join(',')}]`;
}

/** @param lastSeq of the last entry in it */
export function entriesIn(text: string, lastSeq: number): LogEntry[] {
  const said = decodeJson(text) as Omit<LogEntry, 'seq'>[];
  const before = lastSeq - said.length;
  return said.map((entry, index) => ({ seq: before + index + 1, ...entry }));
}
