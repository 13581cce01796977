import { GraphQLError, type GraphQLSchema, Kind } from 'graphql';
import { ValidationProblem } from '../core/problem.ts';
import { createDocuments } from './documents.ts';

export interface DocumentRead {
  readonly name: string;
  readonly kind: 'QUERY' | 'MUTATION' | 'SUBSCRIPTION';
}

/**
 * What a document to be registered is.
 * @throws ValidationProblem for one that the endpoint would not run, and for more or less than one named operation
 */
export function readDocument(schema: GraphQLSchema, text: string): DocumentRead {
  const documents = createDocuments(schema);
  try {
    const document = documents.parse(text);
    const [error] = documents.validate(document);
    if (error) throw error;
    const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
    const [only, ...others] = operations;
    if (!only?.name || others.length > 0) {
      throw ValidationProblem.at('document', 'INVALID', 'A document to be registered has one operation, with a name.');
    }
    return { name: only.name.value, kind: only.operation.toUpperCase() as DocumentRead['kind'] };
  } catch (error) {
    if (error instanceof GraphQLError) throw ValidationProblem.at('document', 'INVALID', error.message);
    throw error;
  }
}
