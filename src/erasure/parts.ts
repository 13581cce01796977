import type { CountedThings, ErasedThings, ErasureSubject, SubjectCall } from '../core/erasure.ts';
import type { KeptPlace } from '../core/kept-place.ts';
import type { Transaction } from '../platform/database/database.ts';

/** What rooms bring to an erasure: each knows its own tables and stores, and nobody else's. */

export interface Before {
  /** What came later is not part of it. */
  readonly before: Date;
}

export interface How extends Before {
  /** Numbers stay for the sums. */
  readonly keepAggregates: boolean;
  readonly at: Date;
  /** A name that leads to nobody, another one each time. */
  nobody(): string;
}

/** Knows which calls are about a subject. */
export interface CallFinder {
  /** At most `limit` that came in before `before` and are not erased, in the order of their ids, after `after`. */
  find(
    tx: Transaction,
    organizationId: string,
    subject: ErasureSubject,
    before: Date,
    after: string,
    limit: number,
  ): Promise<readonly SubjectCall[]>;
}

/** Has things that belong to calls. What it does outside the transaction may be done again. */
export interface ErasableByCall {
  count(tx: Transaction, organizationId: string, calls: readonly SubjectCall[]): Promise<CountedThings>;
  erase(tx: Transaction, organizationId: string, calls: readonly SubjectCall[], how: How): Promise<ErasedThings>;
}

/** Has things that name the subject themselves. */
export interface ErasableBySubject {
  count(tx: Transaction, organizationId: string, subject: ErasureSubject, when: Before): Promise<CountedThings>;
  erase(tx: Transaction, organizationId: string, subject: ErasureSubject, how: How): Promise<ErasedThings>;
}

/** Has copies that may hold anybody's words, so all of an organization's go. They can be made again. */
export interface ErasableCopies {
  readonly name: string;
  count(tx: Transaction, organizationId: string): Promise<number>;
  forget(tx: Transaction, organizationId: string): Promise<number>;
}

export interface ErasureParts {
  readonly finders: readonly CallFinder[];
  /** In this order; those by which calls are found come last. */
  readonly byCall: readonly ErasableByCall[];
  readonly bySubject: readonly ErasableBySubject[];
  readonly copies: readonly ErasableCopies[];
  /** The policy that has everything at a place held, by its slug; null: none. Read inside the transaction. */
  readonly holds: (tx: Transaction, organizationId: string) => Promise<(place: KeptPlace) => string | null>;
  /** Resolves when everything that this instance still had to write is written. */
  readonly written: () => Promise<unknown>;
}
