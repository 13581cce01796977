import SchemaBuilder from '@pothos/core';
import ComplexityPlugin from '@pothos/plugin-complexity';
import DataloaderPlugin from '@pothos/plugin-dataloader';
import PrismaPlugin from '@pothos/plugin-prisma';
import RelayPlugin from '@pothos/plugin-relay';
import ScopeAuthPlugin, { type AuthFailure } from '@pothos/plugin-scope-auth';
import type { Scope } from '../core/caller.ts';
import type { Json } from '../core/json.ts';
import { ForbiddenProblem } from '../core/problem.ts';
import type PrismaTypes from '../generated/pothos-types.ts';
import { getDatamodel } from '../generated/pothos-types.ts';
import type { Context } from './context.ts';
import { noteDenial } from './denials.ts';
import { typenameOf } from './ids.ts';
import PagesPlugin from './pages.ts';
import ProblemsPlugin from './problems.ts';

/**
 * The one Pothos builder: plugins and their settings, no types. Rooms import it through builder.ts, where the scalars
 * and the errors have been added.
 */
export const builder = new SchemaBuilder<{
  Context: Context;
  PrismaTypes: PrismaTypes;
  AuthScopes: { scope: Scope; anyone: boolean };
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: Date; Output: Date };
    JSON: { Input: NonNullable<Json>; Output: unknown };
    BigInt: { Input: bigint; Output: bigint };
    SafeInt: { Input: number; Output: number };
    Decimal: { Input: string; Output: string };
    Duration: { Input: string; Output: string };
  };
  DefaultFieldNullability: false;
  DefaultEdgesNullability: false;
  DefaultNodeNullability: false;
}>({
  // The last has the first word about a field, the first the last: Problems catches what the scope plugin refuses, and
  // Pages replaces the price that Complexity would put on a connection.
  plugins: [
    ProblemsPlugin,
    ScopeAuthPlugin,
    PagesPlugin,
    ComplexityPlugin,
    RelayPlugin,
    PrismaPlugin,
    DataloaderPlugin,
  ],
  defaultFieldNullability: false,
  prisma: {
    client: ({ prisma }) => prisma,
    dmmf: getDatamodel(),
    exposeDescriptions: true,
    filterConnectionTotalCount: true,
  },
  relay: {
    // Ids carry their type as a prefix and are pasted from logs: they stay as they are.
    encodeGlobalID: (_typename, id) => String(id),
    decodeGlobalID: (id) => ({ typename: typenameOf(id), id }),
    nodesOnConnection: true,
    nodeQueryOptions: {
      authScopes: { anyone: true },
      description: 'Anything by its id; null when there is no such thing for you.',
    },
    nodesQueryOptions: false,
  },
  scopeAuth: {
    authorizeOnSubscribe: true,
    authScopes: ({ caller }) => ({ scope: (scope) => caller.scopes.has(scope), anyone: true }),
    unauthorizedError(_parent, context, info, { failure }) {
      const problem = new ForbiddenProblem(context.caller, missingScopes(failure));
      noteDenial(context, info, problem);
      return problem;
    },
  },
  // Only the price of each field. The bill is added up and refused in cost.ts, before anything has run.
  complexity: { disabled: true, defaultComplexity: 1, defaultListMultiplier: 10 },
});

/** The type parameter of the builder, for the few places that must name it. */
export type SchemaTypesOfHouse = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer Types> ? Types : never;

builder.queryType({});
builder.mutationType({});
builder.subscriptionType({});

function missingScopes(failure: AuthFailure): string[] {
  if ('failures' in failure) return failure.failures.flatMap(missingScopes);
  return 'parameter' in failure ? [String(failure.parameter)] : [];
}
