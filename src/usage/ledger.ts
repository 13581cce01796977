import { LRUCache } from 'lru-cache';
import type { DecisionPart } from '../core/decision-text.ts';
import { withFields } from '../core/json.ts';
import type { Runtime } from '../core/runtime.ts';
import { type ByteRing, createByteRing } from '../platform/byte-ring.ts';
import { type Database, often } from '../platform/database/database.ts';

/** The tables as rows arrive in them: column -> type. The one list for the SQL below and for the rows of rows.ts. */
export const requestColumns = {
  id: 'text',
  organization_id: 'text',
  team_id: 'text',
  project_id: 'text',
  api_key_id: 'text',
  completion_id: 'text',
  kind: 'text',
  status: 'text',
  started_at: 'timestamptz',
  finished_at: 'timestamptz',
  end_user: 'text',
  run_id: 'text',
  agent: 'text',
  tags: 'jsonb',
  route_id: 'text',
  route_slug: 'text',
  model: 'text',
  provider: 'text',
  streamed: 'boolean',
  input_tokens: 'integer',
  output_tokens: 'integer',
  reasoning_tokens: 'integer',
  cache_read_tokens: 'integer',
  cache_write_tokens: 'integer',
  usage_source: 'text',
  usage_details: 'jsonb',
  cost_nanos: 'bigint',
  cost_complete: 'boolean',
  cost_lines: 'jsonb',
  queued_ms: 'integer',
  routing_ms: 'double precision',
  ttft_ms: 'integer',
  total_ms: 'integer',
  overhead_ms: 'double precision',
  finish_reason: 'text',
  error_code: 'text',
  problem: 'jsonb',
  decision: 'jsonb',
  facts: 'jsonb',
  experiment_id: 'text',
  experiment_arm: 'text',
  shadow_of: 'text',
  trace_id: 'text',
  verdicts: 'jsonb',
} as const;

export const attemptColumns = {
  id: 'text',
  organization_id: 'text',
  request_id: 'text',
  number: 'integer',
  target_id: 'text',
  model: 'text',
  provider: 'text',
  started_at: 'timestamptz',
  duration_ms: 'integer',
  ttft_ms: 'integer',
  outcome: 'text',
  error_code: 'text',
  http_status: 'integer',
  provider_message: 'text',
  provider_request_id: 'text',
  response_model: 'text',
  input_tokens: 'integer',
  output_tokens: 'integer',
  reasoning_tokens: 'integer',
  cache_read_tokens: 'integer',
  cache_write_tokens: 'integer',
  usage_source: 'text',
  usage_details: 'jsonb',
  cost_nanos: 'bigint',
  cost_complete: 'boolean',
  cost_lines: 'jsonb',
} as const;

/** A request and its attempts, made by a ledger's `rowOf`, and what they refer to; written together or not at all. */
export interface RequestRows {
  readonly id: string;
  readonly organizationId: string;
  /** What its decision names by their digests. */
  readonly parts: readonly DecisionPart[];
  readonly request: Buffer;
  readonly attempts: readonly Buffer[];
}

/** The tables, as rows go there: in the order in which they were made. */
export interface Ledger {
  /**
   * A row on its way to the database. Rows wait for one another, long enough for V8 to move what is in its heap to where it
   * looks seldom: as strings they were most of what grew old there. @param json an object whose keys are columns above
   */
  rowOf(json: string): Buffer;
  /**
   * Writes all or nothing, in one statement; when that is done, the rows' memory is used again. Rows that are there already
   * stay as they are, so a batch whose outcome nobody heard of can be written again. When the database refuses a value, the
   * batch is halved until the bad rows stand alone.
   * @param onRefused hears of each request that was left out, and why
   * @throws whatever else went wrong, UnavailableProblem mostly; then some of the rows may be written
   */
  insert(rows: readonly RequestRows[], onRefused: OnRefused): Promise<void>;
}

type OnRefused = (id: string, error: unknown) => void;

/** Parts of decisions that are known to be there, and how long they are taken to be; see `dropUnusedParts`. */
const KNOWN_PARTS = 20_000;
export const PART_WRITTEN_AGAIN_MS = 24 * 3_600_000;

export interface PartName {
  readonly organizationId: string;
  readonly digest: string;
}

export const nameOfPart = ({ organizationId, digest }: PartName) => `${organizationId} ${digest}`;

/** Some 600 calls, which at 2000 a second are those of three tenths of a second. */
const RING_BYTES = 1_500_000;

