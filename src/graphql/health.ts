import { builder } from './builder.ts';
import { HealthStatus } from './words.ts';

type Status = (typeof HealthStatus)['$inferType'];

interface Check {
  readonly name: string;
  readonly status: Status;
  readonly since: Date | null;
  readonly message: string | null;
}

const HealthCheck = builder.objectRef<Check>('HealthCheck').implement({
  fields: (t) => ({
    name: t.exposeString('name'),
    status: t.expose('status', { type: HealthStatus }),
    since: t.expose('since', { type: 'DateTime', nullable: true, description: 'Of what is not well.' }),
    message: t.exposeString('message', { nullable: true }),
  }),
});

const Health = builder.objectRef<readonly Check[]>('Health').implement({
  description: 'How the instance that answers is doing.',
  fields: (t) => ({
    status: t.field({
      type: HealthStatus,
      description: 'The worst of the checks.',
      resolve: (checks) =>
        (['DOWN', 'DEGRADED', 'UNKNOWN'] as const).find((bad) => checks.some(({ status }) => status === bad)) ??
        'HEALTHY',
    }),
    checks: t.field({ type: [HealthCheck], resolve: (checks) => [...checks] }),
  }),
});

builder.queryField('health', (t) =>
  t.field({
    type: Health,
    authScopes: { anyone: true },
    resolve: async (_root, _args, { rooms }): Promise<Check[]> => {
      const { degradedSince, decidedLocally, failedClosed } = await rooms.limits.health();
      const limits: Pick<Check, 'status' | 'since'> =
        degradedSince === null
          ? { status: 'HEALTHY', since: null }
          : { status: 'DEGRADED', since: new Date(degradedSince) };
      const pressure = rooms.usage.pressure();
      return [
        {
          ...limits,
          name: 'limits.localShare',
          message: `Since its start this instance has counted alone, within its shares, ${decidedLocally} times.`,
        },
        {
          ...limits,
          name: 'limits.failClosed',
          message: `Since its start this instance has refused ${failedClosed} calls that could not be counted.`,
        },
        {
          name: 'books',
          status: pressure >= 1 ? 'DOWN' : pressure > 0.5 ? 'DEGRADED' : 'HEALTHY',
          since: null,
          message: `${Math.round(pressure * 100)} % of the queue of records is in use.`,
        },
      ];
    },
  }),
);
