import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { type GraphQLInputType, isEnumType, isInputObjectType, isListType, isNonNullType } from 'graphql';
import { openOwnGateway } from '../faults/gateway.ts';
import { type RootField, rootFields, selection } from '../security/authorization/documents.ts';
import { seededRandom } from '../support/manual-clock.ts';

/**
 * Operations whose input nobody would send: `npm run fuzz:graphql -- --count 10000 --seed 7`. Each calls a field of a root
 * with what its types take: ids of what earlier ones made, values that make sense, and among them such as no person would
 * write. What comes back is an answer or a refusal that says why: never INTERNAL, never a 5xx, and never nothing.
 */

export interface Complaint {
  readonly query: string;
  readonly variables: string;
  readonly said: string;
}

const PATIENCE_MS = 20_000;
/** How long a subscription is listened to: most have nothing to say. */
const LISTEN_MS = 100;
/** How many of the values are none that a person would write. */
const STRANGE = 0.08;

type Chance = () => number;
const pick = <T>(items: readonly T[], chance: Chance): T => items[Math.floor(chance() * items.length)]!;

/** Whoever took away what the next operations come with would end the run. */
const ENDING = new Set(['apiKeyRevoke', 'apiKeyRotate', 'roleSave', 'roleDelete', 'userSave']);
const fields = rootFields.filter(({ field }) => !ENDING.has(field.name));

/** Ids of what there is, by the name of its type, as answers tell them; the newest last. */
type Known = Map<string, string[]>;
const MOST_KNOWN = 20;

/** @returns what was wrong with the answers; nothing when nothing was */
export async function fuzzSchema(url: string, key: string, count: number, seed: number): Promise<Complaint[]> {
  const { float } = seededRandom(seed);
  const known: Known = new Map();
  const complaints: Complaint[] = [];
  for (let sent = 0; sent < count; sent++) {
    const { root, field } = pick(fields, float);
    const asked = operationOn({ root, field }, known, float);
    const said = await (root === 'Subscription' ? listen : send)(url, key, JSON.stringify(asked));
    const wrong = !said.startsWith('{') || /"INTERNAL"|"InternalError"/.test(said);
    const { query, variables } = asked;
    if (wrong)
      complaints.push({ query, variables: JSON.stringify(variables).slice(0, 2000), said: said.slice(0, 500) });
    else learn(JSON.parse(said), known);
  }
  return complaints;
}

async function send(url: string, key: string, body: string): Promise<string> {
  try {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body, signal });
    const said = await response.text();
    return response.status < 500 ? said : `${response.status} ${said}`;
  } catch (error) {
    return String(error);
  }
}

