import type { CallRequest } from '../core/call.ts';
import { ValidationProblem } from '../core/problem.ts';

const MAX_INPUTS = 2048;
const MAX_CHARACTERS = 1_000_000;
const MAX_IMAGES = 10;
/** Of audio, as base64: providers take 25 MB. */
const MAX_AUDIO_CHARACTERS = 35_000_000;

/** @throws ValidationProblem for what no provider could answer */
export function checked(request: CallRequest): CallRequest {
  switch (request.kind) {
    case 'EMBEDDING':
      list('inputs', request.inputs);
      if (request.dimensions !== null) within('dimensions', request.dimensions, 1, 16_384);
      break;
    case 'IMAGE':
      text('prompt', request.prompt);
      within('count', request.count, 1, MAX_IMAGES);
      if (request.size) {
        within('size.widthPx', request.size.widthPx, 16, 8192);
        within('size.heightPx', request.size.heightPx, 16, 8192);
      }
      break;
    case 'SPEECH':
      text('text', request.text);
      if (request.speed !== null) within('speed', request.speed, 0.25, 4);
      break;
    case 'TRANSCRIPTION':
      if (!/^(audio|video)\//.test(request.mimeType)) {
        throw ValidationProblem.at('mimeType', 'INVALID', 'Audio has a type like audio/wav.');
      }
      if ('fileId' in request.source) break;
      if (request.source.base64.length > MAX_AUDIO_CHARACTERS) {
        throw ValidationProblem.at('base64', 'TOO_LONG', 'At most 25 MB of audio are accepted.');
      }
      if (!/^[A-Za-z0-9+/]+={0,2}$/.test(request.source.base64)) {
        throw ValidationProblem.at('base64', 'INVALID', 'Audio is given in base64.');
      }
      break;
    case 'RERANK':
      text('query', request.query);
      list('documents', request.documents);
      if (request.topN !== null) within('topN', request.topN, 1, MAX_INPUTS);
      break;
  }
  return request;
}

function list(path: string, values: readonly string[]): void {
  within(`${path}.length`, values.length, 1, MAX_INPUTS);
  for (const [place, value] of values.entries()) text(`${path}.${place}`, value);
}

function text(path: string, value: string): void {
  if (value === '') throw ValidationProblem.at(path, 'EMPTY', `${path} is empty.`);
  if (value.length > MAX_CHARACTERS) {
    throw ValidationProblem.at(path, 'TOO_LONG', `${path} has more than ${MAX_CHARACTERS} characters.`);
  }
}

function within(path: string, value: number, least: number, most: number): void {
  if (value >= least && value <= most) return;
  throw ValidationProblem.at(path, 'OUT_OF_RANGE', `${path} is ${value}; ${least} to ${most} is accepted.`);
}

/** @throws ValidationProblem unless exactly one of both is given */
export function recordingOf({
  base64,
  fileId,
}: {
  base64?: string | null | undefined;
  fileId?: string | null | undefined;
}) {
  if ((base64 == null) === (fileId == null)) {
    throw ValidationProblem.at('base64', 'INVALID', 'Give the recording as base64 or as fileId, one of them.');
  }
  return base64 == null ? { fileId: fileId! } : { base64 };
}
