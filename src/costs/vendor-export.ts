import { type Meter, NANOS_PER_USD, type Nanos, nanosFromUsd } from '../core/money.ts';
import { ValidationProblem } from '../core/problem.ts';
import { type TableRow, tableOf } from './csv.ts';

/** What a vendor says it counted, and where it says so what it charged for it. */
export interface VendorUse {
  /** 2026-11-23, UTC. */
  readonly day: string;
  readonly model: string;
  readonly meter: Meter;
  /** Null where the export speaks of money only; the other way round with `costNanos`. */
  readonly quantity: number | null;
  readonly costNanos: Nanos | null;
  /** How far the money may be off by the digits it is written with. */
  readonly roundedNanos: Nanos;
}

export interface VendorExport {
  readonly format: string;
  readonly uses: readonly VendorUse[];
  /** The meters the export speaks of: what it leaves out it does not deny. */
  readonly meters: ReadonlySet<Meter>;
  /** False where the export leaves out calls that are no conversation: embeddings have one of their own. */
  readonly allCalls: boolean;
  /** Rows that name no day, or nothing that calls are compared by, as spreadsheets count them. */
  readonly unread: readonly number[];
  /** What those come to; null when the export speaks of no money. */
  readonly unreadNanos: Nanos | null;
}

type Line = TableRow['fields'];
type Figure = Pick<VendorUse, 'meter' | 'quantity' | 'costNanos'>;

/** One vendor's way of writing it down, recognised by its columns. A new one is a row. */
interface Format {
  readonly name: string;
  readonly columns: readonly string[];
  /** What to choose at the vendor's so that lines name all that is needed. */
  readonly groupedBy: string;
  day(line: Line): string | undefined;
  model(line: Line): string | undefined;
  readonly meters: readonly Meter[];
  uses(line: Line): readonly Figure[];
  /** Where a line says what it costs. */
  readonly money?: string;
  /** Where it says in which currency; dollars where it does not. */
  readonly currency?: string;
  readonly allCalls?: false;
}

/** By the words of Anthropic's cost export. */
const claudeMeters: Readonly<Record<string, Meter>> = {
  input_no_cache: 'INPUT_TOKEN',
  input_cache_write_5m: 'CACHE_WRITE_TOKEN',
  input_cache_write_1h: 'CACHE_WRITE_1H_TOKEN',
  input_cache_read: 'CACHE_READ_TOKEN',
  output: 'OUTPUT_TOKEN',
};

