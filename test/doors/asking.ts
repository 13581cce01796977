/** What is asked at each door of `/v1`, as little as it takes. */
export interface DoorCall {
  readonly vendor: 'openai' | 'anthropic';
  readonly path: string;
  /** Left out: a GET. @param model what to ask */
  readonly body?: (model: string) => Record<string, unknown>;
  /** A form instead of JSON. */
  readonly form?: boolean;
}

const messages = [{ role: 'user', content: 'Hi' }];

export const doorCalls: readonly DoorCall[] = [
  { vendor: 'openai', path: '/v1/chat/completions', body: (model) => ({ model, messages }) },
  { vendor: 'openai', path: '/v1/responses', body: (model) => ({ model, input: 'Hi' }) },
  { vendor: 'openai', path: '/v1/embeddings', body: (model) => ({ model, input: 'Hi' }) },
  { vendor: 'openai', path: '/v1/images/generations', body: (model) => ({ model, prompt: 'Hi' }) },
  { vendor: 'openai', path: '/v1/audio/speech', body: (model) => ({ model, input: 'Hi', voice: 'alloy' }) },
  { vendor: 'openai', path: '/v1/audio/transcriptions', body: (model) => ({ model }), form: true },
  { vendor: 'anthropic', path: '/v1/messages', body: (model) => ({ model, max_tokens: 100, messages }) },
  { vendor: 'anthropic', path: '/v1/messages/count_tokens', body: (model) => ({ model, messages }) },
];

export function ask(
  url: string,
  key: string | null,
  { vendor, path, body, form }: DoorCall,
  model: string,
  more: RequestInit = {},
): Promise<Response> {
  const keyed = vendor === 'anthropic' ? { 'x-api-key': key ?? '' } : { authorization: `Bearer ${key}` };
  const headers: Record<string, string> = { ...(key !== null && keyed) };
  if (!body) return fetch(`${url}${path}`, { headers, ...more });
  if (form) {
    const data = new FormData();
    for (const [name, value] of Object.entries(body(model))) data.set(name, String(value));
    data.set('file', new File([new Uint8Array(64)], 'a.wav', { type: 'audio/wav' }));
    return fetch(`${url}${path}`, { method: 'POST', headers, body: data, ...more });
  }
  return fetch(`${url}${path}`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body(model)),
    ...more,
  });
}

/** Whether a failure has the shape that the vendor's clients expect. */
export function isShapeOf(vendor: DoorCall['vendor'], body: unknown): boolean {
  const { error, type } = (body ?? {}) as { error?: { message?: unknown; type?: unknown }; type?: unknown };
  const worded = typeof error?.message === 'string' && typeof error.type === 'string';
  return worded && (vendor === 'openai' ? 'code' in error! && 'param' in error! : type === 'error');
}
