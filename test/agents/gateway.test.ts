import { afterAll, beforeAll, expect, test } from 'vitest';
import { to, user } from '../support/completions.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway();
});
afterAll(() => gateway.close());

async function limit(input: object): Promise<void> {
  const { agentLimitSave } = await gateway.ask<{ agentLimitSave: { __typename: string; message?: string } }>(
    `mutation ($input: AgentLimitSaveInput!) { agentLimitSave(input: $input) {
       __typename ... on AgentLimitSaved { agentLimit { id onLimit maxSteps maxCost { display } } } ... on Error { message } } }`,
    { input },
  );
  expect(agentLimitSave).toMatchObject({ __typename: 'AgentLimitSaved' });
}

interface Seen {
  readonly __typename: string;
  readonly code?: string;
  readonly stoppedBy?: string;
  readonly message?: string;
  readonly maxTokens?: number;
  readonly completion?: {
    readonly attempts: unknown[];
    readonly decision: { readonly route: { slug: string } | null };
  };
}

async function call(input: object): Promise<Seen> {
  const { completionCreate } = await gateway.ask<{ completionCreate: Seen }>(
    `mutation ($input: CompletionInput!) { completionCreate(input: $input) { __typename
       ... on CompletionAccepted { completion { attempts { id } decision { route { slug } } } }
       ... on AgentStoppedError { code message stoppedBy runId } ... on ContentTooLargeError { code maxTokens }
       ... on Error { message } } }`,
    { input },
  );
  return completionCreate;
}
const step = (runId: string, text: string, more: object = {}) =>
  call({ ...to('sim/echo-1', text), run: { runId, agent: 'tester' }, ...more });

interface Run {
  readonly steps: number;
  readonly toolCalls: number;
  readonly totalCost: { nanos: string };
  readonly stoppedBy: string | null;
  readonly loopSuspicion: { repeats: number; sinceStep: number } | null;
}
async function runOf(runId: string, key?: string): Promise<Run | null> {
  const { agentRun } = await gateway.ask<{ agentRun: Run | null }>(
    `query ($runId: String!) { agentRun(runId: $runId) {
       runId agent startedAt lastActivityAt steps toolCalls totalCost { nanos } stoppedBy stoppedAt
       loopSuspicion { repeats sinceStep fingerprint } } }`,
    { runId },
    key,
  );
  return agentRun;
}

const words = (seed: number) => Array.from({ length: 12 }, (_, place) => `word${seed * 100 + place}`).join(' ');

test('a run counts its steps and its cost, and strangers do not see it', async () => {
  const more = { target: { model: 'sim/large-1' } };
  await step('counts', words(1), more);
  await step('counts', words(2), more);
  const run = await runOf('counts');
  expect(run).toMatchObject({ steps: 2, stoppedBy: null, loopSuspicion: null });
  expect(BigInt(run!.totalCost.nanos)).toBeGreaterThan(0n);
  expect(await runOf('counts', await gateway.stranger())).toBeNull();
});

test('a run is stopped at its last step, also when its calls come together', async () => {
  await limit({ scope: { endUser: 'steps' }, maxSteps: 3 });
  const input = (seed: number) => step('steps', words(seed), { endUser: 'steps' });
  const answers = await Promise.all([1, 2, 3, 4, 5].map(input));
  const stopped = answers.filter(({ __typename }) => __typename === 'AgentStoppedError');
  expect(answers).toHaveLength(5);
  expect(stopped).toHaveLength(2);
  expect(stopped[0]).toMatchObject({ code: 'AGENT_STOPPED', stoppedBy: 'STEPS' });
  expect(await runOf('steps')).toMatchObject({ steps: 3, stoppedBy: 'STEPS' });
});

test('an agent that calls the same tool with the same arguments again and again is stopped', async () => {
  await limit({ scope: { endUser: 'tools' }, maxIdenticalSteps: 3 });
  const turn = (city: string, celsius: number) =>
    call({
      target: { model: 'sim/echo-1' },
      endUser: 'tools',
      run: { runId: 'tools' },
      messages: [
        user('What is the weather?'),
        { role: 'ASSISTANT', parts: [{ toolCall: { toolCallId: 'c', name: 'weather', arguments: { city } } }] },
        { role: 'TOOL', parts: [{ toolResult: { toolCallId: 'c', result: { json: { celsius } } } }] },
      ],
    });
  expect((await turn('Bonn', 1)).__typename).toBe('CompletionAccepted'); // another argument is another step
  for (const celsius of [1, 2, 3]) expect((await turn('Ulm', celsius)).__typename).toBe('CompletionAccepted');
  expect(await turn('Ulm', 4)).toMatchObject({ stoppedBy: 'LOOP' });
  expect(await runOf('tools')).toMatchObject({ steps: 4, loopSuspicion: { repeats: 3, sinceStep: 2 } });
});

