import type { alertKinds } from '../core/alert.ts';
import { builder, nodeIds, resultUnion } from '../graphql/builder.ts';
import { newestFirst } from '../graphql/newest-first.ts';
import { ChangeReceipt, Severity } from '../graphql/words.ts';
import type { ChannelChange, ChannelSaveInput } from './channels.ts';
import { AlertKind } from './graphql.ts';

const DeliveryStatus = builder.enumType('DeliveryStatus', {
  values: {
    PENDING: {},
    DELIVERED: {},
    FAILED: { description: 'It will be tried again at `nextRetryAt`.' },
    GIVEN_UP: { description: 'Seven attempts within some 2 h 43 min have failed.' },
  } as const,
});

const Delivery = builder.prismaObject('AlertDelivery', {
  name: 'Delivery',
  description: 'One alert on its way to one channel.',
  fields: (t) => ({
    id: t.exposeID('id'),
    at: t.expose('createdAt', { type: 'DateTime' }),
    status: t.field({
      type: DeliveryStatus,
      select: { status: true },
      resolve: ({ status }) => status as 'PENDING' | 'DELIVERED' | 'FAILED' | 'GIVEN_UP',
    }),
    attempt: t.exposeInt('attempt', { description: 'How many there have been.' }),
    nextRetryAt: t.expose('nextAt', { type: 'DateTime', nullable: true }),
    httpStatus: t.exposeInt('httpStatus', { nullable: true }),
    durationMs: t.exposeInt('durationMs', { nullable: true }),
    requestBody: t.expose('body', { type: 'JSON' }),
    responseSnippet: t.exposeString('response', { nullable: true }),
  }),
});

const ChannelType = builder.enumType('ChannelType', { values: ['WEBHOOK', 'SLACK', 'EMAIL'] as const });

nodeIds('chn', 'AlertChannel');
const AlertChannel = builder.prismaNode('AlertChannel', {
  id: { field: 'id' },
  nullable: true,
  authScopes: { scope: 'ALERTS_WRITE' },
  findUnique: (id, { caller }) => ({ id, organizationId: caller.organizationId }),
  fields: (t) => ({
    name: t.exposeString('name'),
    type: t.field({
      type: ChannelType,
      select: { type: true },
      resolve: ({ type }) => type as 'WEBHOOK' | 'SLACK' | 'EMAIL',
    }),
    summary: t.exposeString('summary', { description: 'Where it leads, without what is secret about it.' }),
    kinds: t.field({
      type: [AlertKind],
      select: { kinds: true },
      resolve: ({ kinds }) => kinds as (typeof alertKinds)[number][],
    }),
    minSeverity: t.field({
      type: Severity,
      select: { minSeverity: true },
      resolve: ({ minSeverity }) => minSeverity as 'INFO' | 'WARNING' | 'CRITICAL',
    }),
    enabled: t.exposeBoolean('enabled'),
    deliveries: t.prismaConnection(
      {
        type: Delivery,
        description: 'Newest first.',
        cursor: 'id',
        maxSize: 100,
        resolve: (query, { id }, _args, { prisma }) =>
          prisma.alertDelivery.findMany(newestFirst(query, { channelId: id })),
      },
      { name: 'DeliveryConnection' },
      { name: 'DeliveryEdge' },
    ),
  }),
});

builder.queryField('alertChannels', (t) =>
  t.prismaField({
    type: [AlertChannel],
    authScopes: { scope: 'ALERTS_WRITE' },
    resolve: (query, _root, _args, { prisma, caller }) =>
      prisma.alertChannel.findMany({
        ...query,
        where: { organizationId: caller.organizationId },
        orderBy: { name: 'asc' },
      }),
  }),
);

const ChannelSaved = builder.objectRef<ChannelChange>('ChannelSaved').implement({
  fields: (t) => ({
    id: t.id({ resolve: ({ channelId }) => channelId }),
    channel: t.prismaField({
      type: AlertChannel,
      nullable: true,
      description: 'Null when it was deleted.',
      resolve: (query, { channelId: id }, _args, { prisma, caller }) =>
        prisma.alertChannel.findUnique({ ...query, where: { id, organizationId: caller.organizationId } }),
    }),
    signingSecret: t.exposeString('signingSecret', {
      nullable: true,
      description:
        'Of a new webhook, shown this once: `glidepath-signature` is v1= and the HMAC-SHA256 with it, in hex, of `<glidepath-timestamp>.<body>`.',
    }),
    change: t.expose('change', { type: ChangeReceipt }),
  }),
});

const ChannelResult = resultUnion('ChannelResult', ChannelSaved, [
  'ValidationError',
  'NotFoundError',
  'ForbiddenError',
  'ConflictError',
  'IdempotencyConflictError',
  'UnavailableError',
]);

const WebhookChannelInput = builder.inputType('WebhookChannelInput', {
  fields: (t) => ({
    url: t.string({ required: true }),
    headers: t.field({ type: 'JSON', description: 'An object of further headers.' }),
  }),
});

const ChannelConfigInput = builder.inputType('ChannelConfigInput', {
  isOneOf: true,
  fields: (t) => ({
    webhook: t.field({ type: WebhookChannelInput }),
    slackWebhookUrl: t.string(),
    email: t.stringList({ description: 'Addresses; the operator has to configure a mail server.' }),
  }),
});

const ChannelSaveInputType = builder.inputType('ChannelSaveInput', {
  fields: (t) => ({
    id: t.id({ description: 'Of the channel to change; none = a new one.' }),
    name: t.string({ required: true }),
    config: t.field({ type: ChannelConfigInput, required: true }),
    kinds: t.field({ type: [AlertKind], required: true }),
    minSeverity: t.field({ type: Severity, defaultValue: 'WARNING' }),
    enabled: t.boolean({ defaultValue: true }),
    idempotencyKey: t.string(),
  }),
});

function targetOf({
  webhook,
  slackWebhookUrl,
  email,
}: typeof ChannelConfigInput.$inferInput): ChannelSaveInput['target'] {
  if (webhook) {
    const headers = webhook.headers as Record<string, string> | null | undefined;
    return { type: 'WEBHOOK', url: webhook.url, headers: headers ?? null };
  }
  return slackWebhookUrl != null ? { type: 'SLACK', url: slackWebhookUrl } : { type: 'EMAIL', to: email ?? [] };
}

builder.mutationField('channelSave', (t) =>
  t.field({
    type: ChannelResult,
    authScopes: { scope: 'ALERTS_WRITE' },
    args: { input: t.arg({ type: ChannelSaveInputType, required: true }) },
    resolve: (_root, { input: { config, minSeverity, enabled, ...input } }, { rooms, caller }) =>
      rooms.alerts.channelSave(caller, {
        ...input,
        target: targetOf(config),
        minSeverity: minSeverity ?? 'WARNING',
        enabled: enabled ?? true,
      }),
  }),
);

const byId = {
  channelTest: { room: 'channelTest', description: 'Sends a sample; `deliveries` says what became of it.' },
  channelDelete: { room: 'channelDelete', description: 'With its log of deliveries.' },
  deliveryRetry: { room: 'deliveryRetry', description: 'Tries a delivery once more, at once.' },
} as const;

for (const [name, { room, description }] of Object.entries(byId)) {
  builder.mutationField(name, (t) =>
    t.field({
      type: ChannelResult,
      description,
      authScopes: { scope: 'ALERTS_WRITE' },
      args: { id: t.arg.id({ required: true }) },
      resolve: (_root, { id }, { rooms, caller }) => rooms.alerts[room](caller, id),
    }),
  );
}
