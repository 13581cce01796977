import { type DocumentNode, GraphQLError, type GraphQLSchema, parse, specifiedRules, validate } from 'graphql';
import { LRUCache } from 'lru-cache';
import { checkDocument, checkText } from './limits.ts';
import { bySpecification } from './refusals.ts';

/** Parsed and validated documents of one schema. Clients send the same few again and again. */
export interface Documents {
  /** @throws GraphQLError GRAPHQL_PARSE_FAILED or QUERY_TOO_COMPLEX */
  parse(text: string): DocumentNode;
  /** The document, when it has been parsed here and may be executed. */
  known(text: string): DocumentNode | null;
  /** Empty when the document may be executed; else at most 5 complaints, GRAPHQL_VALIDATION_FAILED. */
  validate(document: DocumentNode): readonly GraphQLError[];
}

/** Bounded by the documents' text; a tree takes some fifty times its text. */
const CACHED_CHARACTERS = 500_000;
const MAX_ERRORS = 5;

export function createDocuments(schema: GraphQLSchema): Documents {
  const parsed = new LRUCache<string, DocumentNode>({ maxSize: CACHED_CHARACTERS, sizeCalculation: sizeOf });
  const valid = new WeakSet<DocumentNode>();
  return {
    parse(text) {
      const known = parsed.get(text);
      if (known) return known;
      const document = parseText(text);
      checkDocument(document);
      // Forgotten when there is no room for it; only what is kept can be asked for again.
      parsed.set(text, document);
      return document;
    },
    known(text) {
      const document = parsed.get(text);
      return document && valid.has(document) ? document : null;
    },
    validate(document) {
      if (valid.has(document)) return [];
      // One more than the maximum is the note that there are more.
      const errors = validate(schema, document, specifiedRules, { maxErrors: MAX_ERRORS }).slice(0, MAX_ERRORS);
      if (errors.length === 0) valid.add(document);
      return errors.map((error) => bySpecification(error, 'GRAPHQL_VALIDATION_FAILED'));
    },
  };
}

function parseText(text: string): DocumentNode {
  try {
    checkText(text);
    return parse(text);
  } catch (error) {
    if (!(error instanceof GraphQLError) || error.extensions.code !== undefined) throw error;
    throw bySpecification(error, 'GRAPHQL_PARSE_FAILED');
  }
}

function sizeOf(_document: DocumentNode, text: string): number {
  return text.length + 1;
}
