import { hash as digest } from 'node:crypto';
import { z } from 'zod';
import type { Caller } from '../core/caller.ts';
import { actorOf, type ChangeReceipt, diffOf } from '../core/change.ts';
import type { Json } from '../core/json.ts';
import { parse } from '../core/parse.ts';
import { idempotencyKey } from '../core/plain-text.ts';
import { NotFoundProblem, ValidationProblem } from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';
import { type Changes, idempotencyOf } from '../platform/changes.ts';
import {
  countOperations,
  type OperationKind,
  operationByName,
  removeOperation,
  type StoredOperation,
  topicPrefix,
  writeOperation,
} from './store.ts';

export interface OperationChange {
  readonly operation: StoredOperation;
  readonly change: ChangeReceipt;
}

/** What the document is, by whoever knows the schema. @throws ValidationProblem for one that could not be run */
export type ReadDocument = (document: string) => { readonly name: string; readonly kind: OperationKind };

/** All of an organization's are kept at hand. */
const MAX_OPERATIONS = 500;

const saveInput = z.object({
  document: z.string().min(1).max(20_000, 'must have at most 20000 characters'),
  description: z.string().max(500, 'must have at most 500 characters').nullish(),
  idempotencyKey,
});
export type OperationSaveInput = z.input<typeof saveInput>;

/**
 * Registers a document under its operation's name, in place of the one before.
 * @param isGiven whether the deployment has an operation of this name: nobody stands in for it
 */
export function saveOperation(changes: Changes, { ids, clock }: Runtime, isGiven: (name: string) => boolean) {
  return async (caller: Caller, given: OperationSaveInput, read: ReadDocument): Promise<OperationChange> => {
    const { idempotencyKey, ...input } = parse(saveInput, given);
    const { organizationId } = caller;
    const { document } = input;
    const wanted = { ...read(document), document, hash: hashOf(document), description: input.description ?? '' };
    if (isGiven(wanted.name)) {
      const message = `${wanted.name} comes with this deployment. Give the operation another name.`;
      throw ValidationProblem.at('document', 'NAME_TAKEN', message);
    }
    const change = await changes.make(
      `${topicPrefix}:${organizationId}`,
      async (tx) => {
        const before = await operationByName(tx, organizationId, wanted.name);
        if (!before && (await countOperations(tx, organizationId)) >= MAX_OPERATIONS) {
          throw ValidationProblem.at('document', 'TOO_MANY', `At most ${MAX_OPERATIONS} operations are kept.`);
        }
        const operation = { id: before?.id ?? ids.next('opn'), ...wanted };
        await writeOperation(tx, organizationId, operation, new Date(clock.now()));
        return {
          organizationId,
          actor: actorOf(caller),
          action: before ? 'operation.change' : 'operation.create',
          resourceType: 'StoredOperation',
          resourceId: operation.id,
          diff: diffOf(shown(before), shown(operation)),
        };
      },
      idempotencyOf(caller, 'operationSave', { idempotencyKey, ...input }),
    );
    return { operation: { id: change.resourceId, ...wanted }, change };
  };
}

export function deleteOperation(changes: Changes) {
  return async (caller: Caller, name: string): Promise<OperationChange> => {
    const { organizationId } = caller;
    let before: StoredOperation | null = null;
    const change = await changes.make(`${topicPrefix}:${organizationId}`, async (tx) => {
      before = await operationByName(tx, organizationId, name);
      if (!before) throw new NotFoundProblem('StoredOperation', name);
      await removeOperation(tx, before.id);
      return {
        organizationId,
        actor: actorOf(caller),
        action: 'operation.delete',
        resourceType: 'StoredOperation',
        resourceId: before.id,
        diff: diffOf(shown(before), null),
      };
    });
    return { operation: before!, change };
  };
}

/** As the persisted documents of GraphQL over HTTP have it, without their `sha256:`. */
export function hashOf(document: string): string {
  return digest('sha256', document, 'hex');
}

function shown(operation: StoredOperation | null): Json {
  if (!operation) return null;
  const { id: _id, ...rest } = operation;
  return rest;
}
