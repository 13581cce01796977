import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { openOwnGateway } from '../faults/gateway.ts';
import { seededRandom } from '../support/manual-clock.ts';
import { ask, type DoorCall, doorCalls, isShapeOf } from './asking.ts';

/**
 * Bodies that nobody would write, at every door: `npm run fuzz:doors -- --count 10000 --seed 7`. Each is a whole body
 * with something broken: fields gone, of another kind, strange, or unknown; or no JSON at all. What comes back is an
 * answer or a refusal in the vendor's own shape: never a 5xx, and never nothing.
 */

export interface Complaint {
  readonly path: string;
  readonly body: string;
  readonly status: number | 'nothing';
  readonly said: string;
}

const PATIENCE_MS = 20_000;

const tool = { type: 'object', properties: { city: { type: 'string' } } };
const picture = 'data:image/png;base64,iVBORw0KGgo=';

/** Full bodies: most fields that a door reads are in one of them. */
const full: Readonly<Record<string, Record<string, unknown>>> = {
  '/v1/chat/completions': {
    model: 'sim/echo-1',
    messages: [
      { role: 'system', content: 'Be brief.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Hi' },
          { type: 'image_url', image_url: { url: picture } },
        ],
      },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"x"}' } }],
      },
      { role: 'tool', tool_call_id: 'call_1', content: 'Sunny' },
    ],
    tools: [{ type: 'function', function: { name: 'weather', description: 'w', parameters: tool, strict: false } }],
    tool_choice: 'auto',
    response_format: { type: 'json_schema', json_schema: { name: 'x', schema: tool } },
    temperature: 0.5,
    top_p: 0.9,
    max_completion_tokens: 20,
    n: 1,
    seed: 1,
    stop: ['"', 'x'],
    stream: false,
    stream_options: { include_usage: true },
    reasoning_effort: 'low',
    metadata: { team: 'a' },
    user: 'u',
  },
  '/v1/responses': {
    model: 'sim/echo-1',
    instructions: 'Be brief.',
    input: [
      {
        role: 'user',
        content: [
          { type: 'input_text', text: 'Hi' },
          { type: 'input_image', image_url: picture },
        ],
      },
      { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'hm' }], encrypted_content: 'abc' },
      { type: 'function_call', call_id: 'call_1', name: 'weather', arguments: '{}' },
      { type: 'function_call_output', call_id: 'call_1', output: 'Sunny' },
      { type: 'custom_tool_call', call_id: 'call_2', name: 'edit', namespace: 'files', input: 'x' },
      { type: 'custom_tool_call_output', call_id: 'call_2', output: [{ type: 'input_text', text: 'edited' }] },
      { type: 'tool_search_call', call_id: 'call_3', execution: 'client', arguments: { query: 'x' } },
      { type: 'tool_search_output', call_id: 'call_3', tools: [{ type: 'function', name: 'found', parameters: tool }] },
      { type: 'additional_tools', role: 'developer', tools: [{ type: 'custom', name: 'added' }] },
    ],
    tools: [
      { type: 'function', name: 'weather', parameters: tool, defer_loading: false },
      { type: 'tool_search', execution: 'client', description: 'Finds.', parameters: tool },
      {
        ...{ type: 'namespace', name: 'files', description: 'Files.' },
        tools: [
          { type: 'custom', name: 'edit', format: { type: 'grammar', syntax: 'lark', definition: 'start: "x"' } },
        ],
      },
    ],
    tool_choice: 'auto',
    text: { format: { type: 'text' } },
    reasoning: { effort: 'low' },
    max_output_tokens: 20,
    temperature: 0.5,
    stream: false,
  },
  '/v1/embeddings': { model: 'sim/embed-1', input: ['a', 'b'], dimensions: 8, encoding_format: 'base64', user: 'u' },
  '/v1/images/generations': { model: 'sim/echo-1', prompt: 'A cat', n: 1, size: '64x64' },
  '/v1/audio/speech': { model: 'sim/echo-1', input: 'Hi', voice: 'alloy', speed: 1 },
  '/v1/messages': {
    model: 'sim/echo-1',
    max_tokens: 20,
    system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
    messages: [
      { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'hm', signature: 'abc' },
          { type: 'tool_use', id: 't1', name: 'weather', input: { city: 'x' } },
        ],
      },
      {
        role: 'user',
        content: [
          {
            ...{ type: 'tool_result', tool_use_id: 't1' },
            content: [
              { type: 'text', text: 'Sunny' },
              { type: 'tool_reference', tool_name: 'later' },
            ],
          },
        ],
      },
      {
        ...{ role: 'system', clear_at: 'next_user_message' },
        content: [
          { type: 'text', text: 'It is ten.' },
          { type: 'tool_addition', tool: { type: 'tool_definition', definition: { name: 'new', input_schema: tool } } },
          { type: 'tool_removal', tool: { type: 'tool_reference', name: 'weather' } },
        ],
      },
    ],
    tools: [
      { name: 'weather', description: 'w', input_schema: tool },
      { name: 'later', input_schema: tool, defer_loading: true },
    ],
    context_management: { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] },
    tool_choice: { type: 'auto' },
    thinking: { type: 'enabled', budget_tokens: 1024 },
    temperature: 0.5,
    stream: false,
    metadata: { user_id: 'u' },
  },
  '/v1/messages/count_tokens': { model: 'sim/echo-1', messages: [{ role: 'user', content: 'Hi' }] },
};

