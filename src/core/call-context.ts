import type { Tag } from './chat.ts';
import { keepable } from './plain-text.ts';

/** What a caller may say around any call, whatever it asks. */
export interface CallContext {
  readonly endUser: string | null;
  /** The agent run it belongs to. */
  readonly agent: { readonly runId: string; readonly name: string | null } | null;
  readonly tags: readonly Tag[];
}

export interface CallContextInput {
  readonly endUser?: string | null | undefined;
  readonly run?: { readonly runId: string; readonly agent?: string | null | undefined } | null | undefined;
  readonly tags?: readonly Tag[] | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
}

/** Notes one thing that is wrong with an input; see InputIssue. */
export type Report = (path: string, code: string, message: string, suggestions?: readonly string[]) => void;

const MAX_TAGS = 20;
const MAX_NAME = 256;

/** Names are what history and ledgers can keep of them: half of a smiley in a tag refuses no call. */
export function callContextOf({ endUser, run, tags, idempotencyKey }: CallContextInput, report: Report): CallContext {
  if (idempotencyKey != null && !/^[\x21-\x7e]{1,255}$/.test(idempotencyKey)) {
    report('idempotencyKey', 'INVALID', 'An idempotency key has 1 to 255 visible ASCII characters.');
  }
  return {
    endUser: named(endUser, 'endUser', report),
    agent: run
      ? { runId: named(run.runId, 'run.runId', report) ?? '', name: named(run.agent, 'run.agent', report) }
      : null,
    tags: tagged(tags ?? [], report),
  };
}

function tagged(tags: readonly Tag[], report: Report): readonly Tag[] {
  if (tags.length > MAX_TAGS) report('tags', 'TOO_MANY', `At most ${MAX_TAGS} tags are accepted.`);
  for (const [place, { key, value }] of tags.entries()) {
    if (key === '' || key.length > 64 || value.length > MAX_NAME) {
      report(`tags.${place}`, 'INVALID', `A tag has a key of 1 to 64 and a value of at most ${MAX_NAME} characters.`);
    }
  }
  return tags.map(({ key, value }) => ({ key: keepable(key), value: keepable(value) }));
}

function named(text: string | null | undefined, path: string, report: Report): string | null {
  if (text == null) return null;
  if (text === '' || text.length > MAX_NAME) report(path, 'INVALID', `${path} has 1 to ${MAX_NAME} characters.`);
  return keepable(text);
}