/** @returns the first that it says; an object without anything when it says nothing */
async function listen(url: string, key: string, body: string): Promise<string> {
  const leaving = new AbortController();
  try {
    const accept = 'text/event-stream';
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}`, accept };
    const signal = AbortSignal.any([leaving.signal, AbortSignal.timeout(PATIENCE_MS)]);
    const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body, signal });
    setTimeout(() => leaving.abort(), LISTEN_MS);
    let said = '';
    for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) {
      said += piece;
      const event = /^data: (.+)$/m.exec(said);
      if (event) return event[1]!;
    }
    return response.ok ? '{}' : `${response.status} ${said}`;
  } catch (error) {
    return leaving.signal.aborted ? '{}' : String(error);
  } finally {
    leaving.abort();
  }
}

function operationOn({ root, field }: RootField, known: Known, chance: Chance) {
  // A page has one beginning and one length, which is asked for.
  const given = field.args.filter(({ type, name }) =>
    /^(last|before|after)$/.test(name) ? chance() < 0.05 : isNonNullType(type) || name === 'first' || chance() < 0.6,
  );
  const variables = Object.fromEntries(
    given.map(({ name, type }) => [name, plain(type, { field: field.name, name }, known, chance, 0)]),
  );
  const declared = given.map(({ name, type }) => `$${name}: ${type}`).join(', ');
  const passed = given.map(({ name }) => `${name}: $${name}`).join(', ');
  const depth = root === 'Query' ? pick([0, 1, 2], chance) : 1;
  const called = `${field.name}${passed && `(${passed})`} ${selection(field.type, depth)}`;
  return { query: `${root.toLowerCase()}${declared && `(${declared})`} { ${called} }`, variables };
}

/** What something of this type may be; fields that need not be given are, now and then. */
function plain(type: GraphQLInputType, place: Place, known: Known, chance: Chance, depth: number): unknown {
  if (isNonNullType(type)) return plain(type.ofType, place, known, chance, depth);
  if (isListType(type)) return [plain(type.ofType, place, known, chance, depth + 1)];
  if (isEnumType(type)) return pick(type.getValues(), chance).name;
  if (isInputObjectType(type)) {
    const all = Object.values(type.getFields());
    const given = type.isOneOf
      ? [pick(all, chance)]
      : all.filter((field) => isNonNullType(field.type) || chance() < 0.5 ** (depth + 1));
    return Object.fromEntries(
      given.map(({ name, type: wanted }) => [name, plain(wanted, { ...place, name }, known, chance, depth + 1)]),
    );
  }
  if (chance() < STRANGE) return pick(strangeFor(type.name), chance);
  // A second write under one key is the first one.
  if (place.name === 'idempotencyKey' && chance() < 0.9) return `key ${chance()}`;
  return pick(type.name === 'ID' ? idsFor(place, known) : wordsFor(type.name, place.name), chance);
}

/** Where an input stands: in which field of a root, and as what. */
interface Place {
  readonly field: string;
  readonly name: string;
}

/** `budgetDelete(id:)` wants what a Budget is called by, and so does `budgetAdjust(input: { budget })`. */
function idsFor({ field, name }: Place, known: Known): readonly string[] {
  const wanted = (name === 'id' || name === 'ids' ? field : name).toLowerCase();
  const fitting = [...known]
    .filter(([typename]) => wanted.startsWith(typename.toLowerCase()))
    .flatMap(([, ids]) => ids);
  return fitting.length > 0 ? fitting : ['x', ...[...known.values()].flat()];
}

const words: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^models?$/i, ['sim/echo-1', 'sim/small-1', 'sim/embed-1']],
  [/slug|route/i, ['alpha', 'beta', 'default']],
  [/url|issuer/i, ['https://nobody.invalid/path']],
  [/email/i, ['somebody@example.com']],
  [/timezone/i, ['Europe/Berlin']],
  [/mimeType/i, ['text/plain', 'image/png']],
  [/^(content|data|audio)$/i, [Buffer.from('Some words').toString('base64')]],
  [/document/i, ['query Fuzzed { health { status } }']],
];

function wordsFor(typename: string, name: string): readonly unknown[] {
  switch (typename) {
    case 'Int':
      return name === 'first' ? [1, 2] : [1, 2, 60, 1000];
    case 'SafeInt':
      return [1, 5, 60, 1000];
    case 'Float':
      return [0.5, 1];
    case 'Boolean':
      return [true, false];
    case 'BigInt':
    case 'Decimal':
      return ['5', '1000000'];
    case 'DateTime':
      return ['2026-01-01T00:00:00.000Z', '2030-01-01T00:00:00.000Z'];
    case 'Duration':
      return ['PT1H', 'P1D', 'P30D'];
    case 'JSON':
      return [{ type: 'object', properties: { city: { type: 'string' } } }];
    default:
      return words.find(([pattern]) => pattern.test(name))?.[1] ?? ['alpha', 'beta', 'Two words'];
  }
}

/** Of the kind that the type wants: other kinds are refused before anybody looks at them. */
function strangeFor(typename: string): readonly unknown[] {
  switch (typename) {
    case 'Int':
    case 'SafeInt':
      return [0, -1, 2 ** 31 - 1, -(2 ** 31), Number.MAX_SAFE_INTEGER];
    case 'Float':
      return [0, -1, 1e308, -1e308, 1e-320];
    case 'Boolean':
      return [null];
    case 'BigInt':
    case 'Decimal':
      return ['0', '-1', '9223372036854775807', '9223372036854775808', '-9223372036854775808', '0.0000000001', '1e5'];
    case 'DateTime':
      return [
        '0001-01-01T00:00:00Z',
        '9999-12-31T23:59:59.999Z',
        '+275760-09-13T00:00:00.000Z',
        '2026-02-30T00:00:00Z',
      ];
    case 'Duration':
      return ['PT0S', 'P999999999W', 'PT999999999H', '-P1D'];
    case 'JSON':
      return [null, [], 1, { type: '\ud800' }, { $ref: '#' }, { type: 'string', pattern: '(a+)+$' }];
    default:
      return strangeTexts;
  }
}

const strangeTexts = [
  ...['', ' ', '\0', 'a\0b', '\ud800', 'a\ud800', '\u202e', 'a\nb', '💥'.repeat(20), 'x'.repeat(5000)],
  ...[
    '__proto__',
    'constructor',
    '../../etc/passwd',
    "'; DROP TABLE x; --",
    '%',
    '*',
    'a*',
    '[',
    '(a+)+$',
    '/',
    'sim/',
  ],
  ...[
    'http://[',
    'https://nobody.invalid/\0',
    'data:;base64,',
    '-1',
    'NaN',
    '2026-13-45',
    'Mars/Olympus',
    '{ x',
    'fragment',
  ],
];

/** Notes what an answer tells of things with an id. */
function learn(answer: unknown, known: Known): void {
  if (answer === null || typeof answer !== 'object') return;
  const { __typename: typename, id } = answer as { readonly __typename?: unknown; readonly id?: unknown };
  if (typeof typename === 'string' && typeof id === 'string' && id !== '') {
    const ids = known.get(typename) ?? [];
    if (!ids.includes(id)) known.set(typename, [...ids, id].slice(-MOST_KNOWN));
  }
  for (const part of Object.values(answer)) learn(part, known);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { count: { type: 'string', default: '10000' }, seed: { type: 'string', default: '7' } },
  });
  const gateway = await openOwnGateway();
  const startedAt = performance.now();
  const complaints = await fuzzSchema(gateway.url, gateway.key, Number(values.count), Number(values.seed));
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  console.log(`${values.count} operations, ${complaints.length} complaints, ${seconds} s, seed ${values.seed}`);
  for (const complaint of complaints.slice(0, 20)) console.log(JSON.stringify(complaint));
  await gateway.close();
  if (complaints.length > 0) process.exitCode = 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
