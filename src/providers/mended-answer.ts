import { APICallError, TypeValidationError } from '@ai-sdk/provider';
import { fieldsOf, type Json } from '../core/json.ts';

/** A whole answer as its package can read it, and what had to be taken out for that. */
export interface MendedAnswer {
  readonly body: Json;
  readonly unknown: readonly Json[];
}

/**
 * Packages hold answers to a schema and refuse all of one for a kind of block that is new, or an id that is missing.
 * Blocks of a `type` they do not know are taken out; a missing id, index, role or list of remarks is filled in, and a
 * missing count with what usage-reader.ts takes for none. Nothing is made up that says something, counts or names: then
 * the answer stays unreadable.
 * @param error what the package threw
 * @returns null when the answer cannot be mended
 */
export function mendedAnswer(error: unknown): MendedAnswer | null {
  const rejected = APICallError.isInstance(error) && error.statusCode === 200 ? error.cause : error;
  if (!TypeValidationError.isInstance(rejected)) return null;
  const body = structuredClone(rejected.value) as Json;
  const out: Place[] = [];
  if (!issuesOf(rejected.cause).every((issue) => mend(body, issue, [], out))) return null;
  const unknown = new Set(out.map(({ list, at }) => list[at] as Json));
  for (const list of new Set(out.map((place) => place.list))) {
    const known = list.filter((element) => !unknown.has(element));
    list.length = 0;
    for (const element of known) list.push(element);
  }
  return { body, unknown: [...unknown] };
}

/** One complaint of a schema, see zod's `$ZodIssue`. */
interface Issue {
  readonly code?: unknown;
  readonly path?: unknown;
  readonly expected?: unknown;
  readonly values?: unknown;
  readonly errors?: unknown;
}

type Path = readonly (string | number)[];

interface Place {
  readonly list: Json[];
  readonly at: number;
}

/** @returns false when it cannot be helped */
function mend(body: Json, issue: Issue, base: Path, out: Place[]): boolean {
  const path = [...base, ...(Array.isArray(issue.path) ? (issue.path as Path) : [])];
  if (issue.code === 'invalid_union') return mendBlock(body, issue, path, out);
  const holder = valueAt(body, path.slice(0, -1));
  const key = path.at(-1);
  if (key === undefined || holder === null || typeof holder !== 'object' || Array.isArray(holder)) return false;
  const fields = holder as Record<string, Json>;
  if (fields[key] != null || !(FILLABLE.has(String(key)) || isCount(key))) return false;
  const filling = key === 'usage' ? noWords : fillingOf(issue, path);
  if (filling === undefined) return false;
  fields[key] = filling;
  return true;
}

/** A block of a known type has something else wrong with it; one of no known type is taken out of its list. */
function mendBlock(body: Json, union: Issue, path: Path, out: Place[]): boolean {
  const options = ofItsType(union);
  if (options.length > 0) return options.some((issues) => issues.every((issue) => mend(body, issue, path, out)));
  const block = blockAt(path);
  const list = valueAt(body, block.slice(0, -1));
  const at = block.at(-1);
  if (!Array.isArray(list) || typeof at !== 'number' || typeof fieldsOf(list[at]).type !== 'string') return false;
  out.push({ list: list as Json[], at });
  return true;
}

/** What is wrong by each option of a block's own type, the least first; none when no option has it. */
function ofItsType({ errors }: Issue): readonly (readonly Issue[])[] {
  const options = (Array.isArray(errors) ? errors : []) as readonly (readonly Issue[])[];
  return options
    .filter((issues) => !issues.some(({ path }) => fieldsOf(path)[0] === 'type'))
    .toSorted((a, b) => a.length - b.length);
}

/** Some schemas complain of the block, some of its type. */
function blockAt(path: Path): Path {
  return path.at(-1) === 'type' ? path.slice(0, -1) : path;
}

/** What stands around what is said, and can be missing without a loss. */
const FILLABLE = new Set([
  'id',
  'item_id',
  'call_id',
  'toolUseId',
  'index',
  'role',
  'created',
  'created_at',
  'model',
  'object',
  'annotations',
  'summary',
  'logprobs',
  'usage',
]);

/** A count that nobody takes for one. */
export const NOT_SAID = -1;

const COUNTS = ['input', 'output', 'prompt', 'completion', 'total'].flatMap((what) => [
  `${what}_tokens`,
  `${what}Tokens`,
]);

function isCount(key: string | number | undefined): boolean {
  return COUNTS.includes(String(key));
}

const counts = Object.fromEntries(COUNTS.map((name) => [name, NOT_SAID]));
/** Usage in the words of every package that wants some, none of them said. */
const noWords: Json = { ...counts, tokens: counts };

function fillingOf({ code, expected, values }: Issue, path: Path): Json | undefined {
  if (code === 'invalid_value') return Array.isArray(values) ? (values[0] as Json) : undefined;
  if (code !== 'invalid_type') return undefined;
  if (isCount(path.at(-1))) return NOT_SAID;
  // Ids must differ from each other, and the place does.
  if (expected === 'string') return path.join('-');
  if (expected === 'number') return 0;
  return expected === 'array' ? [] : undefined;
}

function issuesOf(cause: unknown): readonly Issue[] {
  const { issues } = fieldsOf(cause);
  return Array.isArray(issues) && issues.length > 0 ? issues : [{}];
}

function valueAt(body: Json, path: Path): Json | undefined {
  return path.reduce<Json | undefined>((value, key) => fieldsOf(value)[key] as Json | undefined, body);
}

/** Pieces that nobody can read: they are one part. */
export const together = (pieces: readonly Json[]): Json => (pieces.length === 1 ? pieces[0]! : pieces);

/**
 * Whether a piece of a stream that its package could not read is merely of a kind it does not know: no error, and either
 * of a new `type`, or nothing in it that would be missing from what is said.
 * @returns the piece, or null
 */
export function strangePiece(error: unknown): Json | null {
  if (!TypeValidationError.isInstance(error)) return null;
  const piece = fieldsOf(error.value);
  if (Object.keys(piece).length === 0 || piece.error != null || piece.type === 'error') return null;
  const kept = !speaks(piece) || isOfNewKind(piece as Json, issuesOf(error.cause), []);
  return kept ? (piece as Json) : null;
}

/** Whether all that is wrong is a `type` that no option of the schema has. */
function isOfNewKind(piece: Json, issues: readonly Issue[], base: Path): boolean {
  return issues.every((issue) => {
    if (issue.code !== 'invalid_union') return false;
    const path = [...base, ...(Array.isArray(issue.path) ? (issue.path as Path) : [])];
    const options = ofItsType(issue);
    if (options.length > 0) return options.some((option) => isOfNewKind(piece, option, path));
    return typeof fieldsOf(valueAt(piece, blockAt(path))).type === 'string';
  });
}

const SPEAKING = new Set(['text', 'content', 'delta', 'arguments', 'thinking', 'reasoning', 'partial_json', 'parts']);

function speaks(value: unknown): boolean {
  if (value === null || typeof value !== 'object') return false;
  return Object.entries(value).some(
    ([key, inner]) => (SPEAKING.has(key) && typeof inner === 'string' && inner !== '') || speaks(inner),
  );
}
