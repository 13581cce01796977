import { builder } from '../graphql/builder.ts';
import { Withheld } from '../graphql/words.ts';
import { type Shown, show } from './show.ts';

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
    resolve: ({ id }, _args, { rooms, caller }) => show(rooms, caller, id),
  }),
);
