import type { ErrorObject, ValidateFunction } from 'ajv';
import { LRUCache } from 'lru-cache';
import { bounded, TookTooLong } from '../core/bounded.ts';
import { canonicalJson, type Json } from '../core/json.ts';
import { type InputIssue, ValidationProblem } from '../core/problem.ts';

/** Says what is wrong with a value, at most `MOST_ISSUES` things, or that it is UNDECIDED; nothing when it fits. */
export type Check = (value: Json) => readonly InputIssue[];

type Compiled = { readonly check: Check } | { readonly complaint: string };

/** Compiling costs milliseconds and callers repeat their schemas. */
const compiled = new LRUCache<string, Compiled>({ max: 500 });
const MOST_ISSUES = 10;
const LONGEST_SCHEMA = 200_000;
/** On a busy machine too, both are far above what a schema takes that means well. */
const COMPILE_MS = 2_000;
const CHECK_MS = 250;

/** Of a value that a check has not come to the end of: a schema may ask for itself, or hold a pattern that tries everything. */
export const UNDECIDED: InputIssue = {
  path: [],
  code: 'UNDECIDED',
  message: `Its schema cannot be gone through within ${CHECK_MS} ms.`,
  suggestions: [],
};

/**
 * A check against a JSON Schema (2020-12, and what earlier drafts have in common with it; `format` is a remark only).
 * The validator is loaded when it is first needed.
 * @param path where the schema stands in the input, for the problem
 * @throws ValidationProblem for what is no schema, longer than 200,000 characters, or takes too long to read
 */
export async function checkOf(schema: Json, path: string): Promise<Check> {
  const text = canonicalJson(schema);
  if (text.length > LONGEST_SCHEMA) {
    throw ValidationProblem.at(path, 'TOO_LONG', `A JSON Schema has at most ${LONGEST_SCHEMA} characters.`);
  }
  const found = compiled.get(text) ?? (await compile(text));
  compiled.set(text, found, { ttl: found === SLOW ? SLOW_MS : 0 });
  if ('complaint' in found) throw ValidationProblem.at(path, 'INVALID', `This is no JSON Schema: ${found.complaint}.`);
  return found.check;
}

/** Perhaps the machine was busy: read again then. */
const SLOW_MS = 60_000;
const SLOW: Compiled = { complaint: `it cannot be read within ${COMPILE_MS} ms` };

async function compile(text: string): Promise<Compiled> {
  const { Ajv2020 } = await import('ajv/dist/2020.js');
  // Which draft it says it is does not matter for what it asks, and a foreign `$id` must not be kept between callers.
  // `$async` is the validator's own word: such a check answers with a promise, which nobody here waits for.
  const { $schema: _draft, $id: _name, $async: _late, ...schema } = JSON.parse(text) as Record<string, unknown>;
  const validator = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  try {
    const validate = bounded(COMPILE_MS, () => validator.compile(schema));
    return { check: (value) => issuesOf(validate, value) };
  } catch (error) {
    if (error instanceof TookTooLong) return SLOW;
    return { complaint: error instanceof Error ? error.message.replace(/\.$/, '') : 'it cannot be read' };
  }
}

function issuesOf(validate: ValidateFunction, value: Json): readonly InputIssue[] {
  try {
    if (bounded(CHECK_MS, () => validate(value))) return [];
  } catch (error) {
    if (error instanceof TookTooLong || error instanceof RangeError) return [UNDECIDED];
    throw error;
  }
  return (validate.errors ?? []).slice(0, MOST_ISSUES).map(issueOf);
}

function issueOf({ instancePath, keyword, message, params }: ErrorObject): InputIssue {
  const path = instancePath.split('/').slice(1).map(unescaped);
  const allowed = (params as { allowedValues?: unknown }).allowedValues;
  const suggestions = Array.isArray(allowed) ? allowed.slice(0, 5).map(String) : [];
  const extra = (params as { additionalProperty?: string }).additionalProperty;
  const what = `${message ?? 'does not fit'}${extra === undefined ? '' : ` ('${extra}')`}`;
  return { path, code: keyword.toUpperCase(), message: `${path.join('.') || 'The value'} ${what}.`, suggestions };
}

/** JSON Pointer, RFC 6901. */
function unescaped(token: string): string {
  return token.replaceAll('~1', '/').replaceAll('~0', '~');
}
