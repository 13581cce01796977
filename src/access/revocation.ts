import { invariant } from '../core/assert.ts';
import { BriefSet } from '../core/brief.ts';
import type { Caller } from '../core/caller.ts';
import type { Clock } from '../core/runtime.ts';
import type { SecretInUse, SecretsInUse } from './authenticate.ts';
import type { Directory } from './directory.ts';

/** Tells whoever serves a caller for long (an open subscription) when the caller's secret stops being valid. */
export interface Revocation {
  watch(caller: Caller, listener: () => void): () => void;
  close(): void;
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
  const watches = new BriefSet<Watch>();
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
      const watch = new Watch(caller.organizationId, inUse, clock, () => {
        watches.delete(watch);
        listener();
      });
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

/**
 * One per open subscription; watches of one key share one load of the directory. Looks when told to, and when the time known
 * to be the last has come; calls `onEnd` once, then never again.
 */
class Watch {
  readonly organizationId: string;
  readonly #secret: SecretInUse;
  readonly #clock: Clock;
  readonly #onEnd: () => void;
  #stopped = false;
  #cancel: (() => void) | null = null;
  /** Looks may overlap: only the answer of the latest one is believed. */
  #latest = 0;
  /** The last answer, kept for when the database is away: an end that was known comes in time all the same. */
  #until = Infinity;

  constructor(organizationId: string, secret: SecretInUse, clock: Clock, onEnd: () => void) {
    this.organizationId = organizationId;
    this.#secret = secret;
    this.#clock = clock;
    this.#onEnd = onEnd;
  }

  /** Most callers come to be watched as they have come in. */
  begin(): void {
    const known = this.#secret.known();
    if (known === null) return void this.look();
    this.#until = known;
    this.#lookAgain(LOOK_AGAIN_MS);
  }

  async look(): Promise<void> {
    const turn = ++this.#latest;
    this.#cancel?.();
    const answer = await this.#secret.validUntil().catch(() => 'unavailable' as const);
    if (this.#stopped || turn !== this.#latest) return;
    if (answer !== 'unavailable') this.#until = answer;
    this.#lookAgain(answer === 'unavailable' ? RETRY_MS : LOOK_AGAIN_MS);
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  #lookAgain(ms: number): void {
    const rest = this.#until - this.#clock.now();
    if (rest > 0) this.#cancel = this.#clock.after(Math.min(rest, ms), () => this.look());
    else {
      this.stop();
      this.#onEnd();
    }
  }
}
