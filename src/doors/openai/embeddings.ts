import { z } from 'zod';
import { askCall, callHeaders } from '../call.ts';
import { say } from '../http/say.ts';
import type { Endpoint } from '../visit.ts';
import { readBody } from './body.ts';
import { labelsOf } from './labels.ts';

/** Numbers instead of words are tokens of one vendor's tokenizer, which another vendor's model cannot read. */
const text = z.string({ error: 'expected text; tokens cannot be read by every model behind this gateway' });
const words = z.union([text, z.array(text).min(1)]);

const embeddingsBody = z.strictObject({
  model: z.string(),
  input: words,
  dimensions: z.number().int().nullish(),
  encoding_format: z.enum(['float', 'base64']).nullish(),
  user: z.string().nullish(),
});

/** `POST /v1/embeddings` */
export const embeddings: Endpoint = {
  method: 'POST',
  path: /^\/v1\/embeddings$/,
  scope: 'COMPLETIONS_WRITE',
  async answer(visit) {
    const body = await readBody(visit.request, embeddingsBody);
    const inputs = typeof body.input === 'string' ? [body.input] : body.input;
    const done = await askCall(
      visit,
      body.model,
      { kind: 'EMBEDDING', inputs, dimensions: body.dimensions ?? null },
      labelsOf(body, visit.words),
    );
    const packed = body.encoding_format === 'base64';
    const answer = {
      object: 'list',
      data: done.answer.vectors.map((vector, index) => ({
        object: 'embedding',
        index,
        embedding: packed ? Buffer.from(new Float32Array(vector).buffer).toString('base64') : vector,
      })),
      model: done.modelName,
      usage: { prompt_tokens: done.usage.inputTokens, total_tokens: done.usage.inputTokens },
    };
    say(visit.response, answer, callHeaders(done));
  },
};
