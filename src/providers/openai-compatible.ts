import { oncePer } from '../core/once-per.ts';
import { type ChatWire, type Connection, sdkSettings } from './catalogue-row.ts';
import { chatUnread } from './chat/unread.ts';

/** The name under which options and signatures of most of them travel. */
export const COMPATIBLE = 'compatible';

/** Servers that speak OpenAI's chat format. */
export const compatibleChat: ChatWire = {
  unread: chatUnread,
  call: oncePer(({ baseUrl, secret }) => ({
    url: `${baseUrl?.replace(/\/$/, '') ?? ''}/chat/completions`,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${secret?.reveal() ?? 'none'}` },
  })),
};

/** What such servers have besides models to talk to. */
export async function compatibleProvider(connection: Connection) {
  const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
  return createOpenAICompatible({ ...sdkSettings(connection), name: COMPATIBLE });
}
