import type { CountedThings, Erased, ErasedThings } from '../core/erasure.ts';

/** How far an erasure has come: kept after every step, so that any instance can go on with it. */
export interface ErasureProgress {
  /**
   * Everything is gone through again until a round finds nothing: what other instances had not written yet when it
   * passed is found by the next one.
   */
  readonly round: number;
  /** Which of the finders is at work, in their order; one more than the last: things that name the subject themselves. */
  readonly finder: number;
  /** The id of the last call that it has looked at. */
  readonly after: string;
  /** Things of this round that were not held. */
  readonly foundInRound: number;
  readonly calls: number;
  readonly things: Readonly<Record<string, ThingsErased>>;
  /** Calls that stay because a policy holds them, by its slug; of this round. */
  readonly held: Readonly<Record<string, number>>;
}

export interface ThingsErased extends Erased {
  readonly found: number;
}

export const nothingYet: ErasureProgress = {
  round: 1,
  finder: 0,
  after: '',
  foundInRound: 0,
  calls: 0,
  things: {},
  held: {},
};

/** Pure: what was counted, in a dry run. */
export function counted(progress: ErasureProgress, things: CountedThings): ErasureProgress {
  return Object.entries(things).reduce(
    (sum, [name, found]) => add(sum, name, { found, erased: 0, anonymized: 0 }),
    progress,
  );
}

/** Pure: what is gone was found first. */
export function erased(progress: ErasureProgress, things: ErasedThings): ErasureProgress {
  return Object.entries(things).reduce((sum, [name, { erased, anonymized }]) => {
    const found = erased + anonymized;
    return { ...add(sum, name, { found, erased, anonymized }), foundInRound: sum.foundInRound + found };
  }, progress);
}

function add(progress: ErasureProgress, name: string, more: ThingsErased): ErasureProgress {
  const { found, erased, anonymized } = progress.things[name] ?? { found: 0, erased: 0, anonymized: 0 };
  const sum = { found: found + more.found, erased: erased + more.erased, anonymized: anonymized + more.anonymized };
  return { ...progress, things: { ...progress.things, [name]: sum } };
}
