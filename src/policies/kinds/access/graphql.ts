import type { z } from 'zod';
import { builder } from '../../../graphql/builder.ts';
import type { access } from './definition.ts';

type Access = z.output<typeof access.config>;
const copy = (names: readonly string[] | null) => names && [...names];

export const AccessRule = builder.objectRef<Access>('AccessRule').implement({
  description: 'Which models, providers and tools may be used: names with `*`; null allows all.',
  fields: (t) => ({
    allowModels: t.stringList({ nullable: true, resolve: ({ allowModels }) => copy(allowModels) }),
    denyModels: t.stringList({ nullable: true, resolve: ({ denyModels }) => copy(denyModels) }),
    allowTools: t.stringList({ nullable: true, resolve: ({ allowTools }) => copy(allowTools) }),
    denyTools: t.stringList({ nullable: true, resolve: ({ denyTools }) => copy(denyTools) }),
    allowProviders: t.stringList({ nullable: true, resolve: ({ allowProviders }) => copy(allowProviders) }),
  }),
});

export const AccessRuleInput = builder.inputType('AccessRuleInput', {
  fields: (t) => ({
    allowModels: t.stringList({ description: 'provider/model, e.g. openai/*' }),
    denyModels: t.stringList(),
    allowTools: t.stringList({ description: 'A call that offers another tool is refused.' }),
    denyTools: t.stringList(),
    allowProviders: t.stringList({ description: 'By their slugs.' }),
  }),
});
