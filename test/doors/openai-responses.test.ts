import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collect } from '../../src/core/stream.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';

/** The official client, unmodified but for base URL and key. */
let gateway: TestGateway;
let client: OpenAI;
beforeAll(async () => {
  gateway = await openTestGateway();
  client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: gateway.key, maxRetries: 0 });
});
afterAll(() => gateway.close());

const weather = {
  type: 'function' as const,
  name: 'weather',
  description: 'The weather in a city',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  strict: false,
};

describe('responses', () => {
  test('answer, with usage', async () => {
    const response = await client.responses.create({
      model: 'sim/echo-1',
      instructions: 'Be brief.',
      input: 'Hello there',
    });
    expect(response.output_text).toBe('Hello there');
    expect(response).toMatchObject({ object: 'response', status: 'completed', model: 'echo-1', error: null });
    expect(response.usage!.total_tokens).toBe(response.usage!.input_tokens + response.usage!.output_tokens);
  });

  test('stream, as the helper of the client puts them together', async () => {
    const stream = client.responses.stream({ model: 'sim/large-1', input: 'Tell me a story' });
    let text = '';
    stream.on('response.output_text.delta', ({ delta }) => {
      text += delta;
    });
    const response = await stream.finalResponse();
    expect(response.output_text).toBe(text);
    expect(text.length).toBeGreaterThan(20);
    const events = await collect(await client.responses.create({ model: 'sim/echo-1', input: 'Hi', stream: true }));
    expect(events.map(({ sequence_number }) => sequence_number)).toEqual(events.map((_, at) => at));
    expect(events.at(-1)!.type).toBe('response.completed');
  });

  test.each([false, true])('call tools and take their results, streamed: %s', async (streamed) => {
    const ask = { model: 'sim/small-1', tools: [weather], tool_choice: 'required' as const };
    const input: OpenAI.Responses.ResponseInput = [{ role: 'user', content: 'weather in Paris' }];
    const first: { output: OpenAI.Responses.ResponseOutputItem[] } = streamed
      ? await client.responses.stream({ ...ask, input }).finalResponse()
      : await client.responses.create({ ...ask, input });
    const call = first.output.find(
      (item): item is OpenAI.Responses.ResponseFunctionToolCallItem => item.type === 'function_call',
    )!;
    expect(JSON.parse(call.arguments)).toHaveProperty('city');
    input.push(...(first.output as OpenAI.Responses.ResponseInput), {
      type: 'function_call_output',
      call_id: call.call_id,
      output: 'Sunny.',
    });
    const second = await client.responses.create({ model: 'sim/echo-1', tools: [weather], input });
    expect(second.output_text).toBeTruthy();
  });

  test('show thoughts, and take them back', async () => {
    const ask = { model: 'sim/large-1', reasoning: { effort: 'high' as const } };
    const input: OpenAI.Responses.ResponseInput = [{ role: 'user', content: 'Think' }];
    const first = await client.responses.create({ ...ask, input });
    expect(first.output.map(({ type }) => type)).toEqual(['reasoning', 'message']);
    const streamed = await client.responses.stream({ ...ask, input }).finalResponse();
    expect(streamed.output.map(({ type }) => type)).toEqual(['reasoning', 'message']);
    input.push(...(first.output as OpenAI.Responses.ResponseInput), { role: 'user', content: 'And?' });
    expect((await client.responses.create({ model: 'sim/echo-1', input })).output_text).toBe('And?');
  });

  test('answer in JSON of a schema', async () => {
    const schema = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] };
    const response = await client.responses.create({
      model: 'sim/small-1',
      input: 'Who?',
      text: { format: { type: 'json_schema', name: 'person', schema, strict: true } },
    });
    expect(JSON.parse(response.output_text)).toHaveProperty('name');
  });

  test('fail by the name of what cannot be kept, and within a stream by response.failed', async () => {
    const refused = client.responses.create({ model: 'sim/echo-1', input: 'Hi', previous_response_id: 'resp_1' });
    const stored = { status: 400, message: expect.stringContaining('no answer is stored here') };
    await expect(refused).rejects.toMatchObject({ ...stored, param: 'previous_response_id' });
    const input = [{ type: 'item_reference' as const, id: 'msg_1' }];
    const referred = client.responses.create({ model: 'sim/echo-1', input });
    await expect(referred).rejects.toMatchObject({ ...stored, param: 'input[0].id' });
    const events = await collect(
      await client.responses.create(
        { model: 'sim/large-1', input: 'A long story', stream: true },
        { headers: { 'x-glidepath-simulate': '{"breakStreamAfterTokens":3}' } },
      ),
    );
    expect(events.at(-1)).toMatchObject({ type: 'response.failed', response: { status: 'failed' } });
  });
});

describe('other models', () => {
  test('embed, in either encoding', async () => {
    const ask = { model: 'sim/embed-1', input: ['one', 'two'] };
    // Left alone, the client asks for base64 and unpacks it.
    const packed = await client.embeddings.create(ask);
    const plain = await client.embeddings.create({ ...ask, encoding_format: 'float' });
    expect(packed.data).toHaveLength(2);
    expect(packed.data[0]!.embedding).toHaveLength(plain.data[0]!.embedding.length);
    expect(packed.data[1]!.embedding[0]).toBeCloseTo(plain.data[1]!.embedding[0]!, 5);
    expect(packed.usage.total_tokens).toBeGreaterThan(0);
    const tokens = client.embeddings.create({ model: 'sim/embed-1', input: [1, 2, 3] });
    await expect(tokens).rejects.toMatchObject({ status: 400, param: 'input[0]' });
  });

  test('are refused where a provider has none, by the name of the model', async () => {
    const picture = client.images.generate({ model: 'sim/echo-1', prompt: 'A cat' });
    await expect(picture).rejects.toMatchObject({ status: 400, param: 'model' });
    const speech = client.audio.speech.create({ model: 'sim/echo-1', input: 'Hello', voice: 'alloy' });
    await expect(speech).rejects.toMatchObject({ status: 400, param: 'model' });
    const file = new File([new Uint8Array(100)], 'hello.wav', { type: 'audio/wav' });
    const words = client.audio.transcriptions.create({ model: 'sim/echo-1', file });
    await expect(words).rejects.toMatchObject({ status: 400, param: 'model' });
  });

  test('name what is missing in a form', async () => {
    const form = new FormData();
    form.set('model', 'sim/echo-1');
    const headers = { authorization: `Bearer ${gateway.key}` };
    const response = await fetch(`${gateway.url}/v1/audio/transcriptions`, { method: 'POST', headers, body: form });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { param: 'file', code: 'missing_required_parameter' } });
  });
});
