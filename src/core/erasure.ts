import type { KeptPlace } from './kept-place.ts';

/** Whom or what is to be erased, as it is named in the calls about it. */
export type ErasureSubject =
  | { readonly kind: 'END_USER'; readonly endUser: string }
  | { readonly kind: 'API_KEY'; readonly apiKeyId: string }
  | { readonly kind: 'TAG'; readonly key: string; readonly value: string }
  | { readonly kind: 'REQUESTS'; readonly ids: readonly string[] };

/** A call that is about the subject, as far as rooms know their parts of it by. */
export interface SubjectCall {
  readonly requestId: string;
  /** Null where only its content is left. */
  readonly completionId: string | null;
  readonly runId: string | null;
  readonly place: KeptPlace;
}

/** What became of a room's things. */
export interface Erased {
  readonly erased: number;
  /** Still there, without anything that leads to a person. */
  readonly anonymized: number;
}

/** By what the things are called in reports: `requests`, `content`. */
export type CountedThings = Readonly<Record<string, number>>;
export type ErasedThings = Readonly<Record<string, Erased>>;

export function gone(erased: number): Erased {
  return { erased, anonymized: 0 };
}