const formats: readonly Format[] = [
  {
    // Claude Console, Usage, export; its header as seen in exports of 2025-11 to 2026-09.
    name: 'ANTHROPIC_USAGE',
    columns: ['usage_date_utc', 'model_version', 'usage_output_tokens'],
    groupedBy: 'model',
    day: (line) => line.usage_date_utc,
    model: (line) => line.model_version,
    meters: [
      'INPUT_TOKEN',
      'CACHE_WRITE_TOKEN',
      'CACHE_WRITE_1H_TOKEN',
      'CACHE_READ_TOKEN',
      'OUTPUT_TOKEN',
      'TOOL_CALL',
    ],
    uses: (line) => [
      counted('INPUT_TOKEN', number(line, 'usage_input_tokens_no_cache')),
      counted('CACHE_WRITE_TOKEN', number(line, 'usage_input_tokens_cache_write_5m')),
      counted('CACHE_WRITE_1H_TOKEN', number(line, 'usage_input_tokens_cache_write_1h')),
      counted('CACHE_READ_TOKEN', number(line, 'usage_input_tokens_cache_read')),
      counted('OUTPUT_TOKEN', number(line, 'usage_output_tokens')),
      counted('TOOL_CALL', number(line, 'web_search_count')),
    ],
  },
  {
    // OpenAI dashboard, Usage, export of completions; its header as seen in 2025-10. Input includes what was cached.
    name: 'OPENAI_USAGE',
    columns: ['start_time', 'num_model_requests', 'model', 'input_tokens', 'output_tokens', 'input_cached_tokens'],
    groupedBy: 'model',
    day: dayOfStart,
    model: (line) => line.model,
    meters: ['REQUEST', 'INPUT_TOKEN', 'CACHE_READ_TOKEN', 'OUTPUT_TOKEN'],
    uses: (line) => {
      const cached = number(line, 'input_cached_tokens');
      return [
        counted('REQUEST', number(line, 'num_model_requests')),
        counted('INPUT_TOKEN', number(line, 'input_tokens') - cached),
        counted('CACHE_READ_TOKEN', cached),
        counted('OUTPUT_TOKEN', number(line, 'output_tokens')),
      ];
    },
    allCalls: false,
  },
  {
    // OpenAI dashboard, Cost, export grouped by line item: "gpt-5-mini-2025-08-07, cached input".
    name: 'OPENAI_COSTS',
    columns: ['start_time', 'amount_value', 'line_item'],
    groupedBy: 'line item',
    day: dayOfStart,
    model: (line) => lineItem(line)?.model,
    meters: ['INPUT_TOKEN', 'CACHE_READ_TOKEN', 'OUTPUT_TOKEN'],
    uses: (line) => charged(lineItem(line)?.meter, dollars(line, 'amount_value')),
    money: 'amount_value',
    currency: 'amount_currency',
  },
  {
    // Claude Console, Cost, export; its header as seen in exports of 2026-08. Models by the names people call them.
    name: 'ANTHROPIC_COSTS',
    columns: ['usage_date_utc', 'model', 'token_type', 'cost_usd'],
    groupedBy: 'model and token type',
    day: (line) => line.usage_date_utc,
    model: (line) => (claudeMeter(line) ? (line.model ?? '').toLowerCase().replace(/[ .]+/g, '-') : undefined),
    meters: Object.values(claudeMeters),
    uses: (line) => charged(claudeMeter(line), dollars(line, 'cost_usd')),
    money: 'cost_usd',
  },
  {
    name: 'PLAIN',
    columns: ['day', 'model', 'meter'],
    groupedBy: 'day, model and meter',
    money: 'cost_usd',
    day: (line) => line.day,
    model: (line) => line.model,
    meters: [],
    uses: (line) => [
      {
        meter: (line.meter ?? '').toUpperCase() as Meter,
        quantity: line.quantity ? number(line, 'quantity') : null,
        costNanos: line.cost_usd ? dollars(line, 'cost_usd') : null,
      },
    ],
  },
];

/** The meters that calls are compared by; the others are parts of these. */
export const comparedMeters = [
  'INPUT_TOKEN',
  'CACHE_READ_TOKEN',
  'CACHE_WRITE_TOKEN',
  'CACHE_WRITE_1H_TOKEN',
  'OUTPUT_TOKEN',
  'IMAGE',
  'AUDIO_SECOND',
  'CHARACTER',
  'SEARCH',
  'TOOL_CALL',
  'REQUEST',
] as const satisfies readonly Meter[];
export type ComparedMeter = (typeof comparedMeters)[number];

/** @throws ValidationProblem for columns or values that cannot be read, naming the row, and for a file of which nothing can */
export function readExport(csv: string): VendorExport {
  const rows = tableOf(csv);
  const [first] = rows;
  const format = first && formats.find(({ columns }) => columns.every((name) => name in first.fields));
  if (!format) throw unreadable(first?.fields);
  const roundedNanos = roundingIn(format, rows);
  const unread: TableRow[] = [];
  const uses = rows.flatMap((row) => {
    const { fields } = row;
    const day = format.day(fields)?.slice(0, 10) ?? '';
    const model = format.model(fields) ?? '';
    if (/^\d{4}-\d{2}-\d{2}$/.test(day) && model !== '')
      return at(row, () => figuresIn(format, fields)).map((figure) => ({ day, model, roundedNanos, ...figure }));
    unread.push(row);
    return [];
  });
  if (uses.length === 0) throw nothingRead(format, first);
  return {
    format: format.name,
    uses,
    meters: new Set(format.meters.length > 0 ? format.meters : uses.map(({ meter }) => meter)),
    allCalls: format.allCalls ?? true,
    unread: unread.map(({ row }) => row),
    unreadNanos: moneyIn(format, unread),
  };
}

function figuresIn(format: Format, line: Line): readonly Figure[] {
  const currency = (format.currency && line[format.currency]) || 'usd';
  if (currency.toLowerCase() !== 'usd') throw problem('CURRENCY', `'${currency}' cannot be compared with dollars.`);
  const figures = format.uses(line);
  const strange = figures.find(({ meter }) => !comparedMeters.some((known) => known === meter));
  if (strange) throw problem('METER_UNKNOWN', `'${strange.meter}' is no meter: use ${comparedMeters.join(', ')}.`);
  return figures;
}

