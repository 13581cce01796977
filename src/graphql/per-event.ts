import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  GraphQLObjectType,
  GraphQLSchema,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { oncePer } from '../core/once-per.ts';

type Answer = (args: ExecutionArgs, event: unknown) => ExecutionResult | Promise<ExecutionResult>;

/**
 * Carries the operation of a subscription out for one of its events. Its field was given its arguments when it began, and
 * has none here: else all that a conversation holds would be coerced anew for every word of the answer.
 */
export function perEvent(schema: GraphQLSchema): Answer {
  const { subscription, types, ...rest } = schema.toConfig();
  if (!subscription) throw new Error('The schema has no subscriptions.');
  const root = new GraphQLObjectType({ ...subscription.toConfig(), fields: withoutArguments(subscription) });
  const others = types.filter((type) => type !== subscription);
  const schemaOfEvents = new GraphQLSchema({ ...rest, types: others, subscription: root, assumeValid: true });
  const documentOfEvents = oncePer((document: DocumentNode) => bare(document, schema));
  return (args, event) =>
    execute({ ...args, schema: schemaOfEvents, document: documentOfEvents(args.document), rootValue: event }) as
      | ExecutionResult
      | Promise<ExecutionResult>;
}

function withoutArguments(root: GraphQLObjectType) {
  const fields = Object.entries(root.toConfig().fields);
  return Object.fromEntries(fields.map(([name, field]) => [name, { ...field, args: {} }]));
}

/** Without the arguments of subscriptions, and without the variables that nothing else asks for. */
function bare(document: DocumentNode, schema: GraphQLSchema): DocumentNode {
  const types = new TypeInfo(schema);
  const unasked = visit(
    document,
    visitWithTypeInfo(types, {
      Field: (field) =>
        types.getParentType() === schema.getSubscriptionType() ? { ...field, arguments: [] } : undefined,
    }),
  );
  const asked = new Set<string>();
  visit(unasked, { VariableDefinition: () => false, Variable: ({ name }) => void asked.add(name.value) });
  return visit(unasked, {
    VariableDefinition: ({ variable }) => (asked.has(variable.name.value) ? undefined : null),
  });
}
