import type { Caller } from '../core/caller.ts';
import type { Runtime } from '../core/runtime.ts';
import type { Changes } from '../platform/changes.ts';
import type { Database } from '../platform/database/database.ts';
import type { Snapshots } from '../platform/snapshots.ts';
import {
  deleteOperation,
  hashOf,
  type OperationChange,
  type OperationSaveInput,
  type ReadDocument,
  saveOperation,
} from './save.ts';
import { operationsOf, type StoredOperation } from './store.ts';

export type { OperationChange, OperationSaveInput } from './save.ts';
export type { OperationKind, StoredOperation } from './store.ts';

/** A document that comes with the deployment. */
export type GivenOperation = Pick<StoredOperation, 'name' | 'kind' | 'document'>;

/** Documents that an organization has registered: called by name or hash, and all that some keys may run. */
export interface Operations {
  /**
   * What the operator gives everybody, by its names; called once, before anybody is let in. An organization's own
   * operation of such a name steps back, and cannot be saved any more.
   */
  give(documents: readonly GivenOperation[]): void;
  /** From a snapshot: at most half a second old. */
  book(organizationId: string): Promise<OperationBook>;
  /** @throws ValidationProblem, IdempotencyConflictProblem, and what `read` throws */
  save(caller: Caller, input: OperationSaveInput, read: ReadDocument): Promise<OperationChange>;
  /** By its name. @throws NotFoundProblem */
  delete(caller: Caller, name: string): Promise<OperationChange>;
}

export interface OperationBook {
  list(): readonly StoredOperation[];
  named(name: string): StoredOperation | null;
  /** By the SHA-256 of its document, in hex. */
  hashed(hash: string): StoredOperation | null;
  /** Whether exactly this text is one of them. */
  knows(document: string): boolean;
}

export interface OperationsNeeds {
  readonly database: Database;
  readonly snapshots: Snapshots;
  readonly changes: Changes;
  readonly runtime: Runtime;
}

/** Organizations whose documents are kept at hand. */
const REMEMBERED_ORGANIZATIONS = 200;

export function createOperations({ database, snapshots, changes, runtime }: OperationsNeeds): Operations {
  let given: readonly StoredOperation[] = [];
  const books = snapshots.of('operations', REMEMBERED_ORGANIZATIONS, async (id) =>
    operationBook(given, await operationsOf(database, id)),
  );
  return {
    give(documents) {
      given = documents.map((one) => ({
        ...one,
        id: `opn_${one.name}`,
        hash: hashOf(one.document),
        description: 'Comes with this deployment.',
      }));
    },
    book: (organizationId) => books.get(organizationId),
    save: saveOperation(changes, runtime, (name) => given.some((one) => one.name === name)),
    delete: deleteOperation(changes),
  };
}

function operationBook(given: readonly StoredOperation[], own: readonly StoredOperation[]): OperationBook {
  const byName = new Map([...own, ...given].map((operation) => [operation.name, operation]));
  const byHash = new Map([...byName.values()].map((operation) => [operation.hash, operation]));
  return {
    list: () => [...byName.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    named: (name) => byName.get(name) ?? null,
    hashed: (hash) => byHash.get(hash) ?? null,
    knows: (document) => byHash.has(hashOf(document)),
  };
}
