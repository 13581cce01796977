import type { EventFormat } from './event-stream.ts';

/** OpenAI's chat format; 4 MB hold any answer in one piece. */
export const chatEvents: EventFormat = { named: false, maxCharacters: 4 * 1024 * 1024, mending: createMending };

/**
 * Puts into the words of OpenAI's format what servers of that format say in words of their own: packages would take it
 * for something else, or for nothing they know.
 *
 * Tool calls are numbered in the order of their coming: some servers call each of them 0 and tell them apart by their
 * ids alone, and two calls would run into one. Content that comes as a list of parts becomes the text it is. Of several
 * choices only the first is the answer, as nobody asks for more: the others would be said in between.
 * @returns the data of an event; as it came when there was nothing to mend
 */
function createMending(): (data: string) => string {
  const numbered = createToolNumbers();
  return (data) => {
    // Most events are a few words of text.
    if (!/"tool_calls"|"content": *\[|"index": *[1-9]/.test(data)) return data;
    const chunk = parsed(data);
    if (!Array.isArray(chunk?.choices)) return data;
    const choices = chunk.choices.filter(({ index = 0 }) => index === 0);
    let changed = choices.length < chunk.choices.length;
    for (const { delta } of choices) {
      if (!delta) continue;
      if (Array.isArray(delta.content)) {
        delta.content = textOf(delta.content);
        changed = true;
      }
      for (const fragment of delta.tool_calls ?? []) {
        const number = numbered(fragment);
        changed ||= fragment.index !== number;
        fragment.index = number;
      }
    }
    return changed ? JSON.stringify({ ...chunk, choices }) : data;
  };
}

function textOf(parts: readonly { readonly text?: string }[]): string {
  return parts.map(({ text }) => text ?? '').join('');
}

/** @returns the number of the call that a fragment belongs to */
function createToolNumbers() {
  /** By the server's own number: the call that it stands for just now. */
  const current = new Map<number, Call>();
  const byId = new Map<string, Call>();
  let calls = 0;
  return ({ index = 0, id, function: called }: Fragment): number => {
    const known = (id && byId.get(id)) || current.get(index);
    // Some give each fragment another id; a new call says its name.
    const isNew = !known || (id && known.id && id !== known.id && called?.name);
    const call: Call = isNew ? { id: null, number: calls++ } : known;
    call.id ??= id || null;
    if (id) byId.set(id, call);
    current.set(index, call);
    return call.number;
  };
}

interface Call {
  id: string | null;
  readonly number: number;
}

interface Fragment {
  index?: number;
  readonly id?: string | null;
  readonly function?: { readonly name?: string | null } | null;
}

interface Chunk {
  readonly choices?: readonly {
    readonly index?: number;
    readonly delta?: {
      content?: string | readonly { readonly text?: string }[] | null;
      readonly tool_calls?: readonly Fragment[] | null;
    } | null;
  }[];
}

/** What is no JSON is for the package to complain about. */
function parsed(data: string): Chunk | null {
  try {
    return JSON.parse(data) as Chunk | null;
  } catch {
    return null;
  }
}