test('nearly the same prompt counts as the same step, and another one does not', async () => {
  await limit({ scope: { endUser: 'near' }, maxIdenticalSteps: 2 });
  const text = Array.from({ length: 120 }, (_, place) => `sentence ${place} says something of its own`).join('. ');
  const prompt = (more: string) => step('near', `${text} ${more}`, { endUser: 'near' });
  expect((await prompt('at 10:01')).__typename).toBe('CompletionAccepted');
  expect((await prompt('at 10:02')).__typename).toBe('CompletionAccepted');
  expect((await step('near', words(9), { endUser: 'near' })).__typename).toBe('CompletionAccepted');
  expect(await prompt('at 10:03')).toMatchObject({ stoppedBy: 'LOOP' });
});

test('a run that has called enough tools, or spent enough, makes no further call', async () => {
  await limit({ scope: { endUser: 'spends' }, maxCostNanos: '1' });
  await step('spends', words(1), { endUser: 'spends', target: { model: 'sim/large-1' } });
  expect(await step('spends', words(2), { endUser: 'spends' })).toMatchObject({ stoppedBy: 'COST' });
  await limit({ scope: { endUser: 'calls' }, maxToolCalls: 1 });
  const inputSchema = { type: 'object', properties: {} };
  const tools = { inline: [{ name: 'look', description: 'Looks.', inputSchema }], choice: { tool: 'look' } };
  await step('calls', words(3), { endUser: 'calls', tools, target: { model: 'sim/small-1' } });
  expect(await runOf('calls')).toMatchObject({ toolCalls: 1 });
  expect(await step('calls', words(4), { endUser: 'calls' })).toMatchObject({ stoppedBy: 'TOOL_CALLS' });
});

test('a call that a later door refuses was no step, however often it is tried', async () => {
  await limit({ scope: { endUser: 'typo' }, maxSteps: 2, maxIdenticalSteps: 1 });
  const wrong = { endUser: 'typo', target: { route: 'defualt' } };
  for (let count = 0; count < 4; count++) {
    expect((await step('typo', words(1), wrong)).__typename).toBe('ValidationError');
  }
  expect(await runOf('typo')).toMatchObject({ steps: 0, stoppedBy: null });
  expect((await step('typo', words(1), { endUser: 'typo' })).__typename).toBe('CompletionAccepted');
});

test('the same question about another picture is another step', async () => {
  await limit({ scope: { endUser: 'pictures' }, maxIdenticalSteps: 1 });
  const look = async (base64: string) => {
    const parts = [{ text: 'What is in it?' }, { image: { source: { base64 }, mimeType: 'image/png' } }];
    const input = { endUser: 'pictures', run: { runId: 'pictures' }, messages: [{ role: 'USER', parts }] };
    return (await call({ target: { model: 'sim/echo-1' }, ...input })).__typename;
  };
  expect([await look('AAAA'), await look('AAAB')]).toEqual(['CompletionAccepted', 'CompletionAccepted']);
  expect(await look('AAAA')).toBe('AgentStoppedError');
});

test('calls that are no conversation are steps of their run, with the same limits', async () => {
  await limit({ scope: { endUser: 'vectors' }, maxSteps: 1, maxPromptTokens: 20 });
  const embed = async (text: string, runId: string) => {
    const { embeddingCreate } = await gateway.ask<{ embeddingCreate: object }>(
      `mutation ($input: EmbeddingInput!) { embeddingCreate(input: $input) { __typename
         ... on AgentStoppedError { stoppedBy } ... on ContentTooLargeError { maxTokens } } }`,
      { input: { target: { model: 'sim/embed-1' }, inputs: [text], endUser: 'vectors', run: { runId } } },
    );
    return embeddingCreate;
  };
  expect(await embed('first', 'vectors')).toEqual({ __typename: 'EmbeddingBatch' });
  expect(await embed('second', 'vectors')).toEqual({ __typename: 'AgentStoppedError', stoppedBy: 'STEPS' });
  expect(await embed('x'.repeat(200), 'other')).toEqual({ __typename: 'ContentTooLargeError', maxTokens: 20 });
});