const strange: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1e308,
  0.1,
  '',
  ' ',
  '\u0000',
  '\ud800',
  '💥'.repeat(20),
  'x'.repeat(5_000),
  '__proto__',
  [],
  [null],
  [[[[]]]],
  {},
  { type: 'text' },
  { __proto__: null, type: 'object', $ref: '#' },
  '../../etc/passwd',
  'data:;base64,',
  "'; DROP TABLE x; --",
];

type Chance = () => number;
const pick = <T>(items: readonly T[], chance: Chance): T => items[Math.floor(chance() * items.length)]!;

/** Forms: what is broken is their fields, their file, or the form itself. */
const forms: Readonly<Record<string, Record<string, unknown>>> = {
  '/v1/audio/transcriptions': {
    file: { name: 'a.wav', type: 'audio/wav', content: 'RIFFxxxxWAVE' },
    model: 'sim/echo-1',
    response_format: 'verbose_json',
    language: 'en',
    temperature: '0',
    'timestamp_granularities[]': 'segment',
  },
  '/v1/files': {
    file: { name: 'a.txt', type: 'text/plain', content: 'Some words.' },
    purpose: 'user_data',
    'expires_after[anchor]': 'created_at',
    'expires_after[seconds]': '3600',
  },
};

const EDGE = 'the-edge-of-a-part';