export function createLedger(database: Database, clock: Runtime['clock']): Ledger {
  const waiting = createByteRing(RING_BYTES);
  const batches = createByteRing(RING_BYTES);
  /** When they were written, by clock.now(). */
  const known = new LRUCache<string, number>({ max: KNOWN_PARTS });

  /** Those of the rows that have to be written before, by the names they are known by. */
  const unknownParts = (rows: readonly RequestRows[], now: number): ReadonlyMap<string, string> => {
    const found = new Map<string, string>();
    const seenAt = new Date(now).toISOString();
    for (const { organizationId, parts } of rows) {
      for (const { digest, text } of parts) {
        const name = nameOfPart({ organizationId, digest });
        if (now < (known.get(name) ?? Number.NEGATIVE_INFINITY) + PART_WRITTEN_AGAIN_MS) continue;
        found.set(name, partRow({ organizationId, digest, seenAt }, text));
      }
    }
    return found;
  };

  const insert = async (rows: readonly RequestRows[], onRefused: OnRefused): Promise<void> => {
    try {
      const tables = [rows.map(({ request }) => request), rows.flatMap(({ attempts }) => attempts)];
      const arrays = tables.map((table) => arrayOf(table, batches));
      const now = clock.now();
      const parts = unknownParts(rows, now);
      await database.query(INSERT, [...arrays, `[${[...parts.values()].join()}]`]);
      for (const array of arrays) batches.drop(array);
      for (const name of parts.keys()) known.set(name, now);
    } catch (error) {
      if (!isAboutData(error)) throw error;
      if (rows.length === 1) return onRefused(rows[0]!.id, error);
      const middle = Math.ceil(rows.length / 2);
      await insert(rows.slice(0, middle), onRefused);
      await insert(rows.slice(middle), onRefused);
    }
  };

  return {
    rowOf: (json) => waiting.put(storable(json)),
    async insert(rows, onRefused) {
      await insert(rows, onRefused);
      for (const { request, attempts } of rows) for (const row of [request, ...attempts]) waiting.drop(row);
    },
  };
}

/** SQLSTATE classes 22 (data exception), 23 (constraint) and 54 (too large): no second try can succeed. */
function isAboutData(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^(22|23|54)/.test(String(error.code));
}

/** Of the decision_part table; see insertFromJson. */
function partRow(name: Readonly<Record<'organizationId' | 'digest' | 'seenAt', string>>, content: string): string {
  const { organizationId: organization_id, digest, seenAt: seen_at } = name;
  return storable(withFields(JSON.stringify({ organization_id, digest, seen_at }), { content }));
}

/**
 * In one statement, as no transaction is asked about four times. $1: requests, $2: attempts, $3: parts of decisions, which
 * others may be writing as well, so all do it in one order.
 */
const INSERT = often(`
  WITH parts AS (
    INSERT INTO decision_part (organization_id, digest, content, seen_at)
    SELECT organization_id, digest, content, seen_at
    FROM jsonb_to_recordset($3::jsonb)
      AS row (organization_id text, digest text, content jsonb, seen_at timestamptz)
    ORDER BY organization_id, digest
    ON CONFLICT (organization_id, digest) DO UPDATE SET seen_at = excluded.seen_at
  ), requests AS (${insertFromJson('$1', 'request', requestColumns)})
  ${insertFromJson('$2', 'attempt', attemptColumns)}`);

/** Of a JSON array of objects. Some 30 µs a row, where an insert through the client costs ten times that. */
function insertFromJson(parameter: string, table: string, columns: Readonly<Record<string, string>>): string {
  const names = Object.keys(columns).join(', ');
  const typed = Object.entries(columns).map(([name, type]) => `${name} ${type}`);
  return `INSERT INTO ${table} (${names}) SELECT ${names} FROM jsonb_to_recordset(${parameter}::jsonb) AS row (${typed.join(', ')})
          ON CONFLICT (id) DO NOTHING`;
}

/** A JSON array as PostgreSQL's binary jsonb, which node-postgres sends as it is: the format's version, then the text. */
function arrayOf(rows: readonly Buffer[], ring: ByteRing): Buffer {
  const parts = [OPENING, ...rows.flatMap((row, place) => (place === 0 ? [row] : [COMMA, row])), CLOSING];
  const array = ring.room(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) at += part.copy(array, at);
  return array;
}

const OPENING = Buffer.from('\u0001[');
const COMMA = Buffer.from(',');
const CLOSING = Buffer.from(']');

/**
 * PostgreSQL's text holds neither NUL nor half of a surrogate pair, and one such character would refuse a whole
 * batch: they become U+FFFD. JSON writes both as escapes, so they are found in the finished text, keys included; the
 * first alternative steps over an escaped backslash, after which `u0000` is ordinary text.
 */
function storable(text: string): string {
  return text.includes('\\u') ? text.replace(/\\\\|\\u(?:0000|d[89a-f]..)/gi, keepBackslash) : text;
}

function keepBackslash(found: string): string {
  return found === '\\\\' ? found : '\ufffd';
}
