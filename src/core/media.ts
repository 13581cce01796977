import { isUtf8 } from 'node:buffer';

/** What bytes are, by their own look. */

/** `image/PNG; q=1` -> `image/png`. */
export function mediaType(declared: string): string {
  return (declared.split(';')[0] ?? '').trim().toLowerCase();
}

/**
 * The media type that the first bytes give away; null when they give away none. Containers that hold sound or pictures
 * alike are named by the more common one; `complaintOfType` knows the others.
 */
export function sniff(bytes: Uint8Array): string | null {
  return signatureOf(bytes)?.types[0] ?? null;
}

/**
 * What is wrong with calling `bytes` a `declared`; null when nothing is. Bytes with a signature are what it says; a type
 * with a signature needs it; text is UTF-8 without zero bytes; of anything else nobody can tell.
 */
export function complaintOfType(declared: string, bytes: Uint8Array): string | null {
  const type = mediaType(declared);
  const found = signatureOf(bytes);
  if (found) {
    if (found.types.includes(type) || found.family?.test(type)) return null;
    return `it is declared as ${type}, and looks like ${found.types[0]}`;
  }
  const wanted = signatures.find(({ types }) => types.includes(type));
  if (wanted) return `it is declared as ${type}, and does not begin like one`;
  if (isText(type) && !(isUtf8(bytes) && !bytes.includes(0))) return `it is declared as ${type}, and is no UTF-8 text`;
  return null;
}

function isText(declared: string): boolean {
  return /^text\/|[/+](json|xml|yaml)$/.test(mediaType(declared));
}

interface Signature {
  /** Latin-1, at `at`. */
  readonly start: string;
  readonly at?: number;
  /** What must follow somewhere fixed, for containers of several kinds. */
  readonly also?: { readonly start: string; readonly at: number };
  /** The usual name first, then what else it may be called. */
  readonly types: readonly string[];
  /** Whatever else is packed like this. */
  readonly family?: RegExp;
}

// From the formats' own specifications; the longest and surest first, since the first that fits decides.
const signatures: readonly Signature[] = [
  { start: '\x89PNG\r\n\x1a\n', types: ['image/png'] },
  { start: '\xff\xd8\xff', types: ['image/jpeg', 'image/jpg'] },
  { start: 'GIF87a', types: ['image/gif'] },
  { start: 'GIF89a', types: ['image/gif'] },
  { start: 'RIFF', also: { start: 'WEBP', at: 8 }, types: ['image/webp'] },
  {
    start: 'RIFF',
    also: { start: 'WAVE', at: 8 },
    types: ['audio/wav', 'audio/x-wav', 'audio/wave', 'audio/vnd.wave'],
  },
  { start: '%PDF-', types: ['application/pdf'] },
  { start: 'fLaC', types: ['audio/flac', 'audio/x-flac'] },
  { start: 'OggS', types: ['audio/ogg', 'video/ogg', 'application/ogg', 'audio/opus'] },
  { start: 'ID3', types: ['audio/mpeg', 'audio/mp3'] },
  {
    start: 'ftyp',
    at: 4,
    types: ['video/mp4'],
    family: /^(audio|video|image)\/(mp4|m4a|x-m4a|quicktime|3gpp2?|heic|heif|avif|aac)$/,
  },
  { start: '\x1aE\xdf\xa3', types: ['video/webm', 'audio/webm', 'video/x-matroska', 'audio/x-matroska'] },
  {
    start: 'PK\x03\x04',
    types: ['application/zip'],
    family: /^application\/(vnd\..+|epub\+zip|java-archive|x-zip-compressed)$/,
  },
  // A frame of MPEG audio without tags: layer III (mp3) at sync 0xffe or 0xfff, ADTS (aac) among them.
  { start: '\xff\xfb', types: ['audio/mpeg', 'audio/mp3'] },
  { start: '\xff\xf3', types: ['audio/mpeg', 'audio/mp3'] },
  { start: '\xff\xf2', types: ['audio/mpeg', 'audio/mp3'] },
  { start: '\xff\xf1', types: ['audio/aac'] },
  { start: '\xff\xf9', types: ['audio/aac'] },
];

function signatureOf(bytes: Uint8Array): Signature | undefined {
  const has = (start: string, at = 0) =>
    Buffer.from(bytes.subarray(at, at + start.length)).toString('latin1') === start;
  return signatures.find(({ start, at, also }) => has(start, at) && (!also || has(also.start, also.at)));
}
