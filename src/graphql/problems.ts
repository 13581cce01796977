import SchemaBuilder, { BasePlugin, type PothosOutputFieldConfig, type SchemaTypes } from '@pothos/core';
import type { GraphQLFieldResolver } from 'graphql';
import { ForbiddenProblem, Problem } from '../core/problem.ts';
import type { Context } from './context.ts';
import { noteDenial } from './denials.ts';

const NAME = 'problems';

declare global {
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> {
      [NAME]: ProblemsPlugin<Types>;
    }
  }
}

/**
 * Turns a Problem thrown by a field into the value of the field, where the field's type is a union that has a place
 * for it; everything else stays an exception. Registered first, so it also catches refusals of the scope plugin.
 * (@pothos/plugin-errors would need a union of its own for every field; ours are shared by all writes of a thing.)
 */
class ProblemsPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(
    resolve: GraphQLFieldResolver<unknown, Types['Context'], object>,
    field: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types['Context'], object> {
    if (field.type.kind !== 'Union') return resolve;
    const { ref } = field.type;
    return async (parent, args, context, info) => {
      try {
        return await resolve(parent, args, context, info);
      } catch (error) {
        if (error instanceof ForbiddenProblem) noteDenial(context as Context, info, error);
        // As plain data: the executor would throw an Error again, even one that was returned.
        if (error instanceof Problem && resultUnions.get(ref as object)?.has(error.type)) return error.toJSON();
        throw error;
      }
    };
  }
}

/** Which problems each result union has a place for; filled by builder.ts's `resultUnion`. */
export const resultUnions = new Map<object, ReadonlySet<string>>();

SchemaBuilder.registerPlugin(NAME, ProblemsPlugin);

export default NAME;
