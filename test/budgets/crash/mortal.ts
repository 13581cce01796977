import { AsyncLocalStorage } from 'node:async_hooks';
import type { Clock } from '../../../src/core/runtime.ts';

/**
 * A process that dies before or after its n-th effect. Everything it does beyond itself goes through `effect`; once it
 * is dead, nothing it waits for ever comes, so no code of it runs any more.
 */
export interface Life {
  /** How many effects there were so far. */
  readonly effects: number;
  readonly over: boolean;
  /** Resolves when it dies. */
  readonly death: Promise<void>;
  /** Dies now, when the next effect is the one to die before. @returns whether it is dead */
  ends(): boolean;
  /** @param what is under way when it dies "after": it is still done, only nobody hears of it. */
  effect<T>(what: () => Promise<T>): Promise<T>;
  /** What a dead process waits for. Whatever it is a part of never ends either. */
  never(): Promise<never>;
  /**
   * Resolves when everything that was begun has been done, as a server does what it has been sent. What waits for an
   * effect of the dead process itself is not: no server could go on with it.
   */
  settled(): Promise<void>;
}

/** One that is under way, and the one it is a part of. */
interface Effect {
  readonly outer: Effect | undefined;
  /** The process dies with it. */
  readonly last: boolean;
}

/** @param point the effect to die at, from 1; null: it lives on */
export function startLife(point: number | null, when: 'before' | 'after'): Life {
  const dead = Promise.withResolvers<void>();
  const underWay = new Set<Effect>();
  const within = new AsyncLocalStorage<Effect>();
  const allDone = Promise.withResolvers<void>();
  let waited = false;
  let effects = 0;
  let over = false;
  const die = () => {
    over = true;
    dead.resolve();
  };
  const done = (effect: Effect) => {
    underWay.delete(effect);
    if (effect.last) die();
    if (waited && underWay.size === 0) allDone.resolve();
  };
  return {
    get effects() {
      return effects;
    },
    get over() {
      return over;
    },
    death: dead.promise,
    ends() {
      if (!over && when === 'before' && effects + 1 === point) die();
      return over;
    },
    async effect(what) {
      if (this.ends()) return this.never();
      const last = ++effects === point;
      const effect = { outer: within.getStore(), last };
      underWay.add(effect);
      const doing = within.run(effect, what);
      // From the moment it is asked: what runs beside it does not get any further either.
      if (last) over = true;
      const [outcome] = await Promise.allSettled([doing]);
      done(effect);
      if (over) return this.never();
      if (outcome.status === 'rejected') throw outcome.reason;
      return outcome.value;
    },
    never() {
      for (let effect = within.getStore(); effect; effect = effect.outer) done(effect);
      return new Promise(() => {});
    },
    settled() {
      waited = true;
      return underWay.size === 0 ? Promise.resolve() : allDone.promise;
    },
  };
}

/** The clock of one life: `stop` ends what it was to call back, as the death of a process does. */
export function mortalClock(clock: Clock): Clock & { stop(): void } {
  const cancels = new Set<() => void>();
  return {
    ...clock,
    after(ms, callback) {
      const cancel = clock.after(ms, () => {
        cancels.delete(cancel);
        callback();
      });
      cancels.add(cancel);
      return () => {
        cancels.delete(cancel);
        cancel();
      };
    },
    stop() {
      for (const cancel of cancels) cancel();
      cancels.clear();
    },
  };
}

/** Whatever `thing` answers asynchronously is an effect; so are its answers' answers. */
export function mortal<T>(thing: T, life: Life): T {
  if (typeof thing !== 'object' || thing === null || !hasMethods(thing)) return thing;
  return new Proxy(thing as T & object, {
    get(target, name) {
      const value = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...given: unknown[]) => {
        // Asked for before it is called: what has been called is under way.
        if (life.ends()) return life.never();
        const answer: unknown = value.apply(target, given);
        if (answer instanceof Promise) return life.effect(() => answer).then((done) => mortal(done, life));
        return mortal(answer, life);
      };
    },
  });
}

function hasMethods(thing: object): boolean {
  if (thing instanceof Map || thing instanceof Set || Array.isArray(thing)) return false;
  return Object.values(thing).some((value) => typeof value === 'function');
}
