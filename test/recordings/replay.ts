import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CompletionRequest, OutputPart } from '../../src/core/chat.ts';
import type { Json } from '../../src/core/json.ts';
import { ValidationProblem } from '../../src/core/problem.ts';
import { Secret } from '../../src/core/secret.ts';
import type { Usage } from '../../src/core/usage.ts';
import { type Connection, rowOf } from '../../src/providers/catalogue.ts';
import { type Asked, ask } from '../providers/asking.ts';
import { network } from '../support/network.ts';
import { systemRuntime } from '../support/runtime.ts';
import { answersDiffer, differs, type Mismatch, requestsDiffer } from './compare.ts';
import { type Exchange, nameOf, readExchanges, responseOf } from './exchange.ts';
import { NotExpressible } from './fields.ts';
import type { Reading, ReadUsage, Wire } from './reading.ts';
import { anthropic } from './wires/anthropic.ts';
import { bedrockConverse } from './wires/bedrock-converse.ts';
import { cohere } from './wires/cohere.ts';
import { google } from './wires/google.ts';
import { openaiChat } from './wires/openai-chat.ts';
import { openaiResponses } from './wires/openai-responses.ts';

/**
 * Replays recorded exchanges through the gateway's own way to a provider: the recorded answer is served byte for byte
 * to the adapter, and what comes out is compared with an independent reading of the recording.
 *
 *   npm run recordings -- FILE        FILE: JSON Lines, gzipped or plain; see exchange.ts for a line's shape
 *   npm run recordings -- --doors FILE  sent in through the doors for the vendors' clients, see doors/round-trip.ts
 */

export type Outcome = {
  readonly name: string;
  /** The row of the catalogue it was replayed against; null when there is none for it. */
  readonly row: string | null;
  /** The kinds of content in its question and answer. */
  readonly holds: readonly ContentKind[];
} & (
  | { readonly kind: 'matched' }
  | { readonly kind: 'mismatched'; readonly mismatches: readonly Mismatch[] }
  | { readonly kind: 'leftOut'; readonly reason: string }
);

export const contentKinds = ['text', 'image', 'audio', 'file', 'tools', 'reasoning', 'citations', 'schema'] as const;
export type ContentKind = (typeof contentKinds)[number];

const wires: readonly Wire[] = [openaiChat, openaiResponses, anthropic, google, bedrockConverse, cohere];

export async function replay(exchange: Exchange): Promise<Outcome> {
  const url = new URL(exchange.request.url);
  const found = exchange.request.method === 'POST' ? wireOf(url) : null;
  const about = { name: nameOf(exchange), row: found && kindOf(found.wire, url), holds: [] };
  try {
    const heard = await playBack(exchange, responseOf(exchange));
    const mismatches = mismatchesOf(exchange, heard);
    const replayed = { ...about, holds: contentKinds.filter((kind) => holding[kind](heard)) };
    return mismatches.length === 0 ? { ...replayed, kind: 'matched' } : { ...replayed, kind: 'mismatched', mismatches };
  } catch (error) {
    if (error instanceof NotExpressible) return { ...about, kind: 'leftOut', reason: error.message };
    if (error instanceof ValidationProblem) return { ...about, kind: 'leftOut', reason: `refused: ${error.message}` };
    return {
      ...about,
      kind: 'mismatched',
      mismatches: [{ field: 'replay', expected: 'a comparison', actual: String(error) }],
    };
  }
}

/** What the gateway hears of an exchange. */
export interface Heard extends Asked {
  readonly wire: Wire;
  readonly request: CompletionRequest;
  readonly modelId: string;
  readonly streamed: boolean;
  /** What it sent. */
  readonly sent: readonly { readonly url: string; readonly body: unknown }[];
  readonly text: string;
  readonly usage: Usage;
}

/**
 * Asks what was asked in an exchange, of a network that has one answer.
 * @throws NotExpressible when there is no way to ask it
 */
export async function playBack({ request: recorded, provider }: Exchange, answer: Response): Promise<Heard> {
  const { method, url, json = parsed(recorded.text) } = recorded;
  const found = method === 'POST' ? wireOf(new URL(url)) : null;
  if (!found) throw new NotExpressible(`not a call of a model in a format of the catalogue (${provider})`);
  if (json === undefined) throw new NotExpressible('the recording has no request body');
  const { wire, address } = found;
  const request = wire.request(json);
  const modelId = address.modelId ?? wire.modelId(json);
  const sent: { url: string; body: unknown }[] = [];
  // What was sent by its address was followed by its provider.
  const row = { ...rowOf(kindOf(wire, new URL(url))), fetches: [''] };
  const connection: Connection = {
    ...{ baseUrl: address.baseUrl, secret: new Secret('none'), settings: {}, runtime: systemRuntime },
    ...network(async (input, init) => {
      sent.push({ url: String(input), body: JSON.parse(String(init?.body)) });
      return answer;
    }),
  };
  const streamed = address.stream || wire.streams(json);
  const asked = await ask({ row, connection, modelId }, request, { stream: streamed });
  const text = asked.parts.map((part) => (part.kind === 'text' || part.kind === 'refusal' ? part.text : '')).join('');
  return { ...asked, wire, request, modelId, streamed, sent, text, usage: asked.attempts[0]!.usage };
}

const asksOfType =
  (type: RegExp) =>
  ({ request }: Heard): boolean =>
    request.messages.some(({ parts }) => parts.some((part) => part.kind === 'media' && type.test(part.mimeType)));
