import { type Meter, type Nanos, nanosFromUsd } from '../core/money.ts';
import { ValidationProblem } from '../core/problem.ts';
import { recordsOf } from './csv.ts';

/** What a vendor says it counted, and where it says so what it charged for it. */
export interface VendorUse {
  /** 2026-11-23, UTC. */
  readonly day: string;
  readonly model: string;
  readonly meter: Meter;
  /** Null where the export speaks of money only; the other way round with `costNanos`. */
  readonly quantity: number | null;
  readonly costNanos: Nanos | null;
}

export interface VendorExport {
  readonly format: string;
  readonly uses: readonly VendorUse[];
  /** The meters the export speaks of: what it leaves out it does not deny. */
  readonly meters: ReadonlySet<Meter>;
  /** Lines that name no day, or nothing that calls are compared by. */
  readonly unread: number;
  /** What those come to; null when the export speaks of no money. */
  readonly unreadNanos: Nanos | null;
}

type Line = Readonly<Record<string, string>>;

/** One vendor's way of writing it down, recognised by its columns. A new one is a row. */
interface Format {
  readonly name: string;
  readonly columns: readonly string[];
  day(line: Line): string | undefined;
  model(line: Line): string | undefined;
  readonly meters: readonly Meter[];
  uses(line: Line): readonly Omit<VendorUse, 'day' | 'model'>[];
  /** Where a line says what it costs. */
  readonly money?: string;
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
      counted('INPUT_TOKEN', number(line.usage_input_tokens_no_cache)),
      counted('CACHE_WRITE_TOKEN', number(line.usage_input_tokens_cache_write_5m)),
      counted('CACHE_WRITE_1H_TOKEN', number(line.usage_input_tokens_cache_write_1h)),
      counted('CACHE_READ_TOKEN', number(line.usage_input_tokens_cache_read)),
      counted('OUTPUT_TOKEN', number(line.usage_output_tokens)),
      counted('TOOL_CALL', number(line.web_search_count)),
    ],
  },
  {
    // OpenAI dashboard, Usage, export of completions; its header as seen in 2025-10. Input includes what was cached.
    name: 'OPENAI_USAGE',
    columns: ['start_time', 'num_model_requests', 'model', 'input_tokens', 'output_tokens', 'input_cached_tokens'],
    day: dayOfStart,
    model: (line) => line.model,
    meters: ['REQUEST', 'INPUT_TOKEN', 'CACHE_READ_TOKEN', 'OUTPUT_TOKEN'],
    uses: (line) => {
      const cached = number(line.input_cached_tokens);
      return [
        counted('REQUEST', number(line.num_model_requests)),
        counted('INPUT_TOKEN', number(line.input_tokens) - cached),
        counted('CACHE_READ_TOKEN', cached),
        counted('OUTPUT_TOKEN', number(line.output_tokens)),
      ];
    },
  },
  {
    // OpenAI dashboard, Cost, export grouped by line item: "gpt-5-mini-2025-08-07, cached input".
    name: 'OPENAI_COSTS',
    columns: ['start_time', 'amount_value', 'line_item'],
    day: dayOfStart,
    model: (line) => lineItem(line)?.model,
    meters: ['INPUT_TOKEN', 'CACHE_READ_TOKEN', 'OUTPUT_TOKEN'],
    uses: (line) => charged(lineItem(line)?.meter, line.amount_value),
    money: 'amount_value',
  },
  {
    // Claude Console, Cost, export; its header as seen in exports of 2026-08. Models by the names people call them.
    name: 'ANTHROPIC_COSTS',
    columns: ['usage_date_utc', 'model', 'token_type', 'cost_usd'],
    day: (line) => line.usage_date_utc,
    model: (line) => (claudeMeter(line) ? (line.model ?? '').toLowerCase().replace(/[ .]+/g, '-') : undefined),
    meters: Object.values(claudeMeters),
    uses: (line) => charged(claudeMeter(line), line.cost_usd),
    money: 'cost_usd',
  },
  {
    name: 'PLAIN',
    columns: ['day', 'model', 'meter'],
    money: 'cost_usd',
    day: (line) => line.day,
    model: (line) => line.model,
    meters: [],
    uses: (line) => [
      {
        meter: (line.meter ?? '').toUpperCase() as Meter,
        quantity: line.quantity ? number(line.quantity) : null,
        costNanos: line.cost_usd ? dollars(line.cost_usd) : null,
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

/** @throws ValidationProblem for columns or values that cannot be read */
export function readExport(csv: string): VendorExport {
  const lines = recordsOf(csv);
  const [first] = lines;
  const format = first && formats.find(({ columns }) => columns.every((name) => name in first));
  if (!format) throw unreadable(first);
  const unread: Line[] = [];
  const flat = lines.flatMap((line) => {
    const day = format.day(line)?.slice(0, 10) ?? '';
    const model = format.model(line) ?? '';
    if (/^\d{4}-\d{2}-\d{2}$/.test(day) && model !== '')
      return format.uses(line).map((use) => ({ day, model, ...use }));
    unread.push(line);
    return [];
  });
  const strange = flat.find(({ meter }) => !comparedMeters.some((known) => known === meter));
  if (strange) throw problem('METER_UNKNOWN', `'${strange.meter}' is no meter: use ${comparedMeters.join(', ')}.`);
  const meters = new Set(format.meters.length > 0 ? format.meters : flat.map(({ meter }) => meter));
  return { format: format.name, uses: flat, meters, unread: unread.length, unreadNanos: moneyIn(format, unread) };
}

function unreadable(line: Line | undefined): ValidationProblem {
  const known = formats.map(({ name, columns }) => `${name} (${columns.join(', ')})`).join('; ');
  const found = line
    ? `its columns are ${Object.keys(line).join(', ').slice(0, 500)}`
    : 'it has no line below its header';
  return problem('FORMAT_UNKNOWN', `This is no export that can be read: ${found}. Known are: ${known}.`);
}

function problem(code: string, message: string): ValidationProblem {
  return ValidationProblem.at('import.csv', code, message);
}

function counted(meter: Meter, quantity: number): Omit<VendorUse, 'day' | 'model'> {
  return { meter, quantity, costNanos: null };
}

function charged(meter: Meter | undefined, cost: string | undefined): Omit<VendorUse, 'day' | 'model'>[] {
  return meter ? [{ meter, quantity: null, costNanos: dollars(cost) }] : [];
}

function moneyIn({ money }: Format, lines: readonly Line[]): Nanos | null {
  return money === undefined ? null : lines.reduce((sum, line) => sum + dollars(line[money]), 0n);
}

function claudeMeter({ token_type = '', cost_type = '' }: Line): Meter | undefined {
  return cost_type === '' || cost_type === 'token' ? claudeMeters[token_type] : undefined;
}

function dayOfStart(line: Line): string | undefined {
  if (line.start_time_iso) return line.start_time_iso;
  const seconds = Number(line.start_time);
  return Number.isSafeInteger(seconds) && seconds > 0 ? new Date(seconds * 1000).toISOString() : undefined;
}

function lineItem({ line_item: item = '' }: Line): { readonly model: string; readonly meter: Meter } | null {
  const [, model, kind] = /^(.+), (input|cached input|output)$/.exec(item) ?? [];
  if (!model || !kind) return null;
  const meters = { input: 'INPUT_TOKEN', 'cached input': 'CACHE_READ_TOKEN', output: 'OUTPUT_TOKEN' } as const;
  return { model, meter: meters[kind as keyof typeof meters] };
}

function number(text: string | undefined): number {
  const value = Number((text ?? '').replaceAll(',', '') || 0);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw problem('NUMBER', `'${text}' is no count.`);
}

function dollars(text: string | undefined): Nanos {
  const plain = (text ?? '').replace(/^\$/, '') || '0';
  if (/^-?\d{1,12}(\.\d+)?$/.test(plain)) return nanosFromUsd(plain);
  throw problem('AMOUNT', `'${text}' is no amount of dollars.`);
}
