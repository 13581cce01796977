import type { Clock } from '../core/runtime.ts';
import type { Failure } from './problems.ts';

/** The credentials of one provider, and which of them had better not be used for a while. */
export interface KeyRing<Key> {
  readonly all: readonly Key[];
  /** Those that do not rest, in their order; all of them when all rest, since somebody has to be asked. */
  usable(): readonly Key[];
  /** Notes what a key has met. True when it rests now and another one may do better. */
  met(key: Key, failure: Failure): boolean;
}

/** Whoever mends a key saves it again, and then the ring is a new one. */
const REST_MS = 60_000;

export function createKeyRing<Key>(keys: readonly Key[], clock: Clock): KeyRing<Key> {
  const restingUntil = new Map<Key, number>();
  const awake = () => {
    if (restingUntil.size === 0) return keys;
    return keys.filter((key) => (restingUntil.get(key) ?? 0) <= clock.monotonic());
  };
  return {
    all: keys,
    usable() {
      const usable = awake();
      return usable.length > 0 ? usable : keys;
    },
    met(key, failure) {
      const ms = restMs(failure);
      if (ms === 0) return false;
      restingUntil.set(key, clock.monotonic() + ms);
      return awake().length > 0;
    },
  };
}

/** What is about the key and not about the provider: that it is wrong, unpaid, or used too much. */
function restMs({ code, money, httpStatus, retryAfterMs }: Failure): number {
  if (money || httpStatus === 401 || httpStatus === 403) return REST_MS;
  return code === 'RATE_LIMITED' ? Math.min(REST_MS, retryAfterMs ?? 1000) : 0;
}
