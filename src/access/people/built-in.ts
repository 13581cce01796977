import { type Scope, scopes } from '../../core/caller.ts';

/** A named set of scopes: one of these, or one that an organization made. */
export interface Role {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly scopes: readonly Scope[];
  readonly builtIn: boolean;
}

const looking = [
  'USAGE_READ',
  'ROUTES_READ',
  'PROVIDERS_READ',
  'BUDGETS_READ',
  'POLICIES_READ',
] as const satisfies Scope[];

const asking = ['COMPLETIONS_READ', 'COMPLETIONS_WRITE', 'FILES_READ', 'FILES_WRITE'] as const satisfies Scope[];

/** What every organization has, and cannot change: the people who meet at a gateway. */
export const builtInRoles: readonly Role[] = [
  builtIn('engineer', 'Engineer', 'Builds on the gateway: asks models, makes routes and keys, watches what happens.', [
    ...looking,
    ...asking,
    'COMPLETIONS_DEBUG',
    'ROUTES_WRITE',
    'ROUTES_PUBLISH',
    'KEYS_READ',
    'KEYS_WRITE',
    'ALERTS_WRITE',
  ]),
  builtIn('product', 'Product', 'Tries things out, and sees what they cost and how they do.', [...looking, ...asking]),
  builtIn('compliance', 'Compliance', 'Sets policies, reads what was said and done, and erases it.', [
    ...looking,
    'POLICIES_WRITE',
    'AUDIT_READ',
    'CONTENT_READ',
    'ERASURE_WRITE',
    'COMPLETIONS_READ',
    'FILES_READ',
    'KEYS_READ',
  ]),
  builtIn('finance', 'Finance', 'Sets budgets and prices the days, and hears when money runs out.', [
    'USAGE_READ',
    'BUDGETS_READ',
    'BUDGETS_WRITE',
    'ROUTES_READ',
    'PROVIDERS_READ',
    'KEYS_READ',
    'ALERTS_WRITE',
  ]),
  builtIn(
    'admin',
    'Admin',
    'May do everything in the organization.',
    // Founding further organizations is for the operator of the gateway, whose key is not a person's.
    scopes.filter((scope) => scope !== 'ORGANIZATIONS_WRITE'),
  ),
];

export const adminScopes: readonly Scope[] = builtInRoles.at(-1)!.scopes;

function builtIn(word: string, name: string, description: string, of: readonly Scope[]): Role {
  return { id: `role_${word}`, name, description, scopes: scopes.filter((scope) => of.includes(scope)), builtIn: true };
}
