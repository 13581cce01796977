import { type ComplexityResult, complexityFromQuery } from '@pothos/plugin-complexity';
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';
import { bySpecification, refusal } from './refusals.ts';

/**
 * What one operation may select, in fields that would have to be resolved: a list costs its selection ten times, a page
 * as many times as it is long (pages.ts).
 */
const costLimits = { complexity: 5000, breadth: 400 } as const;

/** An operation as it is about to be executed. */
export interface Operation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variableValues?: Readonly<Record<string, unknown>> | null | undefined;
}

/** Told by fields whose price is in their arguments (pages.ts). */
export interface Pricing {
  asksArguments: boolean;
}

/** Operations that may be executed whatever their variables are; true or false once that is known. */
const affordable = new WeakMap<OperationDefinitionNode, boolean>();

/**
 * Prices a valid operation, with its variables where its price depends on them, before anything of it has run.
 * @throws GraphQLError QUERY_TOO_COMPLEX; BAD_USER_INPUT when a page has no size, or a variable for it does not fit
 */
export function checkCost({ schema, document, operationName, variableValues }: Operation): void {
  const operation = operationOf(document, operationName);
  let always = affordable.get(operation);
  if (always === undefined) {
    always = isAffordable(operation, document, schema);
    affordable.set(operation, always);
  }
  if (!always) checkLimits(costOf(operation, document, schema, { ...variableValues }));
}

/** Coercing what a conversation holds only to throw it away would cost more than all the rest of the admission. */
function isAffordable(operation: OperationDefinitionNode, document: DocumentNode, schema: GraphQLSchema): boolean {
  const pricing: Pricing = { asksArguments: false };
  try {
    checkLimits(costOf({ ...operation, variableDefinitions: [] }, document, schema, {}, pricing));
    return !pricing.asksArguments;
  } catch {
    return false;
  }
}

function costOf(
  operation: OperationDefinitionNode,
  document: DocumentNode,
  schema: GraphQLSchema,
  variables: Record<string, unknown>,
  ctx: Pricing = { asksArguments: false },
): ComplexityResult {
  // The calculation takes the first operation it finds.
  const fragments = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  const alone: DocumentNode = { ...document, definitions: [operation, ...fragments] };
  return priced(() => complexityFromQuery(alone, { schema, variables, ctx }));
}

function checkLimits(cost: ComplexityResult): void {
  for (const [name, limit] of Object.entries(costLimits)) {
    const amount = cost[name as keyof typeof costLimits];
    if (amount <= limit) continue;
    const message = `The operation's ${name} is ${amount}; ${limit} is allowed. Select less or ask for shorter pages.`;
    throw refusal('QUERY_TOO_COMPLEX', message);
  }
}

/** @throws GraphQLError BAD_USER_INPUT when there is no such operation, or when it is not clear which is meant */
export function operationOf(document: DocumentNode, name: string | null | undefined): OperationDefinitionNode {
  const operation = getOperationAST(document, name);
  if (operation) return operation;
  const message = name
    ? `The document has no operation '${name}'.`
    : 'Say with operationName which operation to run; the document must have it.';
  throw refusal('BAD_USER_INPUT', message);
}

function priced<T>(calculate: () => T): T {
  try {
    return calculate();
  } catch (error) {
    if (error instanceof GraphQLError && error.extensions.code === undefined) {
      throw bySpecification(error, 'BAD_USER_INPUT');
    }
    throw error;
  }
}
