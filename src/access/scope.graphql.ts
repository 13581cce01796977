import { scopes } from '../core/caller.ts';
import { builder } from '../graphql/builder.ts';

export const Scope = builder.enumType('Scope', { description: 'What an API key may do.', values: scopes });
