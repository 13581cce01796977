import { GraphQLSchema, graphql } from 'graphql';
import type { Caller } from '../../src/core/caller.ts';
import type { Runtime } from '../../src/core/runtime.ts';
import { builder } from '../../src/graphql/builder.ts';
import type { Context } from '../../src/graphql/context.ts';
import type { Database } from '../../src/platform/database/database.ts';
import type { Rooms } from '../../src/rooms.ts';
import '../../src/budgets/graphql.ts'; // ticks name the budgets at risk
import '../../src/policies/graphql.ts'; // policies show their hits
import '../../src/usage/graphql.ts';
import type { Usage } from '../../src/usage/index.ts';
import { noAudit } from '../support/no-audit.ts';
import { aCaller } from './records.ts';

/** This room changes nothing and tells no news, and GraphQL knows no empty types. */
const schema = new GraphQLSchema({ ...builder.toSchema().toConfig(), assumeValid: true });

/** Asks the usage room alone, over its GraphQL types; throws the first error of an answer. */
export function asking(database: Database, usage: Usage, runtime: Runtime) {
  return async function ask<Data>(source: string, variableValues: object, caller: Caller = aCaller('org_a')) {
    const contextValue: Context = {
      caller,
      runtime,
      rooms: { audit: noAudit, usage } as Rooms,
      prisma: database.prisma,
      trace: null,
      signal: new AbortController().signal,
    };
    const answer = await graphql({ schema, source, contextValue, variableValues: { ...variableValues } });
    if (answer.errors?.[0]) throw answer.errors[0].originalError ?? answer.errors[0];
    return JSON.parse(JSON.stringify(answer.data)) as Data;
  };
}
