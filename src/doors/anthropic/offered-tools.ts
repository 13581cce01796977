import type { AskedBody, ResultBlock } from './body.ts';

type Tool = NonNullable<AskedBody['tools']>[number];
type Message = AskedBody['messages'][number];

/**
 * The tools that the model is told of. As with Anthropic, one that is deferred is left out until the conversation brings it
 * up: what a search for tools gave back refers to it, or a system message adds it. What a system message takes away is
 * offered no more. A tool that must be called is always told of.
 */
export function offeredTools({ tools, messages, tool_choice }: AskedBody): readonly Tool[] {
  const declared = tools ?? [];
  const defined: Tool[] = [];
  const offered = new Set(declared.filter(({ defer_loading }) => !defer_loading).map(({ name }) => name));
  for (const { name, definition, isOffered } of messages.flatMap(changesIn)) {
    if (definition) defined.push(definition);
    if (isOffered) offered.add(name);
    else offered.delete(name);
  }
  if (tool_choice?.type === 'tool') offered.add(tool_choice.name);
  return [...declared, ...defined].filter(({ name }) => offered.has(name));
}

interface Change {
  readonly name: string;
  /** Where the tool is not among those of the request. */
  readonly definition?: Tool;
  readonly isOffered: boolean;
}

function changesIn({ role, content }: Message): Change[] {
  if (typeof content === 'string' || role === 'assistant') return [];
  return content.flatMap((block): Change | Change[] => {
    switch (block.type) {
      case 'tool_result':
        return broughtUp(block);
      case 'tool_addition':
        return block.tool.type === 'tool_definition'
          ? { name: block.tool.definition.name, definition: block.tool.definition, isOffered: true }
          : { name: block.tool.name, isOffered: true };
      case 'tool_removal':
        return { name: block.tool.name, isOffered: false };
      default:
        return [];
    }
  });
}

function broughtUp({ content }: ResultBlock): Change[] {
  if (typeof content === 'string') return [];
  return (content ?? []).flatMap((piece) =>
    piece.type === 'tool_reference' ? [{ name: piece.tool_name, isOffered: true }] : [],
  );
}
