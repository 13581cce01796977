import { z } from 'zod';
import { askCall, callHeaders } from '../call.ts';
import { AROUND_A_FILE, readForm, typeOf } from '../http/form.ts';
import { say } from '../http/say.ts';
import type { Endpoint } from '../visit.ts';
import { hint, only, parseBody, readBody, unsupported } from './body.ts';

const speechBody = z.strictObject({
  model: z.string(),
  input: z.string(),
  voice: z.union([z.string(), z.looseObject({ id: z.string() })]),
  instructions: z.string().nullish(),
  response_format: z.string().nullish(),
  speed: z.number().nullish(),
  stream_format: only('audio'),
});

/** `POST /v1/audio/speech`: the sound itself. */
export const speech: Endpoint = {
  method: 'POST',
  path: /^\/v1\/audio\/speech$/,
  scope: 'COMPLETIONS_WRITE',
  async answer(visit) {
    const body = await readBody(visit.request, speechBody);
    const done = await askCall(visit, body.model, {
      kind: 'SPEECH',
      text: body.input,
      voice: typeof body.voice === 'string' ? body.voice : body.voice.id,
      format: body.response_format ?? null,
      instructions: body.instructions ?? null,
      speed: body.speed ?? null,
    });
    const { mimeType, base64 } = done.answer.audio;
    visit.response
      .writeHead(200, { ...callHeaders(done), 'content-type': mimeType })
      .end(Buffer.from(base64, 'base64'));
  },
};

/** Their limit for a recording. */
const RECORDING_LIMIT = 25 * 1024 * 1024;

const transcriptionForm = z.strictObject({
  file: z.instanceof(File, { error: 'expected a file' }),
  model: z.string(),
  response_format: z.enum(['json', 'text', 'verbose_json']).optional(),
  // Said to help; whoever listens hears the language too.
  language: hint,
  temperature: only('0'),
  stream: only('false'),
  'timestamp_granularities[]': only('segment'),
  chunking_strategy: only('auto'),
  prompt: unsupported,
  'include[]': unsupported,
});

/** `POST /v1/audio/transcriptions` */
export const transcriptions: Endpoint = {
  method: 'POST',
  path: /^\/v1\/audio\/transcriptions$/,
  scope: 'COMPLETIONS_WRITE',
  async answer(visit) {
    const form = parseBody(transcriptionForm, await readForm(visit.request, RECORDING_LIMIT + AROUND_A_FILE));
    const base64 = Buffer.from(await form.file.arrayBuffer()).toString('base64');
    const type = typeOf(form.file);
    // Whoever says nothing at all about a recording means the commonest.
    const mimeType = type === 'application/octet-stream' ? 'audio/wav' : type;
    const done = await askCall(visit, form.model, { kind: 'TRANSCRIPTION', mimeType, source: { base64 } });
    const { text, language, durationSeconds, segments } = done.answer;
    const { inputTokens, outputTokens } = done.usage;
    const usage = {
      type: 'tokens',
      input_tokens: inputTokens,
      output_tokens: outputTokens,
      total_tokens: inputTokens + outputTokens,
    };
    const headers = callHeaders(done);
    if (form.response_format === 'text') {
      visit.response.writeHead(200, { ...headers, 'content-type': 'text/plain; charset=utf-8' }).end(text);
      return;
    }
    const verbose = {
      task: 'transcribe',
      language: language ?? '',
      duration: durationSeconds ?? 0,
      segments: segments.map((segment, id) => ({
        id,
        start: segment.startSeconds,
        end: segment.endSeconds,
        text: segment.text,
      })),
    };
    const answer = { ...(form.response_format === 'verbose_json' && verbose), text, usage };
    say(visit.response, answer, headers);
  },
};
