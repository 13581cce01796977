import type { TestGateway } from '../../support/gateway.ts';
import { operation } from '../../support/operations.ts';
import { type Speech, showing } from './door-rights.ts';
import type { Tenant } from './tenants.ts';

/** Whatever of an organization can be named at a door that is no GraphQL, and where. */

export interface Heard {
  /** The status, those headers that are not new each time, and the body. */
  readonly text: string;
  readonly status: number;
  readonly body: string;
}

export interface Named {
  readonly what: string;
  readonly name: string;
  /** @param name this one, or another in its place */
  ask(name: string, by: Tenant): Promise<Heard>;
}

const NEW_EACH_TIME =
  /^(?:date|keep-alive|content-length|x-glidepath-(?:request-id|completion-id|run-id|overhead|cost|budget-remaining).*)$/;

export async function heard(url: string, init: RequestInit): Promise<Heard> {
  const response = await fetch(url, init);
  const [status, body] = [response.status, await response.text()];
  const headers = [...response.headers].filter(([name]) => !NEW_EACH_TIME.test(name));
  return { status, body, text: [status, JSON.stringify(headers), body].join('\n') };
}

/** Names nothing: as long as the other, and as far from every other name. */
export function unreal(name: string): string {
  return name.replace(/ours/, 'ouzs').replace(/.$/, (last) => (last === 'q' ? 'x' : 'q'));
}

const messages = [{ role: 'user', content: 'Hi' }];

export async function namedAtDoors(gateway: TestGateway, tenant: Tenant): Promise<readonly Named[]> {
  // biome-ignore lint/suspicious/noExplicitAny: answers are as different as the documents
  const run = async (name: string, input: object): Promise<any> =>
    gateway.ask(await operation(name), { input }, tenant.key);
  const content = Buffer.from(tenant.canary).toString('base64');
  const another = await run('FileCreate', { filename: 'b.txt', mimeType: 'text/plain', content });
  const { exportStart } = await run('ExportStart', { what: 'USAGE', idempotencyKey: 'to fetch' });
  const file = tenant.ids.StoredFile!;
  const saved = `Q${tenant.canary.replaceAll('-', '')}`;

  const get = (what: string, name: string, speech: Speech, path: string, method = 'GET'): Named => ({
    what: `${speech}: ${what}`,
    name,
    ask: (id, by) => heard(gateway.url + path.replaceAll('ID', id), { method, headers: showing(speech, by.key) }),
  });
  /** The answerer is the asker's own, unless it is what is named. */
  const post = (
    what: string,
    name: string,
    [speech, path]: readonly [Speech, string],
    body: (name: string, model: string) => object,
    header?: string,
  ): Named => ({
    what: `${what} at ${path}`,
    name,
    ask: (id, by) =>
      heard(gateway.url + path.replace('ID', id), {
        method: 'POST',
        headers: {
          ...showing(speech, by.key),
          'content-type': 'application/json',
          ...(header !== undefined && { [header]: id }),
        },
        body: JSON.stringify(body(id, `${by.canary}/echo-1`)),
      }),
  });
  const [chat, responses] = [['openai', '/v1/chat/completions'] as const, ['openai', '/v1/responses'] as const];
  const [message, count] = [
    ['anthropic', '/v1/messages'] as const,
    ['anthropic', '/v1/messages/count_tokens'] as const,
  ];
  const saying = (model: string, part: object) => ({ model, messages: [{ role: 'user', content: [part] }] });
  const transcribe = (name: string): Named => ({
    what: `a model at /v1/audio/transcriptions`,
    name,
    ask(id, by) {
      const form = new FormData();
      form.set('model', id);
      form.set('file', new File([new Uint8Array(64)], 'a.wav', { type: 'audio/wav' }));
      const headers = showing('openai', by.key);
      return heard(`${gateway.url}/v1/audio/transcriptions`, { method: 'POST', headers, body: form });
    },
  });

  return [
    ...(['openai', 'anthropic'] as const).flatMap((speech) => [
      get('a file', file, speech, '/v1/files/ID'),
      get('what is in a file', file, speech, '/v1/files/ID/content'),
      get('files after one', file, speech, '/v1/files?after=ID&after_id=ID'),
      get('a model', `${tenant.canary}/echo-1`, speech, '/v1/models/ID'),
      get('a route', `route/${tenant.canary}`, speech, '/v1/models/ID'),
    ]),
    post('a file', file, chat, (id, model) => saying(model, { type: 'file', file: { file_id: id } })),
    post('a file, streamed,', file, chat, (id, model) => {
      return { ...saying(model, { type: 'file', file: { file_id: id } }), stream: true };
    }),
    ...['input_file', 'input_image'].map((type) =>
      post(type, file, responses, (id, model) => {
        return { model, input: [{ role: 'user', content: [{ type, file_id: id }] }] };
      }),
    ),
    ...['document', 'image'].flatMap((type) =>
      [message, count].map((door) =>
        post(type, file, door, (id, model) => {
          return { ...saying(model, { type, source: { type: 'file', file_id: id } }), max_tokens: 9 };
        }),
      ),
    ),
    ...[`${tenant.canary}/echo-1`, `route/${tenant.canary}`].flatMap((name) => [
      post('a model', name, chat, (model) => ({ model, messages })),
      post('a model', name, responses, (model) => ({ model, input: 'Hi' })),
      post('a model', name, message, (model) => ({ model, messages, max_tokens: 9 })),
      post('a model', name, count, (model) => ({ model, messages })),
      post('a model', name, ['openai', '/v1/embeddings'], (model) => ({ model, input: 'Hi' })),
      post('a model', name, ['openai', '/v1/images/generations'], (model) => ({ model, prompt: 'Hi' })),
      post('a model', name, ['openai', '/v1/audio/speech'], (model) => ({ model, input: 'Hi', voice: 'alloy' })),
      transcribe(name),
    ]),
    // Idempotency keys and runs of another organization are keys and runs that this one has not used.
    post('an idempotency key', tenant.canary, chat, (_id, model) => ({ model, messages }), 'idempotency-key'),
    post('a run', tenant.canary, chat, (_id, model) => ({ model, messages }), 'x-glidepath-run-id'),
    get('a file', exportStart.id, 'exports', '/exports/ID'),
    get('one by its name', saved, 'operations', '/operations/ID'),
    post('one by its name', saved, ['operations', '/operations/ID'], () => ({})),
    // Last: they take the files away from whoever may.
    get('a file that goes', file, 'openai', '/v1/files/ID', 'DELETE'),
    get('a file that goes', another.fileCreate.file.id, 'anthropic', '/v1/files/ID', 'DELETE'),
  ];
}
