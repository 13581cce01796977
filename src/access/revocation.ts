import { invariant } from '../core/assert.ts';
import type { Caller } from '../core/caller.ts';
import type { Clock } from '../core/runtime.ts';
import type { SecretInUse, SecretsInUse } from './authenticate.ts';
import type { Directory } from './directory.ts';

/** Tells whoever serves a caller for long (an open subscription) when the caller's secret stops being valid. */
export interface Revocation {
  watch(caller: Caller, listener: () => void): () => void;
  close(): void;
}

/** One per open subscription; watches of one key share one load of the directory. */
interface Watch {
  readonly organizationId: string;
  begin(): void;
  look(): void;
  stop(): void;
}

/** How soon to ask again when the database could not tell. */
const RETRY_MS = 250;
/** However quiet it is: by then even news that bus and poll both lost is found. One query per key in use. */
const LOOK_AGAIN_MS = 60_000;

export function createRevocation(
  directories: readonly Pick<Directory<object>, 'onChange'>[],
  secretsInUse: SecretsInUse,
  clock: Clock,
): Revocation {
  const watches = new Set<Watch>();
  const look = (organizationId: string) => {
    for (const watch of watches) {
      if (organizationId === '*' || organizationId === watch.organizationId) watch.look();
    }
  };
  const silences = directories.map((directory) => directory.onChange(look));

  return {
    watch(caller, listener) {
      const inUse = secretsInUse.get(caller);
      invariant(inUse, 'a watched caller is the very object that authenticate() gave');
      const secret = watchSecret(inUse, clock, () => {
        watches.delete(watch);
        listener();
      });
      const watch = { ...secret, organizationId: caller.organizationId };
      watches.add(watch);
      watch.begin();
      return () => {
        watches.delete(watch);
        watch.stop();
      };
    },
    close() {
      for (const silence of silences) silence();
      for (const watch of watches) watch.stop();
      watches.clear();
    },
  };
}

/** Looks when told to, and when the time known to be the last has come; calls `onEnd` once, then never again. */
function watchSecret(secret: SecretInUse, clock: Clock, onEnd: () => void): Omit<Watch, 'organizationId'> {
  let stopped = false;
  let cancel = () => {};
  /** Looks may overlap: only the answer of the latest one is believed. */
  let latest = 0;
  /** The last answer, kept for when the database is away: an end that was known comes in time all the same. */
  let until = Infinity;

  const stop = () => {
    stopped = true;
    cancel();
  };
  const look = async () => {
    const turn = ++latest;
    cancel();
    const answer = await secret.validUntil().catch(() => 'unavailable' as const);
    if (stopped || turn !== latest) return;
    if (answer !== 'unavailable') until = answer;
    lookAgain(answer === 'unavailable' ? RETRY_MS : LOOK_AGAIN_MS);
  };
  const lookAgain = (ms: number) => {
    const rest = until - clock.now();
    if (rest > 0) cancel = clock.after(Math.min(rest, ms), look);
    else {
      stop();
      onEnd();
    }
  };
  /** Most callers come to be watched as they have come in. */
  const begin = () => {
    const known = secret.known();
    if (known === null) return void look();
    until = known;
    lookAgain(LOOK_AGAIN_MS);
  };
  return { begin, look, stop };
}
