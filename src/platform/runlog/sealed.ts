import type { Keyring } from '../keyring.ts';
import type { LogEntry } from './runlog.ts';
import { entriesIn } from './text.ts';

/**
 * Entries as they lie in Redis, some that follow each other in one piece: their text, sealed for their place, so that none
 * opens in another run or order.
 */

/**
 * @param lastSeq of the last entry in it
 * @param text of its entries, at least one, without gaps
 */
export function sealPiece(keyring: Keyring, runId: string, lastSeq: number, text: string): Buffer {
  return keyring.seal(text, placeOf(runId, lastSeq));
}

/**
 * @param lastSeq of the last entry in it
 * @throws Error when it was sealed for another place, or by another deployment
 */
export function openPiece(keyring: Keyring, runId: string, lastSeq: number, piece: Buffer): LogEntry[] {
  return entriesIn(keyring.open(piece, placeOf(runId, lastSeq)), lastSeq);
}

function placeOf(runId: string, lastSeq: number): string {
  return `run ${runId} ${lastSeq}`;
}
