import type { ChainedEntry } from './entry.ts';

/** An entry as a line of an export: JSON, all that its hash is made of, and the hashes in hex. */
export function toLine({ seq, revision, prevHash, hash, ...entry }: ChainedEntry): string {
  const [prev, own] = [prevHash, hash].map((bytes) => Buffer.from(bytes).toString('hex'));
  return JSON.stringify({ seq: seq.toString(), ...entry, revision: revision.toString(), prevHash: prev, hash: own });
}

/** @throws SyntaxError or TypeError for a line that is none */
export function fromLine(line: string): ChainedEntry {
  const said = JSON.parse(line) as Omit<ChainedEntry, 'seq' | 'revision' | 'prevHash' | 'hash'> &
    Record<'seq' | 'revision' | 'prevHash' | 'hash', string>;
  return {
    ...said,
    seq: BigInt(said.seq),
    revision: BigInt(said.revision),
    prevHash: Buffer.from(said.prevHash, 'hex'),
    hash: Buffer.from(said.hash, 'hex'),
  };
}
