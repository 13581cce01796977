import type { CompletionInput, MessageInput, TargetInput } from './generated/graphql.ts';

/**
 * What to ask: a text for the route `default`, or any field of CompletionInput, with short forms for what most calls
 * need. `system` goes before `messages`, `user` after them.
 */
export type Question = string | (Fields & Target);

type Fields = Omit<CompletionInput, 'target' | 'messages'> & {
  readonly system?: string;
  readonly user?: string;
  readonly messages?: readonly MessageInput[];
};

/** The route `default`, unless a route or a model is named. Not both. */
type Target = TargetInput | { readonly route?: never; readonly model?: never };

/** The question as the schema has it, with an idempotency key of its own unless it came with one. */
export function toInput(question: Question): CompletionInput & { readonly idempotencyKey: string } {
  const asked: Fields & Target = typeof question === 'string' ? { user: question } : question;
  const { route, model, system, user, messages = [], ...input } = asked;
  return {
    ...input,
    idempotencyKey: input.idempotencyKey ?? newKey(),
    target: model === undefined ? { route: route ?? 'default' } : { model },
    messages: [...said('SYSTEM', system), ...messages, ...said('USER', user)],
  };
}

function said(role: MessageInput['role'], text: string | undefined): MessageInput[] {
  return text === undefined ? [] : [{ role, parts: [{ text }] }];
}

/** 128 random bits. (`crypto.randomUUID` is missing on pages that came without TLS.) */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
