import { digestOf } from '../../../core/digest.ts';
import { fieldsOf, type Json, jsonIn } from '../../../core/json.ts';
import type { CallInput } from '../../call-input.ts';
import type { ResponsesBody, ToolShape } from './body.ts';

type Tools = NonNullable<CallInput['tools']>;
type Inline = NonNullable<Tools['inline']>[number];

/** A tool of theirs. With us each is a function, by a name of its own. */
export type Called =
  | { readonly kind: 'function' | 'custom'; readonly name: string; readonly namespace?: string | null | undefined }
  | { readonly kind: 'search' };

/** The tools of one request, there and here. */
export interface ToolBook {
  /** Those that the model is told of. */
  readonly offered: readonly Inline[];
  /** What is called by one of our names; a function of that name, where it is none of the request's. */
  calledBy(name: string): Called;
}

/**
 * The tools of a request: those that it declares, those that its input adds, and of deferred ones those that a search has
 * found. A later tool of the same name takes the place of an earlier one.
 */
export function toolBook({ tools, input }: Pick<ResponsesBody, 'tools' | 'input'>): ToolBook {
  const called = new Map<string, Called>();
  const offered = new Map<string, Inline>();
  const add = (shapes: readonly ToolShape[], isFound = false) => {
    for (const { tool, as, isDeferred } of shapes.flatMap(entriesOf)) {
      called.set(tool.name, as);
      if (!isDeferred || isFound) offered.set(tool.name, tool);
    }
  };
  add(tools ?? []);
  for (const item of typeof input === 'string' ? [] : input) {
    if (item.type === 'additional_tools') add(item.tools);
    if (item.type === 'tool_search_output') add(item.tools, true);
  }
  return {
    offered: [...offered.values()],
    calledBy: (name) => called.get(name) ?? { kind: 'function', name },
  };
}

const SEARCH = 'tool_search';
const LONGEST_NAME = 64;

/** Our name for it: `github__search` for a tool in a namespace, shortened where no provider takes as much. */
export function nameOf(called: Called): string {
  if (called.kind === 'search') return SEARCH;
  if (called.namespace == null) return called.name;
  const whole = `${called.namespace}__${called.name}`;
  if (whole.length <= LONGEST_NAME) return whole;
  const mark = digestOf([whole]).slice(0, 8);
  return `${whole.slice(0, LONGEST_NAME - mark.length - 1)}_${mark}`;
}

interface Entry {
  readonly tool: Inline;
  readonly as: Called;
  readonly isDeferred: boolean;
}

function entriesOf(shape: ToolShape): Entry[] {
  switch (shape.type) {
    case 'tool_search':
      return [entry({ kind: 'search' }, shape)];
    case 'namespace':
      // What is said of all of them is said once.
      return shape.tools.map((tool, place) =>
        entry(
          { kind: tool.type, name: tool.name, namespace: shape.name },
          place === 0
            ? { ...tool, description: [shape.description, tool.description].filter(Boolean).join('\n\n') }
            : tool,
        ),
      );
    default:
      return [entry({ kind: shape.type, name: shape.name }, shape)];
  }
}

function entry(as: Called, shape: Exclude<ToolShape, { type: 'namespace' }>): Entry {
  const tool = { name: nameOf(as), description: shape.description ?? '', strict: false };
  const isDeferred = shape.defer_loading === true;
  if (shape.type === 'custom') {
    const { syntax, definition } = shape.format ?? {};
    const grammar = definition ? `\n\nIts input follows this grammar (${syntax ?? 'any'}):\n${definition}` : '';
    return { tool: { ...tool, description: tool.description + grammar, inputSchema: TEXT }, as, isDeferred };
  }
  const inputSchema = shape.parameters ?? { type: 'object', properties: {} };
  const strict = shape.type === 'function' && shape.strict === true;
  return { tool: { ...tool, inputSchema, strict }, as, isDeferred };
}

/** What a custom tool takes is a text, which is one field of a function's arguments. */
const TEXT = {
  type: 'object',
  properties: { input: { type: 'string', description: 'The whole input, as it is.' } },
  required: ['input'],
  additionalProperties: false,
};

export function argumentsOfText(input: string): { readonly input: string } {
  return { input };
}

/** What a model wrote for a custom tool; all of it, where it did not keep to the form. */
export function textOfArguments(rawArguments: string): string {
  const { input } = fieldsOf(jsonIn(rawArguments));
  return typeof input === 'string' ? input : rawArguments;
}

/** What a model looks for. */
export function searchOfArguments(rawArguments: string): Json {
  return jsonIn(rawArguments) ?? {};
}
