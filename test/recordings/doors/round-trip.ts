import type { Json } from '../../../src/core/json.ts';
import { openOwnGateway } from '../../faults/gateway.ts';
import { asking } from '../../faults/house.ts';
import { differs, requestsDiffer } from '../compare.ts';
import { type Exchange, nameOf, readExchanges } from '../exchange.ts';
import { fields, NotExpressible } from '../fields.ts';
import type { Wire } from '../reading.ts';
import { anthropic } from '../wires/anthropic.ts';
import { openaiChat } from '../wires/openai-chat.ts';
import { openaiResponses } from '../wires/openai-responses.ts';
import { assemble } from './assemble.ts';
import { type Difference, fieldsDiffer, reasons, sentReasons, whyOf } from './differences.ts';
import { type Asking, type Place, placeFor, type ReplayServer, startReplayServer } from './house.ts';

/**
 * Recorded exchanges of OpenAI and Anthropic, sent in through the door for that vendor's clients by the recorded body,
 * with the recorded answer behind the gateway. What leaves for the provider must say what came in, and what comes out
 * what was recorded: field by field, but for differences with a reason.
 */

export interface RoundTrip {
  readonly name: string;
  /** The door would not take it, in its own words; null when it did. */
  readonly refused: string | null;
  readonly differences: readonly Difference[];
}

interface Way {
  readonly path: string;
  readonly hosts: RegExp;
  readonly form: 'chat' | 'responses' | 'messages';
  readonly wire: Wire;
  readonly kind: string;
}

const ways: readonly Way[] = [
  { path: '/v1/chat/completions', hosts: /openai\.com$/, form: 'chat', wire: openaiChat, kind: 'OPENAI_CHAT' },
  { path: '/v1/responses', hosts: /openai\.com$/, form: 'responses', wire: openaiResponses, kind: 'OPENAI' },
  { path: '/v1/messages', hosts: /anthropic\.com$/, form: 'messages', wire: anthropic, kind: 'ANTHROPIC' },
];

export interface Gate {
  readonly url: string;
  readonly key: string;
  readonly ask: Asking;
}

export async function roundTrips(path: string, gate: Gate): Promise<RoundTrip[]> {
  const server = await startReplayServer();
  try {
    const places = new Map<Way, Place>();
    const trips: RoundTrip[] = [];
    for (const exchange of await readExchanges(path)) {
      const way = wayOf(exchange);
      if (!way) continue;
      const place = places.get(way) ?? (await placeFor(gate.ask, `recorded-${way.form}`, way.kind, server.port));
      places.set(way, place);
      trips.push(await roundTrip(exchange, way, place, server, gate));
    }
    return trips;
  } finally {
    await server.close();
  }
}

function wayOf({ request }: Exchange): Way | undefined {
  const { host, pathname } = new URL(request.url);
  return ways.find(({ path, hosts }) => request.method === 'POST' && path === pathname && hosts.test(host));
}

async function roundTrip(
  exchange: Exchange,
  way: Way,
  place: Place,
  server: ReplayServer,
  { url, key }: Gate,
): Promise<RoundTrip> {
  const name = nameOf(exchange);
  const body = fields(exchange.request.json ?? JSON.parse(exchange.request.text ?? '{}'));
  const streamed = way.wire.streams(body);
  const modelId = way.wire.modelId(body);
  server.answer(exchange);
  const response = await fetch(`${url}${way.path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ ...body, model: await place.modelFor(modelId, streamed) }),
  });
  const said = await response.text();
  const [left] = server.asked();
  if (!left) return { name, refused: refusalIn(said), differences: [] };

  const asked = sentDiffer(way, body, left.body).map((one) => ({ ...one, why: whyOf(one.field, sentReasons) }));
  const { status } = exchange.response;
  if (status !== 200) {
    const answered = differs('failed', status >= 400, response.status >= 400);
    return { name, refused: null, differences: [...asked, ...answered.map((one) => ({ ...one, why: null }))] };
  }
  const recorded = streamed ? assemble[way.form](exchange.response.text ?? '') : answerOf(exchange);
  if (!isAnswer(way, recorded)) return { name, refused: 'the recorded answer is none of the API', differences: asked };
  const actual = streamed ? assemble[way.form](said) : (JSON.parse(said) as Json);
  return { name, refused: null, differences: [...asked, ...fieldsDiffer(recorded, actual, reasons[way.form])] };
}

/** Only what the independent readers know how to read can be compared; the door has read all of it. */
function sentDiffer({ wire }: Way, body: unknown, sent: unknown) {
  try {
    const [wanted, got] = [wire.request(body), wire.request(sent)];
    return [
      ...requestsDiffer(wanted, got),
      ...differs('request.output', wanted.output, got.output),
      ...differs(
        'request.toolChoice',
        wanted.tools.length > 0 && wanted.toolChoice,
        got.tools.length > 0 && got.toolChoice,
      ),
      ...differs('request.reasoningEffort', wanted.reasoningEffort, got.reasoningEffort),
    ];
  } catch (error) {
    if (error instanceof NotExpressible) return [];
    throw error;
  }
}

/** Some recordings are made by hand. */
function isAnswer({ form }: Way, answer: Json): boolean {
  return form !== 'responses' || ['completed', 'incomplete', 'failed'].includes(String(fields(answer).status));
}

function answerOf({ response }: Exchange): Json {
  return response.json ?? (JSON.parse(response.text ?? 'null') as Json);
}

function refusalIn(said: string): string {
  try {
    const { error } = JSON.parse(said) as { error: { message: string } };
    return error.message.replaceAll(/\b[\w-]+\/[\w.-]+/g, 'model');
  } catch {
    return said.slice(0, 200);
  }
}

// ---------------------------------------------------------------- the command

/** @returns whether every difference has a reason */
export async function printRoundTrips(path: string): Promise<boolean> {
  const gateway = await openOwnGateway();
  const trips = await roundTrips(path, { ...gateway, ask: asking(gateway) }).finally(gateway.close);
  const refused = trips.filter((trip) => trip.refused !== null);
  for (const [why, group] of Map.groupBy(refused, (trip) => trip.refused)) {
    console.log(`refused ${group.length}: ${why}`);
    for (const { name } of group) console.log(`  ${name}`);
  }
  const all = trips.flatMap(({ name, differences }) => differences.map((one) => ({ name, ...one })));
  const known = Map.groupBy(
    all.filter(({ why }) => why !== null),
    ({ field, why }) => `${field.replaceAll(/\d+/g, 'N')}: ${why}`,
  );
  for (const [what, group] of [...known].sort()) console.log(`differs ${group.length} times in ${what}`);
  const unknown = all.filter(({ why }) => why === null);
  const shown = (value: unknown) => (JSON.stringify(value) ?? 'nothing').slice(0, 300);
  for (const { name, field, expected, actual } of unknown) {
    console.log(`mismatch ${name}\n  ${field}\n  expected ${shown(expected)}\n  actual   ${shown(actual)}`);
  }
  const wrong = new Set(unknown.map(({ name }) => name)).size;
  const went = trips.length - refused.length;
  console.log(`${went - wrong} of ${went} came round; ${refused.length} of ${trips.length} were refused by the door`);
  return unknown.length === 0;
}