/** What is wrong with a value is said with the row it stands in. */
function at<Result>({ row }: TableRow, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ValidationProblem)) throw error;
    throw problem(error.issues[0]!.code, `Row ${row}: ${error.issues[0]!.message}`);
  }
}

function unreadable(line: Line | undefined): ValidationProblem {
  const known = formats.map(({ name, columns }) => `${name} (${columns.join(', ')})`).join('; ');
  const found = line
    ? `its columns are ${Object.keys(line).join(', ').slice(0, 500)}`
    : 'it has no line below its header';
  return problem('FORMAT_UNKNOWN', `This is no export that can be read: ${found}. Known are: ${known}.`);
}

function nothingRead({ name, groupedBy, columns }: Format, { row, fields }: TableRow): ValidationProblem {
  const values = columns.map((column) => `${column} is '${(fields[column] ?? '').slice(0, 50)}'`).join(', ');
  return problem(
    'NOTHING_READ',
    `It looks like ${name}, but no row names a day like 2026-11-23 and what was used: in row ${row} ${values}. ` +
      `Export it by day, grouped by ${groupedBy}, and as the vendor writes it.`,
  );
}

function problem(code: string, message: string): ValidationProblem {
  return ValidationProblem.at('import.csv', code, message);
}

function counted(meter: Meter, quantity: number): Figure {
  return { meter, quantity, costNanos: null };
}

function charged(meter: Meter | undefined, costNanos: Nanos): Figure[] {
  return meter ? [{ meter, quantity: null, costNanos }] : [];
}

function moneyIn({ money }: Format, rows: readonly TableRow[]): Nanos | null {
  if (money === undefined) return null;
  return rows.reduce((sum, row) => sum + at(row, () => dollars(row.fields, money)), 0n);
}

/** Half of the last digit that any row has; half a cent where all are whole cents, nothing below a nano. */
function roundingIn({ money }: Format, rows: readonly TableRow[]): Nanos {
  if (money === undefined) return 0n;
  const digits = rows.map(({ fields }) => /\.(\d+)$/.exec(fields[money] ?? '')?.[1]?.length ?? 0);
  const longest = digits.reduce((most, one) => Math.max(most, one), 2);
  return NANOS_PER_USD / 10n ** BigInt(Math.min(longest, 9)) / 2n;
}

function claudeMeter({ token_type = '', cost_type = '' }: Line): Meter | undefined {
  return cost_type === '' || cost_type === 'token' ? claudeMeters[token_type] : undefined;
}

/** Of the year 9999, the last with four digits. */
const LAST_SECOND = Date.UTC(10_000) / 1000;

function dayOfStart(line: Line): string | undefined {
  if (line.start_time_iso) return line.start_time_iso;
  const seconds = Number(line.start_time);
  return seconds > 0 && seconds < LAST_SECOND ? new Date(seconds * 1000).toISOString() : undefined;
}

function lineItem({ line_item: item = '' }: Line): { readonly model: string; readonly meter: Meter } | null {
  const [, model, kind] = /^(.+), (input|cached input|output)$/.exec(item) ?? [];
  if (!model || !kind) return null;
  const meters = { input: 'INPUT_TOKEN', 'cached input': 'CACHE_READ_TOKEN', output: 'OUTPUT_TOKEN' } as const;
  return { model, meter: meters[kind as keyof typeof meters] };
}

function number(line: Line, column: string): number {
  const text = line[column] ?? '';
  const value = Number(text.replaceAll(',', '') || 0);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw problem('NUMBER', `${column} is '${text}', which is no count.`);
}

/** Vendors also write very small amounts as 1.2e-05. */
function dollars(line: Line, column: string): Nanos {
  const text = line[column] ?? '';
  const plain = text.replace(/^\$/, '') || '0';
  if (/^-?\d{1,12}(\.\d+)?(e-\d{1,3})?$/i.test(plain)) return nanosFromUsd(plain);
  throw problem('AMOUNT', `${column} is '${text}', which is no amount of dollars like 12.34.`);
}
