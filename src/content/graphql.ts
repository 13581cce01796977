import type { SaidInCall } from '../core/content.ts';
import { reading } from '../core/happening.ts';
import { builder } from '../graphql/builder.ts';
import { Withheld } from '../graphql/words.ts';

interface Shown {
  readonly said: SaidInCall | null;
  readonly withheld: typeof Withheld.$inferType | null;
}

const RequestContent = builder.objectRef<Shown>('RequestContent').implement({
  description: 'What was asked and answered, as far as logging policies keep it. Reading it is audited.',
  fields: (t) => ({
    input: t.field({ type: 'JSON', nullable: true, description: 'The messages.', resolve: ({ said }) => said?.input }),
    output: t.field({
      type: 'JSON',
      nullable: true,
      description: 'The parts of the answer.',
      resolve: ({ said }) => said?.output,
    }),
    withheld: t.expose('withheld', { type: Withheld, nullable: true, description: 'Why there is nothing to read.' }),
  }),
});

builder.prismaObjectField('GatewayRequest', 'content', (t) =>
  t.field({
    type: RequestContent,
    description: 'Needs CONTENT_READ.',
    complexity: 50,
    select: { id: true },
    resolve: async ({ id }, _args, { rooms, caller }): Promise<Shown> => {
      const happening = reading(caller, 'GatewayRequest', id, null);
      if (!caller.scopes.has('CONTENT_READ')) {
        rooms.audit.noteOnce({ ...happening, outcome: 'DENIED', reason: 'Missing: CONTENT_READ' });
        return { said: null, withheld: { reason: 'NO_PERMISSION', policy: null, until: null } };
      }
      const found = await rooms.content.read(caller.organizationId, id);
      if ('withheld' in found) {
        const { withheld: reason, policy, until } = found;
        return { said: null, withheld: { reason, policy, until } };
      }
      // Nobody reads it before it is written down that they did.
      await rooms.audit.write(happening);
      return { said: found, withheld: null };
    },
  }),
);
