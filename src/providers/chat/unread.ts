import type { Unread } from '../unread.ts';

const messages = ['choices.*.message', 'choices.*.delta'];

/** Where answers in OpenAI's chat format hold content, and what answer-reader.ts reads of it. */
export const chatUnread: Unread = {
  content: [
    ...messages.map((at) => ({
      at,
      reads: {
        fields: [
          ...['role', 'content', 'refusal', 'tool_calls', 'reasoning', 'reasoning_content'],
          ...['annotations', 'audio'],
        ],
      },
    })),
    ...messages.map((at) => ({ at: `${at}.audio`, reads: { fields: ['id', 'transcript'] } })),
  ],
  sources: [
    ...messages.map((at) => `${at}.annotations.*.url_citation`),
    // Perplexity's, beside the message.
    'search_results.*',
    'citations.*',
  ],
};
