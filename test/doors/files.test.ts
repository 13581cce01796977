import Anthropic from '@anthropic-ai/sdk';
import OpenAI, { toFile } from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collect } from '../../src/core/stream.ts';
import { type ContentHouse, openContentHouse } from '../content/house.ts';

/** Files and media through the doors: kept, named in calls, and given back by tools, as the clients send them. */
let house: ContentHouse;
let openai: OpenAI;
let anthropic: Anthropic;
beforeAll(async () => {
  house = await openContentHouse();
  const { url, key: apiKey } = house.gateway;
  openai = new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 });
  anthropic = new Anthropic({ baseURL: url, apiKey, maxRetries: 0 });
}, 60_000);
afterAll(() => house.close());

const pdf = Buffer.from('%PDF-1.7\nmark-pdf');
const png = Buffer.from('\x89PNG\r\n\x1a\nmark-png', 'latin1');
const asked = () => JSON.stringify(house.asked());

describe('files of the OpenAI client', () => {
  test('are kept, listed, read and deleted', async () => {
    const file = await openai.files.create({ file: await toFile(pdf, 'a.pdf'), purpose: 'user_data' });
    expect(file).toMatchObject({ object: 'file', bytes: pdf.length, filename: 'a.pdf', purpose: 'user_data' });
    expect(await openai.files.retrieve(file.id)).toEqual(file);
    const content = await openai.files.content(file.id);
    expect(Buffer.from(await content.arrayBuffer())).toEqual(pdf);
    expect(content.headers.get('content-type')).toBe('application/pdf');
    expect(await openai.files.delete(file.id)).toEqual({ id: file.id, object: 'file', deleted: true });
    await expect(openai.files.retrieve(file.id)).rejects.toBeInstanceOf(OpenAI.NotFoundError);
    await expect(openai.files.delete(file.id)).rejects.toBeInstanceOf(OpenAI.NotFoundError);
  });

  test('are listed by purpose, page by page, in either order', async () => {
    const made: string[] = [];
    for (const name of ['1.txt', '2.txt', '3.txt']) {
      const expires_after = { anchor: 'created_at' as const, seconds: 3600 };
      const kept = { file: await toFile(Buffer.from(name), name), purpose: 'batch' as const, expires_after };
      const { id, created_at, expires_at } = await openai.files.create(kept);
      expect(expires_at! - created_at).toBeGreaterThanOrEqual(3599);
      made.push(id);
    }
    const paged = await collect(openai.files.list({ purpose: 'batch', limit: 2, order: 'asc' }));
    expect(paged.map(({ id }) => id)).toEqual(made);
    const newest = await openai.files.list({ purpose: 'batch' });
    expect(newest.data.map(({ id }) => id)).toEqual(made.toReversed());
    expect(newest.has_more).toBe(false);
  });

  test('are refused by what is wrong with them', async () => {
    const odd = openai.files.create({ file: await toFile(Buffer.from([1, 2]), 'a.exe'), purpose: 'user_data' });
    await expect(odd).rejects.toMatchObject({ status: 400, param: 'file' });
    const form = new FormData();
    form.set('purpose', 'user_data');
    const headers = { authorization: `Bearer ${house.gateway.key}` };
    const none = await fetch(`${house.gateway.url}/v1/files`, { method: 'POST', headers, body: form });
    expect([none.status, await none.json()]).toMatchObject([400, { error: { param: 'file' } }]);
  });

  test('of another organization, or without the scope, are out of reach', async () => {
    const file = await openai.files.create({ file: await toFile(pdf, 'a.pdf'), purpose: 'user_data' });
    const as = (apiKey: string) => new OpenAI({ baseURL: `${house.gateway.url}/v1`, apiKey, maxRetries: 0 });
    const stranger = as(await house.gateway.stranger());
    await expect(stranger.files.retrieve(file.id)).rejects.toMatchObject({ status: 404 });
    await expect(stranger.files.content(file.id)).rejects.toMatchObject({ status: 404 });
    await expect(stranger.files.delete(file.id)).rejects.toMatchObject({ status: 404 });
    expect((await stranger.files.list()).data).toEqual([]);
    const reader = as(await house.gateway.keyWith('FILES_READ', 'COMPLETIONS_WRITE'));
    expect((await reader.files.retrieve(file.id)).id).toBe(file.id);
    await expect(reader.files.delete(file.id)).rejects.toMatchObject({ status: 403 });
    const writer = as(await house.gateway.keyWith('FILES_WRITE'));
    await expect(writer.files.content(file.id)).rejects.toMatchObject({ status: 403 });
  });

  test('are named in a chat and in a response', async () => {
    const { id: file_id } = await openai.files.create({ file: await toFile(pdf, 'a.pdf'), purpose: 'user_data' });
    const { id: image } = await openai.files.create({ file: await toFile(png, 'a.png'), purpose: 'vision' });
    house.asked();
    await openai.chat.completions.create({
      model: 'anthropic/claude-sonnet-4-5',
      messages: [{ role: 'user', content: [{ type: 'file', file: { file_id } }] }],
    });
    expect(asked()).toContain(pdf.toString('base64'));
    const content = [
      { type: 'input_file' as const, file_id },
      { type: 'input_image' as const, file_id: image, detail: 'auto' as const },
    ];
    await openai.responses.create({ model: 'openai/model-1', input: [{ role: 'user', content }] });
    const said = asked();
    expect(said).toContain(pdf.toString('base64'));
    expect(said).toContain(`data:image/png;base64,${png.toString('base64')}`);
    const missing = openai.responses.create({
      model: 'openai/model-1',
      input: [{ role: 'user', content: [{ type: 'input_file', file_id: 'file-nowhere' }] }],
    });
    await expect(missing).rejects.toMatchObject({ status: 404 });
  });
});

