import { type Answering, answers } from '../providers/loopback.ts';

/** Calls that are no conversation. */
export const callKinds = ['embeddings', 'images', 'speech', 'transcription', 'rankings'] as const;
export type CallKind = (typeof callKinds)[number];

/** A provider's server for one of them, in its own format; a null answer where no server is asked. */
export interface CallWire {
  readonly model: string;
  readonly answer: Answering | null;
}

export const vector = [0.5, -0.25];
export const png = Buffer.from('89504e470d0a1a0a0000', 'hex').toString('base64');
export const wav = Buffer.concat([Buffer.from('RIFF\x10\0\0\0WAVE', 'latin1'), Buffer.from('sound')]);
export const heard = 'Hello there.';
const sound: Answering = (response) => response.writeHead(200, { 'content-type': 'audio/wav' }).end(wav);

/** Answers there, and has nothing anywhere else. */
const at =
  (path: string, answer: Answering | object): Answering =>
  (response, request, turn) => {
    const known = new URL(request.url!, 'http://localhost').pathname.endsWith(path);
    const there = typeof answer === 'function' ? (answer as Answering) : answers(200, answer);
    (known ? there : answers(404, { error: { message: `Nothing at ${request.url}` } }))(response, request, turn);
  };

const usage = { prompt_tokens: 2, total_tokens: 2 };
const openaiVectors = at('/v1/embeddings', { object: 'list', data: [{ index: 0, embedding: vector }], usage });
const openaiImages = at('/v1/images/generations', { created: 1, data: [{ b64_json: png }] });
const openaiTranscript = at('/v1/audio/transcriptions', { text: heard, language: 'english', duration: 1.5 });

const openai = {
  embeddings: { model: 'text-embedding-3-small', answer: openaiVectors },
  images: { model: 'gpt-image-1', answer: openaiImages },
  speech: { model: 'gpt-4o-mini-tts', answer: at('/v1/audio/speech', sound) },
  transcription: { model: 'whisper-1', answer: openaiTranscript },
};

/** What servers have in common that speak OpenAI's formats, but for sound. */
const compatible = {
  embeddings: { model: 'embed-1', answer: openaiVectors },
  images: { model: 'image-1', answer: openaiImages },
};

/** Gemini answers with sounds and pictures as it does with words. */
const gemini = (mimeType: string, data: string) => ({
  candidates: [{ content: { role: 'model', parts: [{ inlineData: { mimeType, data } }] }, finishReason: 'STOP' }],
  usageMetadata: { promptTokenCount: 2, candidatesTokenCount: 9, totalTokenCount: 11 },
});

export const ranking = [
  { index: 1, score: 0.9 },
  { index: 0, score: 0.1 },
];

/** By kind of provider: what is not here it does not have, and that is said by name. */
export const callWires: Readonly<Record<string, Partial<Readonly<Record<CallKind, CallWire>>>>> = {
  simulator: { embeddings: { model: 'embed-1', answer: null }, rankings: { model: 'rank-1', answer: null } },
  openai,
  'openai-chat': openai,
  azure: openai,
  'azure-chat': openai,
  google: {
    embeddings: {
      model: 'gemini-embedding-001',
      answer: at('/v1beta/models/gemini-embedding-001:embedContent', { embedding: { values: vector } }),
    },
    images: {
      model: 'gemini-2.5-flash-image',
      answer: at('/v1beta/models/gemini-2.5-flash-image:generateContent', gemini('image/png', png)),
    },
    speech: {
      model: 'gemini-3.8-flash-tts',
      answer: at('/v1beta/models/gemini-3.8-flash-tts:generateContent', gemini('audio/wav', wav.toString('base64'))),
    },
    transcription: {
      model: 'gemini-3.5-transcribe',
      answer: at('/v1beta/interactions', { steps: [{ content: [{ type: 'text', text: heard }] }] }),
    },
  },
  'amazon-bedrock': {
    embeddings: {
      model: 'amazon.titan-embed-text-v2:0',
      answer: at('/model/amazon.titan-embed-text-v2%3A0/invoke', { embedding: vector, inputTextTokenCount: 2 }),
    },
    images: {
      model: 'amazon.nova-canvas-v1:0',
      answer: at('/model/amazon.nova-canvas-v1%3A0/invoke', { images: [png] }),
    },
    rankings: {
      model: 'cohere.rerank-v3-5:0',
      answer: at('/rerank', { results: ranking.map(({ index, score }) => ({ index, relevanceScore: score })) }),
    },
  },
  mistral: {
    embeddings: { model: 'mistral-embed', answer: openaiVectors },
    speech: {
      model: 'voxtral-mini-tts-2603',
      answer: at('/v1/audio/speech', { audio_data: wav.toString('base64') }),
    },
    transcription: {
      model: 'voxtral-mini-latest',
      answer: at('/v1/audio/transcriptions', {
        ...{ model: 'voxtral-mini-2507', text: heard, language: null, segments: [] },
        usage: { prompt_audio_seconds: 2, prompt_tokens: 4, completion_tokens: 3, total_tokens: 7 },
      }),
    },
  },
  cohere: {
    embeddings: {
      model: 'embed-v4.0',
      answer: at('/v2/embed', { embeddings: { float: [vector] }, meta: { billed_units: { input_tokens: 2 } } }),
    },
    rankings: {
      model: 'rerank-v3.5',
      answer: at('/v2/rerank', {
        results: ranking.map(({ index, score }) => ({ index, relevance_score: score })),
        meta: { billed_units: { search_units: 1 } },
      }),
    },
  },
  groq: {
    transcription: {
      model: 'whisper-large-v3',
      answer: at('/v1/audio/transcriptions', { text: heard, x_groq: { id: 'req_1' } }),
    },
  },
  xai: {
    images: { model: 'grok-imagine-image', answer: openaiImages },
    speech: { model: 'grok-tts', answer: at('/v1/tts', sound) },
    transcription: {
      model: 'grok-stt',
      answer: at('/v1/stt', { text: heard, language: 'en', duration: 1.5, words: [] }),
    },
  },
  together: compatible,
  fireworks: compatible,
  openrouter: compatible,
  huggingface: compatible,
  ollama: compatible,
  'openai-compatible': compatible,
};
