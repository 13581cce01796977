import type { IncomingMessage } from 'node:http';
import { mediaTypeOf } from '../../core/message.ts';
import { readBytes } from './body.ts';
import { Refusal } from './refusal.ts';

/**
 * A form with a file in it. A name that is given twice counts once: the last one.
 * @param limit bytes, of the whole form
 * @throws Refusal for what is no form, or is larger
 */
export async function readForm(request: IncomingMessage, limit: number): Promise<Record<string, unknown>> {
  if (mediaTypeOf(request) !== 'multipart/form-data') throw new Refusal(415, 'Send the body as multipart/form-data.');
  const bytes = await readBytes(request, limit);
  const headers = { 'content-type': request.headers['content-type']! };
  try {
    return Object.fromEntries(await new Response(new Uint8Array(bytes), { headers }).formData());
  } catch {
    throw new Refusal(400, 'We could not parse your multipart form.');
  }
}

/** What a form takes around its file: names, borders and the other fields. */
export const AROUND_A_FILE = 64 * 1024;

/** Clients that know no type send one for anything: then the name tells, where it does. */
export function typeOf({ type, name }: File): string {
  if (type !== '' && type !== 'application/octet-stream') return type;
  return types[name.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'application/octet-stream';
}

const word = 'application/vnd.openxmlformats-officedocument';
const types: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  docx: `${word}.wordprocessingml.document`,
  flac: 'audio/flac',
  gif: 'image/gif',
  htm: 'text/html',
  html: 'text/html',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  json: 'application/json',
  jsonl: 'text/plain',
  m4a: 'audio/mp4',
  md: 'text/markdown',
  mp3: 'audio/mpeg',
  mp4: 'video/mp4',
  mpga: 'audio/mpeg',
  ogg: 'audio/ogg',
  pdf: 'application/pdf',
  png: 'image/png',
  pptx: `${word}.presentationml.presentation`,
  txt: 'text/plain',
  wav: 'audio/wav',
  webm: 'audio/webm',
  webp: 'image/webp',
  xlsx: `${word}.spreadsheetml.sheet`,
  xml: 'text/xml',
};