describe('files of the Anthropic client', () => {
  test('are kept, listed, read and deleted', async () => {
    const file = await anthropic.files.upload({ file: await toFile(pdf, 'b.pdf'), expires_in_seconds: 3600 });
    expect(file).toMatchObject({
      type: 'file',
      filename: 'b.pdf',
      mime_type: 'application/pdf',
      size_bytes: pdf.length,
    });
    expect(await anthropic.files.retrieveMetadata(file.id)).toEqual(file);
    const content = await anthropic.files.download(file.id);
    expect(Buffer.from(await content.arrayBuffer())).toEqual(pdf);
    const second = await anthropic.files.upload({ file: await toFile(png, 'b.png') });
    const listed = await collect(anthropic.files.list({ limit: 1 }));
    expect(listed.slice(0, 2).map(({ id }) => id)).toEqual([second.id, file.id]);
    expect(await anthropic.files.delete(file.id)).toEqual({ id: file.id, type: 'file_deleted' });
    await expect(anthropic.files.retrieveMetadata(file.id)).rejects.toBeInstanceOf(Anthropic.NotFoundError);
  });

  test('are named in documents and images', async () => {
    const [document, image] = [
      await anthropic.files.upload({ file: await toFile(pdf, 'c.pdf') }),
      await anthropic.files.upload({ file: await toFile(png, 'c.png') }),
    ];
    house.asked();
    await anthropic.messages.create({
      model: 'google/gemini-3-flash-preview',
      max_tokens: 100,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'document', source: { type: 'file', file_id: document.id }, title: 'The plan' },
            { type: 'image', source: { type: 'file', file_id: image.id } },
          ],
        },
      ],
    });
    const said = asked();
    expect(said).toContain(pdf.toString('base64'));
    expect(said).toContain(png.toString('base64'));
  });
});

describe('what a tool gives back besides words', () => {
  const screenshot = { type: 'base64' as const, media_type: 'image/png' as const, data: png.toString('base64') };
  const messages: Anthropic.MessageParam[] = [
    { role: 'user', content: 'Look.' },
    {
      role: 'assistant',
      content: [
        { type: 'tool_use', id: 't1', name: 'look', input: {} },
        { type: 'tool_use', id: 't2', name: 'look', input: {} },
      ],
    },
    {
      role: 'user',
      content: [
        {
          type: 'tool_result',
          tool_use_id: 't1',
          content: [
            { type: 'text', text: 'mark-seen' },
            { type: 'image', source: screenshot },
          ],
        },
        { type: 'tool_result', tool_use_id: 't2', content: 'mark-nothing' },
        { type: 'text', text: 'mark-and' },
      ],
    },
  ];
  const tools: Anthropic.Tool[] = [{ name: 'look', input_schema: { type: 'object', properties: {} } }];
  const show = (model: string) => anthropic.messages.create({ model, max_tokens: 100, messages, tools });

  test('stays in its result where the provider takes it there', async () => {
    house.asked();
    await show('anthropic/claude-sonnet-4-5');
    const [body] = house.asked() as { messages: { content: { type: string; content?: unknown }[] }[] }[];
    const result = body!.messages.at(-1)!.content.find(({ type }) => type === 'tool_result')!;
    expect(JSON.stringify(result.content)).toContain(screenshot.data);
  });

  test('is shown after all results of the turn where it does not', async () => {
    house.asked();
    await show('openai-chat/model-1');
    const [body] = house.asked() as { messages: { role: string; content: unknown; tool_call_id?: string }[] }[];
    expect(body!.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'tool', 'user', 'user']);
    const [first, second, shown] = body!.messages.slice(2);
    expect(JSON.stringify(first)).toContain('mark-seen');
    expect(JSON.stringify([first, second])).not.toContain(screenshot.data);
    expect(JSON.stringify(shown)).toContain(screenshot.data);
  });

  test('comes from the OpenAI client too, as a list', async () => {
    house.asked();
    await openai.responses.create({
      model: 'anthropic/claude-sonnet-4-5',
      input: [
        { role: 'user', content: 'Look.' },
        { type: 'function_call', call_id: 'c1', name: 'look', arguments: '{}' },
        {
          type: 'function_call_output',
          call_id: 'c1',
          output: [
            { type: 'input_text', text: 'mark-list' },
            { type: 'input_image', image_url: `data:image/png;base64,${screenshot.data}` },
          ],
        },
      ],
      tools: [{ type: 'function', name: 'look', parameters: { type: 'object', properties: {} }, strict: false }],
    });
    const said = asked();
    expect(said).toContain('mark-list');
    expect(said).toContain(screenshot.data);
  });
});
