import { builder, resultUnion } from '../graphql/builder.ts';
import { readDocument } from '../graphql/stored-document.ts';
import { ChangeReceipt } from '../graphql/words.ts';
import type { OperationChange, StoredOperation as Stored } from './index.ts';

const OperationKind = builder.enumType('OperationKind', { values: ['QUERY', 'MUTATION', 'SUBSCRIPTION'] as const });

const StoredOperation = builder.objectRef<Stored>('StoredOperation').implement({
  description: 'A registered document: called by `/operations/NAME`, or by its hash at the endpoint.',
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name'),
    kind: t.expose('kind', { type: OperationKind }),
    document: t.exposeString('document'),
    documentId: t.string({
      description: 'What to send instead of the document: `sha256:…`.',
      resolve: ({ hash }) => `sha256:${hash}`,
    }),
    description: t.exposeString('description'),
  }),
});

const operations = { authScopes: { scope: 'KEYS_READ' } } as const;

builder.queryField('operations', (t) =>
  t.field({
    ...operations,
    type: [StoredOperation],
    description: 'By name; an organization has at most 500.',
    resolve: async (_root, _args, { rooms, caller }) => [
      ...(await rooms.operations.book(caller.organizationId)).list(),
    ],
  }),
);

builder.queryField('operation', (t) =>
  t.field({
    ...operations,
    type: StoredOperation,
    nullable: true,
    args: { name: t.arg.string({ required: true }) },
    resolve: async (_root, { name }, { rooms, caller }) =>
      (await rooms.operations.book(caller.organizationId)).named(name),
  }),
);

const OperationSaved = builder.objectRef<OperationChange>('OperationSaved').implement({
  fields: (t) => ({
    operation: t.expose('operation', { type: StoredOperation }),
    change: t.expose('change', { type: ChangeReceipt }),
  }),
});

const OperationResult = resultUnion('OperationResult', OperationSaved, [
  'ValidationError',
  'NotFoundError',
  'ForbiddenError',
  'IdempotencyConflictError',
  'UnavailableError',
]);

const OperationSaveInput = builder.inputType('OperationSaveInput', {
  fields: (t) => ({
    document: t.string({
      required: true,
      description: 'One named operation and its fragments. Registered under its name, in place of the one before.',
    }),
    description: t.string(),
    idempotencyKey: t.string(),
  }),
});

builder.mutationField('operationSave', (t) =>
  t.field({
    type: OperationResult,
    description: 'Can be called on every instance within a second.',
    authScopes: { scope: 'KEYS_WRITE' },
    args: { input: t.arg({ type: OperationSaveInput, required: true }) },
    resolve: (_root, { input }, { rooms, caller }, { schema }) =>
      rooms.operations.save(caller, input, (document) => readDocument(schema, document)),
  }),
);

builder.mutationField('operationDelete', (t) =>
  t.field({
    type: OperationResult,
    authScopes: { scope: 'KEYS_WRITE' },
    args: { name: t.arg.string({ required: true }) },
    resolve: (_root, { name }, { rooms, caller }) => rooms.operations.delete(caller, name),
  }),
);
