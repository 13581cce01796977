import { usdFromNanos } from '../core/money.ts';
import { builder, resultUnion } from '../graphql/builder.ts';
import { ChangeReceipt, Model, PriceMeter } from '../graphql/words.ts';
import type { DatedPrice, ModelChanged } from './index.ts';

// ---------------------------------------------------------------- what prices are and were

const CatalogSource = builder.enumType('CatalogSource', {
  values: {
    BUNDLED: { description: 'Came with the gateway.' },
    MANUAL: { description: 'Set by hand.' },
  },
});

const Price = builder.objectRef<DatedPrice>('Price').implement({
  description: 'One meter of one model, valid for a period. Old prices stay, so that history can be priced again.',
  fields: (t) => ({
    id: t.string({ nullable: true, resolve: ({ id }) => id ?? null }),
    meter: t.expose('meter', { type: PriceMeter }),
    amount: t.field({
      type: 'Decimal',
      description: 'The price of `per` units.',
      resolve: ({ nanosPerUnit }) => usdFromNanos(nanosPerUnit),
    }),
    per: t.exposeInt('per'),
    currency: t.string({ description: 'ISO 4217. Always USD for now.', resolve: () => 'USD' }),
    fromInputTokens: t.exposeInt('fromInputTokens', {
      description: 'Holds when the whole input has at least this many tokens.',
    }),
    tier: t.string({
      nullable: true,
      description: 'A service tier of the provider, or a size of images; null for any other.',
      resolve: ({ tier }) => tier ?? null,
    }),
    validFrom: t.expose('validFrom', { type: 'DateTime', nullable: true, description: 'Null: since ever.' }),
    validTo: t.expose('validTo', {
      type: 'DateTime',
      nullable: true,
      description: 'Not included. Null: until changed.',
    }),
    supersededAt: t.expose('supersededAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When another price for the same time took its place.',
    }),
    source: t.expose('source', { type: CatalogSource }),
  }),
});

builder.objectField(Model, 'priceHistory', (t) =>
  t.field({
    type: [Price],
    description: 'All prices that are remembered; bundled ones hold where none was set by hand.',
    complexity: 10,
    resolve: async ({ name }, _args, { rooms, caller }) => [
      ...(await rooms.models.history(caller.organizationId, name)),
    ],
  }),
);

// ---------------------------------------------------------------- changing

const ModelSaved = builder.objectRef<ModelChanged>('ModelSaved').implement({
  fields: (t) => ({
    model: t.field({
      type: Model,
      resolve: async ({ model }, _args, { rooms, caller }) => {
        const card = (await rooms.models.book(caller.organizationId)).get(model);
        // Between the change and this look its provider may have gone; then there is no model to show.
        if (!card) throw new Error(`model ${model} has gone`);
        return card;
      },
    }),
    change: t.expose('change', { type: ChangeReceipt }),
  }),
});

const ModelResult = resultUnion('ModelResult', ModelSaved, [
  'ValidationError',
  'ForbiddenError',
  'IdempotencyConflictError',
]);

const PriceSetInput = builder.inputType('PriceSetInput', {
  fields: (t) => ({
    model: t.id({ required: true, description: 'provider/model' }),
    meter: t.field({ type: PriceMeter, required: true }),
    amount: t.field({
      type: 'Decimal',
      description: 'Dollars for `per` units. Left out, the price is taken back and the bundled one holds again.',
    }),
    per: t.int({ description: 'Left out: a million for tokens, one for everything else.' }),
    fromInputTokens: t.int({ description: 'A step of context length. Bundled steps of the same meter give way.' }),
    tier: t.string({ description: 'A service tier of the provider, e.g. flex; for IMAGE a size, e.g. 1024x1024.' }),
    validFrom: t.field({
      type: 'DateTime',
      description: 'Rounded down to the minute; left out, now. In the past, `usageRerate` prices past calls again.',
    }),
    validTo: t.field({
      type: 'DateTime',
      description:
        'Not included, rounded down to the minute: then whatever held without this price holds again. Left out, until ' +
        'the next change that is set already, or for good.',
    }),
    idempotencyKey: t.string(),
  }),
});

const ModelSaveInput = builder.inputType('ModelSaveInput', {
  fields: (t) => ({
    model: t.id({ required: true, description: 'provider/model, of a provider there is. The model may be new.' }),
    enabled: t.boolean(),
    contextTokens: t.int({ description: 'Over what is known of it.' }),
    maxOutputTokens: t.int({ description: 'Over what is known of it.' }),
    idempotencyKey: t.string(),
  }),
});

builder.mutationField('priceSet', (t) =>
  t.field({
    type: ModelResult,
    description:
      'Sets a price of one model from a moment on, or for a while. It goes before bundled prices; old ones are kept.',
    authScopes: { scope: 'PROVIDERS_WRITE' },
    args: { input: t.arg({ type: PriceSetInput, required: true }) },
    resolve: (_root, { input }, { rooms, caller }) => rooms.models.priceSet(caller, input),
  }),
);

builder.mutationField('modelSave', (t) =>
  t.field({
    type: ModelResult,
    description: 'Adds a model that its provider has and this gateway does not know yet, or corrects its limits.',
    authScopes: { scope: 'PROVIDERS_WRITE' },
    args: { input: t.arg({ type: ModelSaveInput, required: true }) },
    resolve: (_root, { input }, { rooms, caller }) => rooms.models.save(caller, input),
  }),
);

builder.mutationField('modelSetEnabled', (t) =>
  t.field({
    type: ModelResult,
    description: 'Switches a model on or off for the organization. `id` is its name, provider/model.',
    authScopes: { scope: 'PROVIDERS_WRITE' },
    args: { id: t.arg.id({ required: true }), enabled: t.arg.boolean({ required: true }) },
    resolve: (_root, { id, enabled }, { rooms, caller }) => rooms.models.setEnabled(caller, id, enabled),
  }),
);
