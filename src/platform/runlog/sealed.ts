import { decodeJson, encodeJson } from '../../core/json.ts';
import type { Keyring } from '../keyring.ts';
import type { LogEntry } from './runlog.ts';

/**
 * Entries as they lie in Redis, some that follow each other in one piece: base64 of JSON, sealed for their place, so
 * that none opens in another run or order.
 */

/** An entry as it stands in a piece. */
export function textOf({ at, event }: LogEntry): string {
  return `{"at":${at},"event":${encodeJson(event)}}`;
}

/**
 * @param lastSeq of the last entry in it
 * @param texts of its entries, at least one, without gaps
 */
export function sealPiece(keyring: Keyring, runId: string, lastSeq: number, texts: readonly string[]): string {
  return keyring.seal(`[${texts.join(',')}]`, placeOf(runId, lastSeq)).toString('base64');
}

/**
 * @param lastSeq of the last entry in it
 * @throws Error when it was sealed for another place, or by another deployment
 */
export function openPiece(keyring: Keyring, runId: string, lastSeq: number, text: string): LogEntry[] {
  const said = decodeJson(keyring.open(Buffer.from(text, 'base64'), placeOf(runId, lastSeq))) as Omit<
    LogEntry,
    'seq'
  >[];
  return said.map((entry, index) => ({ seq: lastSeq - said.length + 1 + index, ...entry }));
}

function placeOf(runId: string, lastSeq: number): string {
  return `run ${runId} ${lastSeq}`;
}
