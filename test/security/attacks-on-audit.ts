import { randomBytes } from 'node:crypto';
import type { Checkpoint } from '../../src/audit/checkpoint.ts';
import { writeCheckpoints } from '../../src/audit/checkpoint.ts';
import { type ChainedEntry, GENESIS, hashOf } from '../../src/audit/entry.ts';
import { verifyChain } from '../../src/audit/verify.ts';
import { Secret } from '../../src/core/secret.ts';
import { createKeyring } from '../../src/platform/keyring.ts';
import { attacks, tellsLate } from '../audit/attacks.ts';
import { systemRuntime } from '../support/runtime.ts';
import type { Figure } from './run.ts';

const PLACES = 1000;
const EVERY = 10;
/** As much of the chain around a place as is looked at: a wrong entry is told by its neighbours. */
const [BEFORE, AFTER] = [5, 25];

/** Eight kinds of attacks at each of a thousand places: found, and where. */
export async function auditFigures(): Promise<readonly Figure[]> {
  const keyring = createKeyring(new Secret(randomBytes(32).toString('hex')));
  const chain: ChainedEntry[] = [];
  for (let n = 1; n <= PLACES + BEFORE + AFTER; n++) {
    const prevHash = chain.at(-1)?.hash ?? GENESIS;
    const entry = entryOf(n);
    chain.push({ ...entry, seq: BigInt(n), prevHash, hash: hashOf(keyring, BigInt(n), prevHash, entry) });
  }
  const checkpoints = await signed(chain.filter(({ seq }) => Number(seq) % EVERY === 0));
  const figures: Figure[] = [];
  for (const [name, attack] of Object.entries(attacks)) {
    let found = 0;
    for (let place = BEFORE; place < PLACES + BEFORE; place++) {
      const part = chain.slice(place - BEFORE, place + AFTER);
      const [first, last] = [part[0]!.seq, part.at(-1)!.seq];
      attack(part, BEFORE, keyring);
      const within = checkpoints.filter(({ seq }) => seq >= first && seq <= last);
      const { firstBrokenSeq } = await verifyChain(keyring, walk(part), first, within);
      const off = firstBrokenSeq === null ? -1 : Number(firstBrokenSeq) - 1 - place;
      if (off >= 0 && off <= (tellsLate(name) ? EVERY : 1)) found++;
    }
    const value = `${found} of ${PLACES}`;
    figures.push({ name: `${name}: found, first bad entry named`, value, goal: 'all', reached: found === PLACES });
  }
  return figures;

  async function signed(ends: readonly ChainedEntry[]): Promise<Checkpoint[]> {
    const rows = ends.map(({ organizationId, seq, hash }) => ({
      organization_id: organizationId,
      seq: String(seq),
      hash,
    }));
    const kept: Checkpoint[] = [];
    const tx = {
      async query(sql: string, parameters: readonly unknown[] = []) {
        if (sql.startsWith('SELECT')) return rows as never;
        const [organizationId, seq, hash, at, signature] = parameters as [string, string, Buffer, Date, Buffer];
        kept.push({ organizationId, seq: BigInt(seq), hash, at: at.getTime(), signature });
        return [];
      },
    };
    await writeCheckpoints(tx, keyring.signer('audit'), '/dev/null', systemRuntime);
    return kept;
  }
}

async function* walk(entries: readonly ChainedEntry[]): AsyncGenerator<ChainedEntry> {
  yield* entries;
}

function entryOf(n: number) {
  return {
    id: `aud_${n}`,
    organizationId: 'org_1',
    at: 1_767_225_600_000 + n,
    actorId: 'key_1',
    actorName: 'admin',
    action: 'thing.save',
    resourceType: 'Thing',
    resourceId: `thg_${n}`,
    outcome: 'ALLOWED' as const,
    reason: null,
    diff: [],
    ip: null,
    revision: BigInt(n),
    idempotencyKey: null,
    inputHash: null,
  };
}
