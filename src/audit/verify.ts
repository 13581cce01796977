import type { Keyring } from '../platform/keyring.ts';
import { type Checkpoint, isGenuine } from './checkpoint.ts';
import { type ChainedEntry, GENESIS, hashOf } from './entry.ts';
import type { Trim } from './trim.ts';

export interface Verdict {
  readonly ok: boolean;
  /** Entries looked at, up to the first that is wrong. */
  readonly checked: number;
  /** The first entry that is not what it was, or not there. */
  readonly firstBrokenSeq: bigint | null;
  /** What is wrong with it, for people. */
  readonly problem: string | null;
  /** Of the last entry that was looked at. */
  readonly headHash: Uint8Array;
}

/**
 * Whether a chain is whole. Edited, restamped, exchanged, inserted and missing entries are found by the hashes; entries
 * missing at the end, and a whole chain put back to an earlier day, by the checkpoints.
 * @param entries in the order of `seq`
 * @param first the `seq` that they must begin with; null when they are a part that may begin anywhere
 * @param trim what came before the first entry, where older ones were taken away
 * @param checkpoints of this chain, in any order, from all places where they are kept
 */
export async function verifyChain(
  keyring: Keyring,
  entries: AsyncIterable<ChainedEntry>,
  first: bigint | null,
  checkpoints: readonly Checkpoint[],
  trim: Trim | null = null,
): Promise<Verdict> {
  const signer = keyring.signer('audit');
  const genuine = checkpoints.filter((checkpoint) => isGenuine(signer, checkpoint));
  const forged = checkpoints.find((checkpoint) => !isGenuine(signer, checkpoint));
  const stated = new Map(genuine.map(({ seq, hash }) => [seq, hash]));
  let [checked, last, lastHash] = [0, null as bigint | null, GENESIS];
  const broken = (seq: bigint, problem: string): Verdict => {
    return { ok: false, checked, firstBrokenSeq: seq, problem, headHash: lastHash };
  };

  for await (const entry of entries) {
    const { seq } = entry;
    const expected = last === null ? (first ?? seq) : last + 1n;
    if (seq !== expected) return broken(expected, seq > expected ? 'It is missing.' : 'It is there twice.');
    if (last === null && seq > 1n) lastHash = trim?.hash ?? entry.prevHash;
    if (!equal(entry.prevHash, lastHash)) return broken(seq, 'It does not follow the entry before it.');
    if (!equal(entry.hash, hashOf(keyring, seq, lastHash, entry))) return broken(seq, 'It is not what was written.');
    const said = stated.get(seq);
    if (said && !equal(said, entry.hash)) return broken(seq, 'A checkpoint says that another entry stood here.');
    checked += 1;
    last = seq;
    lastHash = entry.hash;
  }

  const end = last ?? trim?.seq ?? 0n;
  const furthest = [...stated.keys()].reduce((most, seq) => (seq > most ? seq : most), 0n);
  if (furthest > end) return broken(end + 1n, `A checkpoint says that there were ${furthest} entries.`);
  if (forged) return broken(forged.seq, 'A checkpoint there is not signed by this gateway.');
  return { ok: true, checked, firstBrokenSeq: null, problem: null, headHash: lastHash };
}

function equal(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}
