import type { LanguageModelV4, LanguageModelV4Message, LanguageModelV4Prompt } from '@ai-sdk/provider';
import { UNSEALED } from '../core/affinity.ts';
import { fieldsOf, jsonIn } from '../core/json.ts';
import { askedOtherwise } from './asked-otherwise.ts';
import { type Connection, sdkSettings } from './catalogue-row.ts';
import { changed, demanding, type MendEvent, mendedBy, mendingOf } from './mended-events.ts';
import type { Unread } from './unread.ts';

/**
 * Cohere's models. Its package breaks a stream at a call whose arguments are no JSON: such a call is left open, and
 * answer.ts closes it as it is. What the model had planned to do with tools the package takes neither from it nor back to
 * it: unread.ts hears it, and here it is put into the body as it leaves. Files are given to it as text, since it takes
 * base64 for the words themselves.
 */
export async function cohereModel(connection: Connection, modelId: string): Promise<LanguageModelV4> {
  const settings = sdkSettings(connection);
  const send = mendedBy(mending, settings.fetch);
  const { createCohere } = await import('@ai-sdk/cohere');
  const planless = createCohere({ ...settings, fetch: send })(modelId);
  return askedOtherwise(planless, (options) => {
    const plans = options.prompt.filter(({ role }) => role === 'assistant').map(planIn);
    const model = plans.some((plan) => plan !== '')
      ? createCohere({ ...settings, fetch: planned(send, plans) })(modelId)
      : planless;
    return { model, options: { ...options, prompt: withTexts(options.prompt) } };
  });
}

function withTexts(prompt: LanguageModelV4Prompt): LanguageModelV4Prompt {
  return prompt.map((message) => {
    if (message.role !== 'user') return message;
    const content = message.content.map((part) => {
      if (part.type !== 'file' || part.mediaType.startsWith('image/') || part.data.type !== 'data') return part;
      const { data } = part.data;
      const bytes = typeof data === 'string' ? Buffer.from(data, 'base64') : Buffer.from(data);
      return { ...part, data: { type: 'text' as const, text: bytes.toString('utf8') } };
    });
    return { ...message, content };
  });
}

/** The name of its signatures. */
export const COHERE = 'cohere';

const PLAN = 'tool_plan';

/** Of a message; the sources of a stream are left out too. */
export const cohereUnread: Unread = {
  content: ['message', 'delta.message'].map((at) => ({
    at,
    reads: { fields: ['role', 'content', 'tool_calls', 'citations', PLAN] },
  })),
  sources: ['delta.message.citations.sources.*.document'],
  words: [
    {
      kind: 'reasoning',
      whole: `message.${PLAN}`,
      pieces: `delta.message.${PLAN}`,
      metadata: { [COHERE]: { [UNSEALED]: PLAN } },
    },
  ],
};

function planIn({ content }: LanguageModelV4Message): string {
  const parts = typeof content === 'string' ? [] : content;
  return parts
    .map((part) => (part.type === 'reasoning' && part.providerOptions?.[COHERE]?.[UNSEALED] === PLAN ? part.text : ''))
    .join('');
}

/** @param plans of the model's messages, one each, in their order; empty where it had none */
function planned(send: typeof fetch, plans: readonly string[]): typeof fetch {
  return (input, init) => {
    const body = JSON.parse(String(init?.body)) as { messages: readonly { readonly role: string }[] };
    const left = [...plans];
    const messages = body.messages.map((message) => {
      const plan = message.role === 'assistant' ? left.shift() : undefined;
      return plan ? { ...message, [PLAN]: plan } : message;
    });
    return send(input, { ...init, body: JSON.stringify({ ...body, messages }) });
  };
}

const demandBoth = demanding('input_tokens', 'output_tokens');

/** `tokens` must be there; what is billed stands in for it, as in usage-reader.ts. */
function demandTokens(usage: unknown) {
  const { tokens, billed_units: billed, ...rest } = fieldsOf(usage);
  return { ...rest, tokens: demandBoth(tokens ?? billed), ...(billed != null && { billed_units: demandBoth(billed) }) };
}

const mending = mendingOf(/"(message-end|tool-call-(start|delta|end))"/, () => {
  let written = '';
  const mend: MendEvent = (event) => {
    const { arguments: piece } = fieldsOf(fieldsOf(fieldsOf(fieldsOf(event.delta).message).tool_calls).function);
    switch (event.type) {
      case 'tool-call-start':
        written = String(piece ?? '');
        return event;
      case 'tool-call-delta':
        written += String(piece ?? '');
        return event;
      case 'tool-call-end':
        return isJson(written) ? event : null;
      case 'message-end':
        return changed(event, ['delta', 'usage'], demandTokens);
      default:
        return event;
    }
  };
  return mend;
});

/** Nothing at all stands for no arguments. */
function isJson(text: string): boolean {
  return jsonIn(text.trim() || '{}') !== undefined;
}
