import { invariant } from '../core/assert.ts';
import { callOf } from '../core/chat.ts';
import type { Ending, Hear, Question } from './answer-event.ts';
import type { CatalogueRow, Connection } from './catalogue-row.ts';
import { askChat } from './chat/index.ts';
import { withFetchedMedia } from './fetch-media.ts';
import { ask } from './language-model.ts';
import { askOther } from './other-models.ts';

/**
 * Puts one question of whichever kind to one model. The package that can ask it is loaded when it is needed.
 * @throws see language-model.ts, chat/ and other-models.ts
 */
export async function asked(
  row: CatalogueRow,
  connection: Connection,
  modelId: string,
  question: Question,
  signal: AbortSignal,
  hear: Hear,
): Promise<Ending> {
  const call = callOf(question.request);
  if (call) return askOther(row, connection, modelId, call, signal, hear);
  const { chat, model: open } = row;
  if (chat && (chat.speaks?.(modelId, question.request) ?? true)) {
    return askChat(row, chat, connection, modelId, question, signal, hear);
  }
  invariant(open, `models of ${row.kind} can be asked`);
  const overheard = overhear(connection.fetch);
  const model = await open(
    question.stream || !row.unread ? connection : { ...connection, fetch: overheard.fetch },
    modelId,
  );
  const request = await withFetchedMedia(row, model, question.request, connection, signal);
  const reread = (answer: Response) => open({ ...connection, fetch: async () => answer }, modelId);
  return ask(row, model, { ...question, request }, signal, hear, { reread, heard: overheard.heard });
}

/** The same way out, and the last answer that came in by it: not every package passes on what it was told. */
function overhear(send: typeof fetch): { readonly fetch: typeof fetch; readonly heard: () => Promise<unknown> } {
  let last: Promise<unknown> = Promise.resolve(undefined);
  return {
    fetch: async (input, init) => {
      const response = await send(input, init);
      const copy = response.clone();
      last = copy.json().catch(() => undefined);
      return response;
    },
    heard: () => last,
  };
}