/** A form with one to three things broken in it, as the bytes that are sent. */
export function brokenForm(path: string, chance: Chance): string {
  const form = structuredClone(forms[path]!);
  for (let left = 1 + Math.floor(chance() * 3); left > 0; left--) mutate(form, chance);
  const parts = Object.entries(form).map(([name, value]) => {
    const file = value !== null && typeof value === 'object' && !Array.isArray(value) ? value : null;
    const { name: filename, type, content } = (file ?? {}) as Record<string, unknown>;
    const disposition = `Content-Disposition: form-data; name="${name}"`;
    return file
      ? `--${EDGE}\r\n${disposition}; filename="${written(filename)}"\r\nContent-Type: ${written(type)}\r\n\r\n${written(content)}\r\n`
      : `--${EDGE}\r\n${disposition}\r\n\r\n${written(value)}\r\n`;
  });
  const text = `${parts.join('')}--${EDGE}--\r\n`;
  const fate = chance();
  if (fate < 0.05) return text.slice(0, Math.floor(chance() * text.length));
  if (fate < 0.1) return text.replace(/\r\n|[-":;=]/, () => pick(['\n', '"', '\u0000', '--', ''], chance));
  return text;
}

function written(value: unknown): string {
  return typeof value === 'string' ? value : String(JSON.stringify(value));
}

/** A full body with one to four things broken in it, as the text that is sent. */
export function brokenBody(path: string, chance: Chance): string {
  const body = structuredClone(full[path]!);
  for (let left = 1 + Math.floor(chance() * 4); left > 0; left--) mutate(body, chance);
  const text = JSON.stringify(body);
  const fate = chance();
  if (fate < 0.03) return text.slice(0, Math.floor(chance() * text.length));
  if (fate < 0.05) return text.replace(/[{}[\]":,]/, () => pick(['{', '}', '"', '\u0000', ','], chance));
  return text;
}

function mutate(root: object, chance: Chance): void {
  let place: unknown = root;
  let holder: Record<string, unknown> = root as Record<string, unknown>;
  let name = '';
  // Down to somewhere, more often shallow than deep.
  do {
    holder = place as Record<string, unknown>;
    const names = Object.keys(holder);
    if (names.length === 0) return;
    name = pick(names, chance);
    place = holder[name];
  } while (place !== null && typeof place === 'object' && chance() < 0.7);
  const fate = chance();
  // A copy: what is broken next must not break the strange things themselves.
  const thing = structuredClone(pick(strange, chance));
  if (fate < 0.2) delete holder[name];
  else if (fate < 0.3) holder[`${name}_more`] = thing;
  else if (fate < 0.4 && Array.isArray(place)) place.push(thing, ...structuredClone(place));
  else holder[name] = thing;
}

/** @returns what was wrong with the answers; nothing when nothing was */
export async function fuzzDoor(
  url: string,
  key: string,
  call: DoorCall,
  count: number,
  seed: number,
): Promise<Complaint[]> {
  const { float } = seededRandom(seed);
  const broken = call.form ? brokenForm : brokenBody;
  const bodies = Array.from({ length: count }, () => broken(call.path, float)).values();
  const complaints: Complaint[] = [];
  const lane = async () => {
    for (const body of bodies) {
      const complaint = await sendOne(url, key, call, body);
      if (complaint) complaints.push(complaint);
    }
  };
  await Promise.all(Array.from({ length: 16 }, lane));
  return complaints;
}

async function sendOne(url: string, key: string, call: DoorCall, body: string): Promise<Complaint | null> {
  const about = { path: call.path, body: body.slice(0, 2_000) };
  try {
    const type = call.form ? `multipart/form-data; boundary=${EDGE}` : 'application/json';
    const headers = { authorization: `Bearer ${key}`, 'content-type': type };
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const response = await ask(url, key, call, '', { body, headers, signal });
    const said = await response.text();
    const { status } = response;
    const answered = status === 200 || (status >= 400 && status < 500 && isShapeOf(call.vendor, JSON.parse(said)));
    return answered ? null : { ...about, status, said: said.slice(0, 500) };
  } catch (error) {
    return { ...about, status: 'nothing', said: String(error) };
  }
}

const files: DoorCall = { vendor: 'openai', path: '/v1/files', form: true, body: () => ({}) };

export const fuzzed = [...doorCalls.filter(({ path }) => full[path] ?? forms[path]), files];

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { count: { type: 'string', default: '10000' }, seed: { type: 'string', default: '7' } },
  });
  const gateway = await openOwnGateway();
  let wrong = 0;
  for (const call of fuzzed) {
    const startedAt = performance.now();
    const complaints = await fuzzDoor(gateway.url, gateway.key, call, Number(values.count), Number(values.seed));
    wrong += complaints.length;
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    console.log(
      `${call.path}: ${values.count} bodies, ${complaints.length} complaints, ${seconds} s, seed ${values.seed}`,
    );
    for (const complaint of complaints.slice(0, 10)) console.log(JSON.stringify(complaint));
  }
  await gateway.close();
  if (wrong > 0) process.exitCode = 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
