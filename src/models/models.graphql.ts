import { resolveArrayConnection } from '@pothos/plugin-relay';
import { builder } from '../graphql/builder.ts';
import { Model } from '../graphql/words.ts';
import { searchModels } from './search.ts';

const ModelFilter = builder.inputType('ModelFilter', {
  fields: (t) => ({
    provider: t.stringList({ description: 'Slugs of providers.' }),
    search: t.string({ description: 'Words of a name, in any order, e.g. "openai mini".' }),
  }),
});

builder.queryField('models', (t) =>
  t.connection(
    {
      type: Model,
      description:
        'Models you can name as a target, by name. Providers may accept further names, which `model(name)` finds.',
      authScopes: { anyone: true },
      args: { filter: t.arg({ type: ModelFilter }) },
      resolve: async (_root, { filter, ...page }, { rooms, caller }) => {
        const book = await rooms.models.book(caller.organizationId);
        const found = searchModels(book.list(), filter ?? {});
        return { ...resolveArrayConnection({ args: page }, found), totalCount: found.length };
      },
    },
    { name: 'ModelConnection', fields: (connection) => ({ totalCount: connection.exposeInt('totalCount') }) },
    { name: 'ModelEdge' },
  ),
);

builder.queryField('model', (t) =>
  t.field({
    type: Model,
    nullable: true,
    description: 'One model by provider/model, dated and unlisted names included; null when nobody offers it.',
    authScopes: { anyone: true },
    args: { name: t.arg.string({ required: true }) },
    resolve: async (_root, { name }, { rooms, caller }) => (await rooms.models.book(caller.organizationId)).get(name),
  }),
);
