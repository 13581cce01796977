import { type ChainedEntry, GENESIS, hashOf } from '../../src/audit/entry.ts';
import { Secret } from '../../src/core/secret.ts';
import { createKeyring, type Keyring } from '../../src/platform/keyring.ts';

/** What an attacker can do to a chain, at a place of his choice; `keyring` is the gateway's, which some have stolen. */
export const attacks: Readonly<Record<string, (chain: ChainedEntry[], at: number, keyring: Keyring) => void>> = {
  edit: (chain, at) => void chain.splice(at, 1, { ...chain[at]!, actorName: 'nobody' }),
  delete: (chain, at) => void chain.splice(at, 1),
  insert: (chain, at) => void chain.splice(at, 0, { ...chain[at]!, resourceId: 'thg_new' }),
  swap: (chain, at) => void chain.splice(at, 2, ...chain.slice(at, at + 2).toReversed()),
  truncate: (chain, at) => void chain.splice(at),
  'restamp from here': (chain, at) => restamp(chain, at, createKeyring(new Secret('x'.repeat(40)))),
  'restamp with the stolen key': restamp,
  'roll back to a backup and go on': restamp,
};

/** With the key itself, only the next checkpoint can tell. */
export function tellsLate(attack: string): boolean {
  return attack.startsWith('restamp with') || attack.startsWith('roll back');
}

function restamp(chain: ChainedEntry[], from: number, keyring: Keyring): void {
  let prevHash = chain[from - 1]?.hash ?? GENESIS;
  for (let index = from; index < chain.length; index++) {
    const entry = { ...chain[index]!, actorName: 'nobody', prevHash };
    prevHash = hashOf(keyring, entry.seq, prevHash, entry);
    chain[index] = { ...entry, hash: prevHash };
  }
}
