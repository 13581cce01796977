import type { ContentPlace } from './unread.ts';

/** Where a message of OpenAI's chat format holds content, whole and in pieces. @param reads fields beyond the usual ones */
export const chatMessage = (...reads: readonly string[]): readonly ContentPlace[] =>
  ['choices.*.message', 'choices.*.delta'].map((at) => ({
    at,
    reads: { fields: ['role', 'content', 'refusal', 'tool_calls', ...reads] },
  }));