const saysKind =
  (...kinds: readonly OutputPart['kind'][]) =>
  ({ parts }: Heard): boolean =>
    parts.some(({ kind }) => kinds.includes(kind));

const holding: Readonly<Record<ContentKind, (heard: Heard) => boolean>> = {
  text: saysKind('text', 'refusal'),
  image: asksOfType(/^image\//),
  audio: asksOfType(/^audio\//),
  file: asksOfType(/^(?!image\/|audio\/)/),
  tools: saysKind('toolCall'),
  reasoning: saysKind('reasoning'),
  citations: ({ parts }) => parts.some((part) => part.kind === 'text' && part.citations.length > 0),
  schema: ({ request }) => request.output.kind !== 'text',
};

function mismatchesOf(exchange: Exchange, { wire, request, modelId, sent, ...heard }: Heard): Mismatch[] {
  const { url } = exchange.request;
  if (heard.error instanceof ValidationProblem) throw heard.error;

  const [left] = sent;
  const asRecorded = left
    ? [
        ...differs('request.url', withoutQuery(url), withoutQuery(left.url)),
        ...differs('request.model', modelId, wireOf(new URL(left.url))?.address.modelId ?? wire.modelId(left.body)),
        ...requestsDiffer(request, wire.request(left.body)),
      ]
    : [];
  const { status, json: answer, text, base64 } = exchange.response;
  const made = heard.attempts[0]!;
  if (status !== 200)
    return [
      ...asRecorded,
      ...differs('status', status, made.httpStatus),
      ...differs('outcome', 'FAILED', made.outcome),
    ];
  const expected = wire.answer(base64 === undefined ? (answer ?? parsed(text) ?? text) : Buffer.from(base64, 'base64'));
  return heard.error === undefined
    ? [...asRecorded, ...answersDiffer(expected, readingOf(heard, expected))]
    : [{ field: 'outcome', expected: 'an answer', actual: String(heard.error) }];
}

function wireOf(url: URL) {
  for (const wire of wires) {
    const address = wire.address(url);
    if (address) return { wire, address };
  }
  return null;
}

/** The row that has this address, or else the one for any server that speaks so. */
function kindOf({ kinds }: Wire, { host }: URL): string {
  return kinds.find((kind) => hostPattern(rowOf(kind).baseUrl)?.test(host)) ?? kinds[0];
}

function hostPattern(baseUrl: string | null): RegExp | null {
  const host = /^https?:\/\/([^/]+)/.exec(baseUrl ?? '')?.[1];
  return host === undefined ? null : new RegExp(`^${host.replaceAll('.', '\\.').replace(/\{\w+\}-?/g, '.*')}$`);
}

function parsed(text: string | undefined): Json | undefined {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as Json);
  } catch {
    return undefined;
  }
}

function withoutQuery(url: string): string {
  return url.split(/[?#]/)[0] ?? url;
}

type Said = Pick<Heard, 'parts' | 'text' | 'usage' | 'finishReason'>;

/** What the gateway made of the answer, in the words of the independent readers. */
function readingOf({ parts, text, usage: { source, ...counted }, finishReason }: Said, expected: Reading): Reading {
  const told: ReadUsage | null = source === 'ESTIMATED' && expected.usage === null ? null : counted;
  return {
    text,
    toolCalls: parts.flatMap((part) =>
      part.kind === 'toolCall' ? [{ name: part.name, arguments: part.arguments ?? part.rawArguments }] : [],
    ),
    finishReason: finishReason ?? 'ERROR',
    usage: told,
  };
}

// ---------------------------------------------------------------- the command

export const defaultFile = resolve(import.meta.dirname, '../../../shared/recordings/provider-traffic.jsonl.gz');

export async function replayFile(path: string): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const exchange of await readExchanges(path)) outcomes.push(await replay(exchange));
  return outcomes;
}

function print(outcomes: readonly Outcome[]): void {
  const shown = (value: unknown) => (JSON.stringify(value) ?? 'nothing').slice(0, 300);
  const leftOut = outcomes.filter((outcome) => outcome.kind === 'leftOut');
  const reasons = Map.groupBy(leftOut, ({ reason }) => reason);
  for (const [reason, group] of [...reasons].sort(([, a], [, b]) => b.length - a.length)) {
    console.log(`left out ${group.length}: ${reason}`);
    for (const { name } of group) console.log(`  ${name}`);
  }
  for (const outcome of outcomes) {
    if (outcome.kind !== 'mismatched') continue;
    for (const { field, expected, actual } of outcome.mismatches) {
      console.log(`mismatch ${outcome.name}\n  ${field}\n  expected ${shown(expected)}\n  actual   ${shown(actual)}`);
    }
  }
  const matched = outcomes.filter(({ kind }) => kind === 'matched').length;
  console.log(`matched ${matched} of ${outcomes.length - leftOut.length}, left out ${leftOut.length}`);
}

async function main(args: readonly string[]): Promise<void> {
  const [path = defaultFile] = args.filter((arg) => !arg.startsWith('--'));
  if (!existsSync(path)) {
    console.error(`There is no file ${path}. Say which one to replay: npm run recordings -- FILE`);
    process.exitCode = 2;
    return;
  }
  if (args.includes('--doors')) {
    const { printRoundTrips } = await import('./doors/round-trip.ts');
    if (!(await printRoundTrips(path))) process.exitCode = 1;
    return;
  }
  const outcomes = await replayFile(path);
  print(outcomes);
  if (outcomes.some(({ kind }) => kind === 'mismatched')) process.exitCode = 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main(process.argv.slice(2));
