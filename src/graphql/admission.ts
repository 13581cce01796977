import { type DocumentNode, Kind, type OperationDefinitionNode, type Source } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { bodyLimits, tooLarge } from './body.ts';
import type { Arrival } from './context.ts';
import { checkCost, operationOf } from './cost.ts';
import type { Documents } from './documents.ts';
import { execute } from './execute.ts';
import type { Subscribe } from './subscriptions.ts';

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
 * message, validation, price. The transports have authenticated the caller before. What is hot takes the same steps, by
 * the same functions, without yoga: lane.ts, event-lane.ts, and all that comes over a WebSocket (websocket/protocol.ts).
 */
export function admission(documents: Documents, subscribe: Subscribe): Plugin<Arrival> {
  return {
    onParse({ setParseFn }) {
      setParseFn((source: string | Source) => documents.parse(typeof source === 'string' ? source : source.body));
      return ({ result, context }) => {
        if (result instanceof Error) return;
        checkSize(operationOf(result as DocumentNode, context.params.operationName), context.bytes);
      };
    },
    onValidate({ params, setResult }) {
      setResult(documents.validate(params.documentAST));
    },
    onExecute({ args, setExecuteFn }) {
      checkCost(args);
      setExecuteFn(execute);
    },
    onSubscribe({ args, setSubscribeFn }) {
      checkCost(args);
      setSubscribeFn(subscribe);
    },
  };
}

/** @throws GraphQLError 413 when the message is larger than one of its kind may be */
export function checkSize(operation: OperationDefinitionNode, bytes: number): void {
  const limit = isDataPlane(operation) ? bodyLimits.dataPlane : bodyLimits.controlPlane;
  if (bytes > limit) throw tooLarge(limit);
}

function isDataPlane({ selectionSet }: OperationDefinitionNode): boolean {
  return selectionSet.selections.every(
    (selection) => selection.kind === Kind.FIELD && dataPlane.has(selection.name.value),
  );
}
