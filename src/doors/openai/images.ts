import { z } from 'zod';
import { askCall, callHeaders } from '../call.ts';
import { Refusal } from '../http/refusal.ts';
import { say } from '../http/say.ts';
import type { Endpoint } from '../visit.ts';
import { only, readBody, unsupported } from './body.ts';
import { labelsOf } from './labels.ts';

const imagesBody = z.strictObject({
  model: z.string(),
  prompt: z.string(),
  n: z.number().int().nullish(),
  size: z
    .string()
    .regex(/^(auto|\d{1,5}x\d{1,5})$/, 'expected a size like 1024x1024')
    .nullish(),
  response_format: z.enum(['url', 'b64_json']).nullish(),
  user: z.string().nullish(),
  background: only('auto'),
  moderation: only('auto'),
  output_format: only('png'),
  quality: only('auto'),
  partial_images: only(0),
  stream: only(false),
  output_compression: unsupported,
  style: unsupported,
});

/** `POST /v1/images/generations` */
export const images: Endpoint = {
  method: 'POST',
  path: /^\/v1\/images\/generations$/,
  scope: 'COMPLETIONS_WRITE',
  async answer(visit) {
    const body = await readBody(visit.request, imagesBody);
    const done = await askCall(
      visit,
      body.model,
      { kind: 'IMAGE', prompt: body.prompt, count: body.n ?? 1, size: sizeOf(body.size), seed: null },
      labelsOf(body, visit.words),
    );
    const { inputTokens, outputTokens } = done.usage;
    const answer = {
      created: Math.floor(visit.runtime.clock.now() / 1000),
      data: done.answer.images.map(({ mimeType, base64 }) =>
        // Pictures are kept nowhere, so their address is the picture.
        body.response_format === 'url' ? { url: `data:${mimeType};base64,${base64}` } : { b64_json: base64 },
      ),
      usage: { input_tokens: inputTokens, output_tokens: outputTokens, total_tokens: inputTokens + outputTokens },
    };
    say(visit.response, answer, callHeaders(done));
  },
};

function sizeOf(size: string | null | undefined) {
  if (size == null || size === 'auto') return null;
  const [widthPx, heightPx] = size.split('x').map(Number);
  if (!widthPx || !heightPx) throw new Refusal(400, `Invalid value for 'size': ${size}.`, 'size', 'invalid_value');
  return { widthPx, heightPx };
}
