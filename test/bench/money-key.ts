import pg from 'pg';
import { Agent, setGlobalDispatcher } from 'undici';
import { EACH, openHouse, pause, type Running } from './kills/house.ts';

/**
 * One idempotency key, a thousand callers, two instances in processes of their own: one call reaches the provider, one
 * charge is in the books, everybody has the same answer. Then the instance that ran it is killed, and the other answers
 * from what was kept. Then one is killed in the middle: its key is free again when its lease has passed, the call is made
 * anew, and both are paid for, since the provider was asked twice.
 */
interface Answer {
  readonly __typename: string;
  readonly replayed?: boolean;
  readonly code?: string;
  readonly completion?: { readonly id: string; readonly status: string; readonly text: string | null };
}

const ASK = `mutation ($input: CompletionInput!) { completionCreate(input: $input, waitMs: 50000) { __typename
  ... on CompletionAccepted { replayed completion { id status text } } ... on Error { code } } }`;

setGlobalDispatcher(new Agent({ connections: 500 }));
const house = await openHouse(2);
const database = new pg.Client(house.postgres.url);
await database.connect();

const ask = async (gateway: Running, text: string): Promise<Answer> => {
  const input = { target: { model: 'counting/m' }, messages: [{ role: 'USER', parts: [{ text }] }] };
  const keyed = { ...input, endUser: text, idempotencyKey: text };
  const { completionCreate } = await house.ask<{ completionCreate: Answer }>(gateway, ASK, { input: keyed }, 90_000);
  return completionCreate;
};
const many = (count: number, text: string, gateways: readonly Running[]) =>
  Promise.all(Array.from({ length: count }, (_, n) => ask(gateways[n % gateways.length]!, text)));
const told = (answers: readonly Answer[]) => ({
  answers: new Set(answers.map((answer) => answer.code ?? JSON.stringify(answer.completion))).size,
  ran: answers.filter(({ replayed }) => replayed === false).length,
  failed: answers.filter(({ completion }) => completion?.status !== 'SUCCEEDED').length,
});
/** In the books of this end user. */
const charges = async (subject: string) => {
  const { rows } = await database.query<{ posted: string; estimated: boolean }>(
    `SELECT e.posted_nanos::text AS posted, e.estimated FROM ledger_entry e JOIN budget_account a ON a.id = e.account_id
     WHERE a.subject = $1 AND e.kind IN ('post', 'expire') ORDER BY e.seq`,
    [subject],
  );
  return rows;
};

try {
  const [one, two] = house.gateways as [Running, Running];
  const wrong: string[] = [];
  const check = (what: string, holds: boolean) => holds || wrong.push(what);

  const text = 'slow-thousand';
  // Who is first is whoever runs it; the others come while it runs.
  const first = ask(one, text);
  while (!house.provider.heard.has(text)) await pause(10);
  const all = [...(await many(1_000, text, [one, two])), await first];
  const seen = told(all);
  const paid = await charges(text);
  check('one answer', seen.answers === 1 && seen.ran === 1 && seen.failed === 0);
  check('one provider call', house.provider.heard.get(text) === 1);
  check('one charge', paid.length === 1 && BigInt(paid[0]!.posted) === EACH);
  console.log(
    `1,001 calls with one key on two instances: ${house.provider.heard.get(text)} provider call(s), ${paid.length} charge(s), ` +
      `${seen.answers} answer(s), ${seen.failed} failed`,
  );

  await house.kill(one);
  const after = told([...all, ...(await many(500, text, [two]))]);
  check('the same answer after a crash', after.answers === 1 && after.ran === 1 && after.failed === 0);
  check('no further call', house.provider.heard.get(text) === 1 && (await charges(text)).length === 1);
  console.log(
    `500 more after the instance that ran it was killed: ${house.provider.heard.get(text)} provider call(s), ` +
      `${(await charges(text)).length} charge(s), ${after.answers} answer(s), ${after.failed} failed`,
  );

  await house.start(one);
  const broken = 'slow-killed';
  const lost = ask(one, broken).catch(() => null);
  while (!house.provider.heard.has(broken)) await pause(10);
  await house.kill(one);
  await lost;
  const startedAt = performance.now();
  let again: readonly Answer[] = [];
  do again = await many(100, broken, [two]);
  while (again.some(({ completion }) => completion?.status !== 'SUCCEEDED') && performance.now() - startedAt < 120_000);
  const end = told(again);
  while ((await charges(broken)).length < 2 && performance.now() - startedAt < 120_000) await pause(250);
  const both = await charges(broken);
  check('one answer after a crash in the middle', end.answers === 1 && end.failed === 0);
  check('two provider calls, two charges', house.provider.heard.get(broken) === 2 && both.length === 2);
  check('one of them a guess', both.filter(({ estimated }) => estimated).length === 1);
  check(
    'each paid for',
    both.every(({ posted }) => BigInt(posted) >= EACH),
  );
  console.log(
    `killed in the middle: answered again after ${((performance.now() - startedAt) / 1000).toFixed(1)} s with ` +
      `${end.answers} answer(s), ${house.provider.heard.get(broken)} provider calls, ${both.length} charges, ` +
      `${both.filter(({ estimated }) => estimated).length} of them a guess at its worst case`,
  );
  if (wrong.length > 0) {
    console.log(`not so: ${wrong.join(', ')}`);
    process.exitCode = 1;
  }
} finally {
  await database.end();
  await house.close();
}
