import { decodeJson, encodeJson } from '../../core/json.ts';
import type { Keyring } from '../keyring.ts';
import type { LogEntry } from './runlog.ts';

/** Entries as they lie in Redis: base64 of JSON, sealed for their place, so that none opens in another run or order. */

export function sealEntry(keyring: Keyring, runId: string, { seq, at, event }: LogEntry): string {
  return keyring.seal(encodeJson({ at, event }), placeOf(runId, seq)).toString('base64');
}

/** @throws Error when it was sealed for another place, or by another deployment */
export function openEntry(keyring: Keyring, runId: string, seq: number, text: string): LogEntry {
  const { at, event } = decodeJson(keyring.open(Buffer.from(text, 'base64'), placeOf(runId, seq))) as LogEntry;
  return { seq, at, event };
}

function placeOf(runId: string, seq: number): string {
  return `run ${runId} ${seq}`;
}
