import type { Unread } from '../unread.ts';

const messages = ['choices.*.message', 'choices.*.delta'];
const ofMessages = (field: string) => messages.map((at) => `${at}.${field}`);

/** Where answers in OpenAI's chat format hold content, and what answer-reader.ts reads of it. */
const unreadBut = (...reads: readonly string[]): Unread => ({
  content: [
    ...messages.map((at) => ({
      at,
      reads: {
        fields: [
          ...['role', 'content', 'refusal', 'tool_calls', 'reasoning', 'reasoning_content', 'annotations', 'audio'],
          ...reads,
        ],
      },
    })),
    ...ofMessages('audio').map((at) => ({ at, reads: { fields: ['id', 'data', 'transcript'] } })),
  ],
  sounds: ofMessages('audio.data'),
  // The last two are Perplexity's, beside the message.
  sources: [...ofMessages('annotations.*.url_citation'), 'search_results.*', 'citations.*'],
});

export const chatUnread = unreadBut();

/** With what OpenRouter tells of thoughts (reasoning-details.ts). */
export const detailedUnread: Unread = {
  ...unreadBut('reasoning_details'),
  details: ofMessages('reasoning_details'),
};
