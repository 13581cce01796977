import { type DocumentNode, type GraphQLSchema, Kind, type OperationDefinitionNode, type Source } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { bodyLimits, tooLarge } from './body.ts';
import type { Arrival } from './context.ts';
import { checkCost, type Operation, operationOf } from './cost.ts';
import { createDocuments } from './documents.ts';

/** Root fields that carry content, and may come in larger messages than everything else. */
const dataPlane: ReadonlySet<string> = new Set([
  'completionCreate',
  'completionStream',
  'embeddingCreate',
  'imageGenerate',
  'speechCreate',
  'transcriptionCreate',
  'rerank',
  'fileCreate',
]);

/**
 * The one way in for operations, whatever they came by: limits of the text, parsing, limits of the tree, size of the
 * message, validation, price. The transports have authenticated the caller before, and ask yoga for exactly these
 * steps (`getEnveloped`), so none of them can leave one out.
 */
export function admission(schema: GraphQLSchema): Plugin<Arrival> {
  const documents = createDocuments(schema);
  return {
    onParse({ setParseFn }) {
      setParseFn((source: string | Source) => documents.parse(typeof source === 'string' ? source : source.body));
      return ({ result, context }) => {
        if (result instanceof Error) return;
        const operation = operationOf(result as DocumentNode, context.params.operationName);
        const limit = isDataPlane(operation) ? bodyLimits.dataPlane : bodyLimits.controlPlane;
        if (context.bytes > limit) throw tooLarge(limit);
      };
    },
    onValidate({ params, setResult }) {
      setResult(documents.validate(params.documentAST));
    },
    onExecute: priced,
    onSubscribe: priced,
  };
}

function priced({ args }: { args: Operation }): void {
  checkCost(args);
}

function isDataPlane({ selectionSet }: OperationDefinitionNode): boolean {
  return selectionSet.selections.every(
    (selection) => selection.kind === Kind.FIELD && dataPlane.has(selection.name.value),
  );
}
