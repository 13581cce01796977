import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openBook } from '../../src/models/book.ts';
import { rowOf } from '../../src/providers/catalogue.ts';
import { addressOf } from '../../src/providers/catalogue-row.ts';
import { defaultFile, replayFile } from '../recordings/replay.ts';
import { network } from '../support/network.ts';
import { systemRuntime } from '../support/runtime.ts';
import { wireFixtures } from './wire-fixtures.ts';

/** Every provider that users are promised, and what each of them needs to be one. */
const promised = [
  ...['openai', 'openai-chat', 'azure', 'anthropic', 'google', 'google-vertex', 'amazon-bedrock', 'mistral', 'cohere'],
  ...['groq', 'deepseek', 'xai', 'together', 'fireworks', 'cerebras', 'perplexity', 'openrouter', 'huggingface'],
  ...['ollama', 'openai-compatible'],
];

/** Servers of one's own have no prices; Hugging Face passes on those of whoever answers. */
const unpriced = ['ollama', 'openai-compatible', 'huggingface'];

const recorded = existsSync(defaultFile) ? await replayFile(defaultFile) : null;

describe.each(promised)('%s', (kind) => {
  const row = rowOf(kind);

  test('says what it needs to be reached', () => {
    const settings = Object.fromEntries(row.settings.map(({ name }) => [name, 'somewhere']));
    if (row.needs.includes('baseUrl')) expect(row.baseUrl).toBeNull();
    else expect(URL.canParse(addressOf(row.baseUrl, settings) ?? '')).toBe(true);
    // openai-chat is OpenAI again: first start makes one provider for the key.
    if (row.needs.includes('secret') && kind !== 'openai-chat') expect(row.secretNames.length).toBeGreaterThan(0);
  });

  test('has a server in the contract suite', () => {
    expect(wireFixtures[kind]).toBeDefined();
  });

  test.skipIf(!row.model)('imports its package', async () => {
    const connection = {
      ...{ baseUrl: 'https://provider.example.com/v1', secret: null, settings: { region: 'us-east-1' } },
      ...{ ...network(fetch), runtime: systemRuntime },
    };
    const model = await row.model?.(connection, 'model-1');
    expect(model?.modelId).toBe('model-1');
  });

  test.skipIf(unpriced.includes(kind))('lists models with prices', () => {
    const { slug, priceBook, anyModel, models } = row;
    const card = { id: 'p', slug, kind, enabled: true, hasCredential: true, priceBook, anyModel, models };
    const listed = openBook([card], systemRuntime.clock).list();
    expect(listed.length).toBeGreaterThan(0);
    for (const { prices } of listed) expect(prices).not.toBeNull();
  });

  test.skipIf(!recorded?.some((outcome) => outcome.row === kind))('replays what was recorded of it', () => {
    const own = recorded!.filter((outcome) => outcome.row === kind);
    expect(own.filter((outcome) => outcome.kind === 'mismatched')).toEqual([]);
  });
});
