import { BriefMap } from '../core/brief.ts';
import type { Claim, Idempotency, KeyedRun } from './idempotency.ts';

/**
 * Claims of keys whose runs this instance drives, so that a thousand calls with one key ask the database once. A claim
 * is kept from its first call until its run has ended; the database decides between instances.
 */
export interface SharedClaims {
  /** Like Idempotency.claim; calls with the same key and input share one answer while the run lasts. */
  of(run: KeyedRun, fingerprint: string): Promise<Claim>;
  forget(run: KeyedRun): void;
}

export function sharedClaims(idempotency: Idempotency): SharedClaims {
  const known = new BriefMap<string, { readonly fingerprint: string; readonly claim: Promise<Claim> }>();
  const nameOf = ({ apiKeyId, key }: KeyedRun) => `${apiKeyId} ${key}`;
  return {
    of(run, fingerprint) {
      const name = nameOf(run);
      const earlier = known.get(name);
      if (earlier?.fingerprint === fingerprint) return earlier.claim;
      const claim = idempotency.claim(run, fingerprint);
      if (earlier) return claim;
      known.set(name, { fingerprint, claim });
      // Kept only when the key is ours: another instance's run ends without our hearing of it.
      claim
        .then(({ completionId }) => completionId === run.completionId || known.delete(name))
        .catch(() => known.delete(name));
      return claim;
    },
    forget: (run) => void known.delete(nameOf(run)),
  };
}