test('runs are listed, newest first, by what became of them', async () => {
  await limit({ scope: { endUser: 'listed' }, maxSteps: 1 });
  const listed = { endUser: 'listed', run: { runId: 'listed-1', agent: 'lister' } };
  for (const runId of ['listed-1', 'listed-2']) {
    await step(runId, words(1), { ...listed, run: { runId, agent: 'lister' } });
  }
  await step('listed-1', words(2), { ...listed });
  const list = async (filter: object, key?: string) => {
    const { agentRuns } = await gateway.ask<{ agentRuns: { nodes: { runId: string; steps: number }[] } }>(
      'query ($filter: AgentRunFilter) { agentRuns(first: 10, filter: $filter) { nodes { runId steps } } }',
      { filter: { agent: 'lister', ...filter } },
      key,
    );
    return agentRuns.nodes.map(({ runId }) => runId);
  };
  expect(await list({})).toEqual(['listed-2', 'listed-1']);
  expect(await list({ stopped: true })).toEqual(['listed-1']);
  expect(await list({ looping: true })).toEqual([]);
  expect(await list({}, await gateway.stranger())).toEqual([]);
});

test('a limit of a route and one of a tag hold for the calls that come with them', async () => {
  await limit({ scope: { route: 'default' }, maxPromptTokens: 10_000 });
  await limit({ scope: { tag: 'team=*' }, maxPromptTokens: 20 });
  const long = { ...to('sim/echo-1', 'x'.repeat(200)) };
  expect((await call(long)).__typename).toBe('CompletionAccepted');
  expect(await call({ ...long, tags: [{ key: 'team', value: 'search' }] })).toMatchObject({ maxTokens: 20 });
  expect((await call({ ...long, target: { route: 'default' } })).__typename).toBe('CompletionAccepted');
});

test('a limit may only warn, or send the run on along another route, and tells of it once', async () => {
  await limit({ scope: { endUser: 'warned' }, maxSteps: 1, onLimit: 'WARN' });
  for (const seed of [1, 2, 3]) {
    const { __typename } = await step('warned', words(seed), { endUser: 'warned' });
    expect(__typename).toBe('CompletionAccepted');
  }
  await limit({ scope: { endUser: 'cheap' }, maxSteps: 1, onLimit: 'DOWNGRADE', downgradeRoute: 'default' });
  expect((await step('cheap', words(1), { endUser: 'cheap' })).completion?.decision.route).toBeNull();
  expect((await step('cheap', words(2), { endUser: 'cheap' })).completion?.decision.route?.slug).toBe('default');
  const runs = async () => {
    const { alerts } = await gateway.ask<{ alerts: { nodes: { runId: string }[] } }>(
      '{ alerts(first: 50, filter: { kinds: [LOOP] }) { nodes { ... on LoopAlert { runId run { runId steps } } } } }',
    );
    return alerts.nodes.map(({ runId }) => runId).filter((runId) => runId === 'warned' || runId === 'cheap');
  };
  await expect.poll(async () => (await runs()).sort()).toEqual(['cheap', 'warned']);
});

test('what a prompt is made of counts, not only its words: files of text, schemas and tools', async () => {
  await limit({ scope: { endUser: 'packed' }, maxPromptTokens: 200 });
  const base64 = Buffer.from('word '.repeat(400)).toString('base64');
  const parts = [{ text: 'Read this.' }, { file: { source: { base64 }, mimeType: 'text/plain' } }];
  const packed = { target: { model: 'sim/echo-1' }, endUser: 'packed' };
  const schema = { type: 'object', properties: { answer: { type: 'string', description: 'x'.repeat(2000) } } };
  const tool = { name: 'look', description: 'x'.repeat(2000), inputSchema: { type: 'object' } };
  const tooLarge = { code: 'CONTENT_TOO_LARGE', maxTokens: 200 };
  expect(await call({ ...packed, messages: [{ role: 'USER', parts }] })).toMatchObject(tooLarge);
  const words = { ...packed, messages: [user('Hi')] };
  expect(await call({ ...words, output: { jsonSchema: { name: 'said', schema } } })).toMatchObject(tooLarge);
  expect(await call({ ...words, tools: { inline: [tool] } })).toMatchObject(tooLarge);
  expect((await call(words)).__typename).toBe('CompletionAccepted');
});

test('a prompt longer than its scope may send reaches no provider', async () => {
  await limit({ scope: { endUser: 'long' }, maxPromptTokens: 20 });
  const input = { ...to('sim/echo-1', 'x'.repeat(200)), endUser: 'long' };
  expect(await call(input)).toMatchObject({ code: 'CONTENT_TOO_LARGE', maxTokens: 20 });
  const { requests } = await gateway.ask<{ requests: { nodes: { attempts: unknown[] }[] } }>(
    '{ requests(first: 1, filter: { endUser: ["long"] }) { nodes { attempts { id } } } }',
  );
  expect(requests.nodes).toEqual([{ attempts: [] }]);
});
