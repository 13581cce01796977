import {
  type DefinitionNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  Lexer,
  type SelectionNode,
  type SelectionSetNode,
  Source,
  TokenKind,
  visit,
} from 'graphql';
import { refusal } from './refusals.ts';

/**
 * How large a document may be. Checked before validation, whose rules are quadratic in places, and, for what the
 * parser would recurse into, before parsing. Our own and not graphql-armor's, because that one does not count
 * `__typename` and throws inside `validate`, which closes a whole WebSocket.
 */
export const documentLimits = {
  /** Long texts belong into variables. */
  characters: 128 * 1024,
  /** graphql-js counts them from the top for every place it reports. */
  lines: 5000,
  tokens: 2000,
  /** Brackets of any kind inside each other: lists, objects, selections, types. */
  nesting: 64,
  /** The introspection query of graphql-js is 15 deep. */
  depth: 15,
  aliases: 30,
  directivesPerNode: 5,
  directives: 50,
  rootFields: 20,
  fragments: 50,
  /** Selected fields, every spread of a fragment counted anew, `__typename` too. */
  fields: 1000,
} as const;

/**
 * Reads tokens only: no recursion, so no stack to overflow.
 * @throws GraphQLError QUERY_TOO_COMPLEX, or the lexer's own syntax error
 */
export function checkText(text: string): void {
  const { characters, lines, tokens, nesting } = documentLimits;
  if (text.length > characters) {
    const message = `The document has ${text.length} characters; ${characters} are allowed. Put long texts into variables.`;
    throw refusal('QUERY_TOO_COMPLEX', message, 413);
  }
  const lexer = new Lexer(new Source(text));
  let depth = 0;
  for (let count = 0; lexer.advance().kind !== TokenKind.EOF; count++) {
    if (count >= tokens) throw exceeded('tokens', tokens);
    if (lexer.line > lines) throw exceeded('lines', lines);
    const { kind } = lexer.token;
    if (opening.has(kind)) depth++;
    else if (closing.has(kind)) depth--;
    if (depth > nesting) throw exceeded('nested brackets', nesting);
  }
}

const opening: ReadonlySet<TokenKind> = new Set([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L]);
const closing: ReadonlySet<TokenKind> = new Set([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R]);

/**
 * Walks the syntax tree once, each fragment once. Cycles are left to validation, which has the better words for them.
 * @throws GraphQLError QUERY_TOO_COMPLEX names the limit
 */
export function checkDocument(document: DocumentNode): void {
  checkDirectives(document);
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  if (fragments.size > documentLimits.fragments) throw exceeded('fragments', documentLimits.fragments);
  const sizeOf = measure(fragments);
  for (const definition of document.definitions) checkSize(definition, sizeOf);
}

function checkDirectives(document: DocumentNode): void {
  let total = 0;
  visit(document, {
    enter(node) {
      const count = 'directives' in node ? (node.directives?.length ?? 0) : 0;
      total += count;
      if (count > documentLimits.directivesPerNode) {
        throw exceeded('directives on one node', documentLimits.directivesPerNode);
      }
      if (total > documentLimits.directives) throw exceeded('directives', documentLimits.directives);
    },
  });
}

function checkSize(definition: DefinitionNode, sizeOf: (selectionSet: SelectionSetNode) => Size): void {
  if (!('selectionSet' in definition) || !definition.selectionSet) return;
  const { width, fields, aliases, depth } = sizeOf(definition.selectionSet);
  const isOperation = definition.kind === Kind.OPERATION_DEFINITION;
  if (depth > documentLimits.depth) throw exceeded('levels of depth', documentLimits.depth);
  if (aliases > documentLimits.aliases) throw exceeded('aliases', documentLimits.aliases);
  if (isOperation && width > documentLimits.rootFields) throw exceeded('root fields', documentLimits.rootFields);
  if (fields > documentLimits.fields) throw exceeded('selected fields', documentLimits.fields);
}

interface Size {
  /** Fields of this very level, those of its fragments included. */
  readonly width: number;
  readonly fields: number;
  readonly aliases: number;
  readonly depth: number;
}

const nothing: Size = { width: 0, fields: 0, aliases: 0, depth: 0 };

function measure(fragments: ReadonlyMap<string, FragmentDefinitionNode>): (selectionSet: SelectionSetNode) => Size {
  const known = new Map<string, Size>();
  return sizeOf;

  function sizeOf({ selections }: SelectionSetNode): Size {
    return selections.map(sizeOfSelection).reduce(sum, nothing);
  }

  function sizeOfSelection(selection: SelectionNode): Size {
    if (selection.kind === Kind.INLINE_FRAGMENT) return sizeOf(selection.selectionSet);
    if (selection.kind === Kind.FRAGMENT_SPREAD) return sizeOfFragment(selection.name.value);
    const inside = selection.selectionSet ? sizeOf(selection.selectionSet) : nothing;
    const aliases = inside.aliases + (selection.alias ? 1 : 0);
    return { width: 1, fields: inside.fields + 1, aliases, depth: inside.depth + 1 };
  }

  function sizeOfFragment(name: string): Size {
    const fragment = fragments.get(name);
    if (!fragment) return nothing;
    const earlier = known.get(name);
    if (earlier) return earlier;
    known.set(name, nothing); // what a fragment that spreads itself finds
    const size = sizeOf(fragment.selectionSet);
    known.set(name, size);
    return size;
  }
}

function sum(a: Size, b: Size): Size {
  return {
    width: a.width + b.width,
    fields: a.fields + b.fields,
    aliases: a.aliases + b.aliases,
    depth: Math.max(a.depth, b.depth),
  };
}

function exceeded(what: string, limit: number) {
  return refusal('QUERY_TOO_COMPLEX', `The document has more than ${limit} ${what}. Split it into several operations.`);
}
