import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { readJson } from '../http/body.ts';
import { read } from '../http/parse.ts';
import { Refusal } from '../http/refusal.ts';

/** As the data plane of GraphQL: a conversation with its pictures. */
const BODY_LIMIT = 8 * 1024 * 1024;

/** @throws Refusal in OpenAI's words: what is missing, unknown, or of the wrong kind, by its path */
export async function readBody<Schema extends z.ZodType>(request: IncomingMessage, schema: Schema) {
  return parseBody(schema, (await readJson(request, BODY_LIMIT)).value);
}

export function parseBody<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const outcome = read(schema, body);
  if (!Array.isArray(outcome)) return outcome;
  const { path, kind, message } = outcome[0]!;
  const place = path
    .map((step, at) => (typeof step === 'number' ? `[${step}]` : at === 0 ? step : `.${step}`))
    .join('');
  switch (kind) {
    case 'missing':
      throw new Refusal(400, `Missing required parameter: '${place}'.`, place, 'missing_required_parameter');
    case 'unknown':
      throw new Refusal(400, `Unknown parameter: '${place}'.`, place, 'unknown_parameter');
    case 'type':
      throw new Refusal(400, `Invalid type for '${place || 'body'}': ${message}.`, place || null, 'invalid_type');
    case 'value':
      throw new Refusal(400, `Invalid value for '${place || 'body'}': ${message}.`, place || null, 'invalid_value');
  }
}

/** A field of theirs that can be given in one way only, since our contract cannot say the other. */
export function only<const Value extends string | number | boolean>(...values: readonly Value[]) {
  const message = `only ${values.map((value) => JSON.stringify(value)).join(', ')} can be asked for through this gateway`;
  return z.custom<Value | null>((value) => value === null || values.includes(value as Value), { message }).optional();
}

/** A field of theirs that our contract has no word for: absent or empty, or the call is refused by its name. */
export const unsupported = z
  .custom<null>((value) => value === null || (Array.isArray(value) && value.length === 0), {
    message: 'it is not supported through this gateway; leave it out',
  })
  .optional();

/** Hints and bookkeeping: they change nothing about what is asked. */
export const hint = z.unknown().optional();
