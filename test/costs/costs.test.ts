import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { costOf, nanosFromUsd } from '../../src/core/money.ts';
import { noUsage, type Usage } from '../../src/core/usage.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';
import { operation } from '../support/operations.ts';
import { aCaller, anAttempt, aRecord } from '../usage/records.ts';

let house: TestGateway;
let organizationId: string;
beforeAll(async () => {
  house = await openTestGateway();
  const { viewer } = await house.ask<{ viewer: { organization: { id: string } } }>(
    '{ viewer { organization { id } } }',
  );
  organizationId = viewer.organization.id;
  await house.ask('mutation ($input: ProviderSaveInput!) { providerSave(input: $input) { __typename } }', {
    input: { slug: 'claude', kind: 'ANTHROPIC' },
  });
});
afterAll(() => house.close());

const million: Usage = {
  ...noUsage,
  inputTokens: 1_000_000,
  outputTokens: 100_000,
  cacheReadTokens: 400_000,
  source: 'PROVIDER',
};

let made = 0;

/** Records a call of a model of the simulator at noon of a day of March 2026, charged by the prices of that day. */
async function call(day: number, usage = million, modelId = 'small-1'): Promise<string> {
  const id = `req_${++made}`;
  const startedAt = Date.UTC(2026, 2, day, 12);
  const model = `sim/${modelId}`;
  const prices = (await house.gateway.rooms.models.prices(organizationId)).sheetAt(model, startedAt);
  const cost = costOf(usage, prices);
  const attempts = [anAttempt(id, { startedAt, model, usage, cost, responseModel: null })];
  house.gateway.rooms.usage.record(
    aRecord(id, { startedAt, finishedAt: startedAt + 1000, caller: aCaller(organizationId), attempts, usage, cost }),
  );
  return id;
}

const span = (from: number, to: number) => ({
  between: {
    from: `2026-03-${String(from).padStart(2, '0')}T00:00:00Z`,
    to: `2026-03-${String(to).padStart(2, '0')}T00:00:00Z`,
  },
});
const setInput = async (amount: string, day: number) => {
  const input = {
    model: 'sim/small-1',
    meter: 'INPUT_TOKEN',
    amount,
    validFrom: `2026-03-${String(day).padStart(2, '0')}T00:00:00Z`,
  };
  return (await house.ask<{ priceSet: { __typename: string } }>(await operation('PriceSet'), { input })).priceSet;
};
const rerate = async (range: object, dryRun: boolean, key?: string) =>
  (await house.ask<{ usageRerate: Record<string, unknown> }>(await operation('UsageRerate'), { range, dryRun }, key))
    .usageRerate;
const costOfCall = async (id: string) => (await house.gateway.rooms.usage.find(organizationId, id))!.cost;

test('a bill says for each line how much, at which price, from which row, and who counted', async () => {
  const input = { target: { model: 'sim/small-1' }, messages: [{ role: 'USER', parts: [{ text: 'Hello' }] }] };
  const { completionCreate } = await house.ask<{
    completionCreate: { completion: { cost: { lines: unknown[]; complete: boolean } } };
  }>(
    `mutation ($input: CompletionInput!) { completionCreate(input: $input) { ... on CompletionAccepted { completion { cost {
       complete lines { meter quantity source unitPrice { id per tier } } } } } } }`,
    { input },
  );
  const { lines, complete } = completionCreate.completion.cost;
  expect(complete).toBe(true);
  const unitPrice = { id: 'catalogue:sim/small-1', per: 1_000_000, tier: null };
  expect(lines).toMatchObject([
    { meter: 'INPUT_TOKEN', source: 'REPORTED', unitPrice },
    { meter: 'OUTPUT_TOKEN', source: 'REPORTED', unitPrice },
  ]);
});

test('a model that was switched off is not asked, and one that was added can be named', async () => {
  const ask = async (model: string) => {
    const input = { target: { model }, messages: [{ role: 'USER', parts: [{ text: 'Hello' }] }] };
    const { completionCreate } = await house.ask<{
      completionCreate: { __typename: string; completion?: { status: string; error: { code: string } | null } };
    }>(
      `mutation ($input: CompletionInput!) { completionCreate(input: $input) { __typename ... on CompletionAccepted {
         completion { status error { code } } } ... on Error { code message } } }`,
      { input },
    );
    return completionCreate;
  };
  const setEnabled = async (enabled: boolean) =>
    house.ask(await operation('ModelSetEnabled'), { id: 'sim/large-1', enabled });
  await setEnabled(false);
  expect(JSON.stringify(await ask('sim/large-1'))).toContain('NO_ELIGIBLE_TARGET');
  await setEnabled(true);
  expect(JSON.stringify(await ask('sim/large-1'))).not.toContain('NO_ELIGIBLE_TARGET');

  expect(JSON.stringify(await ask('sim/brand-new'))).toContain('VALIDATION_FAILED');
  const input = { model: 'sim/brand-new', contextTokens: 9000 };
  const { modelSave } = await house.ask<{ modelSave: object }>(await operation('ModelSave'), { input });
  expect(modelSave).toMatchObject({
    __typename: 'ModelSaved',
    model: { name: 'sim/brand-new', contextTokens: 9000, prices: null },
  });
  expect(JSON.stringify(await ask('sim/brand-new'))).not.toContain('VALIDATION_FAILED');
});

test('the history of a price is read beside the model', async () => {
  const { model } = await house.ask<{ model: { priceHistory: { id: string; amount: string; source: string }[] } }>(
    await operation('PriceHistory'),
    { name: 'sim/small-1' },
  );
  expect(model.priceHistory[0]).toMatchObject({ id: 'catalogue:sim/small-1', source: 'BUNDLED' });
  expect(model.priceHistory[0]!.amount).toMatch(/^[0-9.]+$/);
});

describe('pricing past calls again', () => {
  test('a dry run shows the difference by day and model, and changes nothing', async () => {
    const [first, second] = [await call(2), await call(3)];
    const before = await costOfCall(second);
    expect((await setInput('7', 3)).__typename).toBe('ModelSaved');
    const { totalNanos } = await costOfCall(first);
    const shown = await rerate(span(2, 4), true);
    expect(shown).toMatchObject({
      __typename: 'UsageRerated',
      id: null,
      dryRun: true,
      calls: 2,
      changed: 1,
      skipped: 0,
      change: null,
    });
    expect(shown.rows).toMatchObject([{ day: '2026-03-03', model: 'sim/small-1', attempts: 1 }]);
    expect(await costOfCall(second)).toEqual(before);
    expect((await costOfCall(first)).totalNanos).toBe(totalNanos);
  });

  test('gives calls their right cost, names the price, notes what it was, and finds nothing more to do', async () => {
    const id = await call(5);
    const before = await costOfCall(id);
    await setInput('8', 5);
    const done = await rerate(span(5, 6), false);
    const after = await costOfCall(id);
    const line = after.lines.find(({ meter }) => meter === 'INPUT_TOKEN')!;
    expect(line).toMatchObject({ nanosPerUnit: nanosFromUsd(8), priceId: expect.stringMatching(/^prc_/) });
    expect(done).toMatchObject({ dryRun: false, calls: 1, changed: 1, change: { replayed: false } });
    expect((done.difference as { nanos: string }).nanos).toBe(String(after.totalNanos - before.totalNanos));

    const rerateId = done.id as string;
    const [adjustment] = await house.gateway.prisma.costAdjustment.findMany({ where: { rerateId } });
    expect(adjustment).toMatchObject({ requestId: id, beforeNanos: before.totalNanos, afterNanos: after.totalNanos });
    const audited = await house.gateway.prisma.auditEvent.findMany({ where: { resourceId: rerateId } });
    expect(audited).toMatchObject([{ action: 'usage.rerate', organizationId }]);

    expect(await rerate(span(5, 6), false)).toMatchObject({ calls: 1, changed: 0, rows: [] });
    expect(await costOfCall(id)).toEqual(after);
  });

  test('follows a price that held for some days only, and says so in what the price was', async () => {
    const calls = [await call(22), await call(23), await call(24)];
    const before = await Promise.all(calls.map(costOfCall));
    const input = {
      ...{ model: 'sim/small-1', meter: 'OUTPUT_TOKEN', amount: '0.01' },
      ...{ validFrom: '2026-03-23T00:00:00Z', validTo: '2026-03-24T00:00:00Z' },
    };
    const { priceSet } = await house.ask<{ priceSet: object }>(await operation('PriceSet'), { input });
    expect(priceSet).toMatchObject({ __typename: 'ModelSaved' });
    const done = await rerate(span(22, 25), false);
    expect(done).toMatchObject({ calls: 3, changed: 1, rows: [{ day: '2026-03-23', attempts: 1 }] });
    const after = await Promise.all(calls.map(costOfCall));
    expect([after[0], after[2]]).toEqual([before[0], before[2]]);
    const line = after[1]!.lines.find(({ meter }) => meter === 'OUTPUT_TOKEN');
    expect(line).toMatchObject({ nanosPerUnit: nanosFromUsd('0.01'), priceId: expect.stringMatching(/^prc_/) });

    const { model } = await house.ask<{ model: { priceHistory: { id: string }[] } }>(await operation('PriceHistory'), {
      name: 'sim/small-1',
    });
    expect(model.priceHistory.find(({ id }) => id === line?.priceId)).toMatchObject({
      ...{ validFrom: '2026-03-23T00:00:00.000Z', validTo: '2026-03-24T00:00:00.000Z' },
    });
    const refused = await house.ask<{ priceSet: object }>(await operation('PriceSet'), {
      input: { ...input, validTo: '2026-03-22T00:00:00Z' },
    });
    expect(refused.priceSet).toMatchObject({ __typename: 'ValidationError', issues: [{ path: ['validTo'] }] });
  });

  test('goes through more calls than fit in a batch, and sums up what reports then say', async () => {
    for (let n = 0; n < 450; n++) await call(8);
    await setInput('9', 8);
    const done = await rerate(span(8, 9), false);
    expect(done).toMatchObject({ calls: 450, changed: 450, rows: [{ attempts: 450 }] });
    const { usageReport } = await house.ask<{ usageReport: { totals: { cost: { nanos: string } } } }>(
      'query ($range: TimeRangeInput!) { usageReport(input: { range: $range }) { totals { cost { nanos } } } }',
      { range: span(8, 9) },
    );
    expect(usageReport.totals.cost.nanos).toBe((done.after as { nanos: string }).nanos);
  });

  test('leaves calls of unpriced models as they were charged, and other organizations alone', async () => {
    const stranger = await house.stranger();
    expect(await rerate(span(1, 28), true, stranger)).toMatchObject({ calls: 0 });
    const id = 'req_gone';
    const startedAt = Date.UTC(2026, 2, 12);
    const attempts = [anAttempt(id, { startedAt, model: 'gone/model', provider: 'gone' })];
    house.gateway.rooms.usage.record(
      aRecord(id, { startedAt, finishedAt: startedAt, caller: aCaller(organizationId), attempts }),
    );
    expect(await rerate(span(12, 13), false)).toMatchObject({ calls: 1, changed: 0, skipped: 1 });
    expect((await costOfCall(id)).lines).toHaveLength(2);
  });

  test('needs the right to change prices, and at most 400 days', async () => {
    const key = await house.keyWith('USAGE_READ');
    expect(await rerate(span(1, 2), true, key)).toMatchObject({ __typename: 'ForbiddenError' });
    const long = { between: { from: '2024-01-01T00:00:00Z', to: '2026-01-01T00:00:00Z' } };
    expect(await rerate(long, true)).toMatchObject({ __typename: 'ValidationError' });
  });
});

describe("a vendor's export", () => {
  const compare = async (csv: string, tolerancePercent = 0) => {
    const input = { provider: 'sim', csv, tolerancePercent };
    return (
      await house.ask<{ costReconcile: Record<string, unknown> }>(await operation('CostReconcile'), { import: input })
    ).costReconcile;
  };

  const ANTHROPIC =
    'usage_date_utc,model_version,api_key,workspace,usage_type,context_window,usage_input_tokens_no_cache,' +
    'usage_input_tokens_cache_write_5m,usage_input_tokens_cache_write_1h,usage_input_tokens_cache_read,' +
    'usage_output_tokens,web_search_count,inference_geo,speed';
  const OPENAI =
    'start_time,end_time,start_time_iso,end_time_iso,project_id,num_model_requests,user_id,api_key_id,model,batch,' +
    'service_tier,input_tokens,output_tokens,input_cached_tokens';

  test("of Anthropic's shape agrees where the counts do, and shows the day, model and meter where they do not", async () => {
    await call(15, { ...million, cacheWriteTokens: 50_000, cacheWrite1hTokens: 20_000, toolCalls: 2 });
    const line = (output: number) =>
      `${ANTHROPIC}\n2026-03-15,small-1,"Key, one",Default,standard,≤ 200k,550000,30000,20000,400000,${output},2,,\n`;
    expect(await compare(line(100_000))).toMatchObject({
      format: 'ANTHROPIC_USAGE',
      agreeing: 6,
      differing: [],
      vendorCost: null,
    });
    expect(await compare(line(100_007))).toMatchObject({
      agreeing: 5,
      differing: [
        { day: '2026-03-15', model: 'small-1', meter: 'OUTPUT_TOKEN', vendorQuantity: 100_007, ourQuantity: 100_000 },
      ],
    });
    expect(await compare(line(100_007), 1)).toMatchObject({ agreeing: 6, differing: [] });
  });

  test("of OpenAI's shape is added up over its lines, with cached tokens inside the input", async () => {
    await call(17);
    await call(17);
    const line =
      '1773705600,1773792000,2026-03-17T00:00:00+00:00,,proj,1,,,small-1,false,default,1000000,100000,400000';
    expect(await compare(`${OPENAI}\n${line}\n${line}\n`)).toMatchObject({
      format: 'OPENAI_USAGE',
      agreeing: 4,
      differing: [],
    });
    expect(await compare(`${OPENAI}\n${line}\n`)).toMatchObject({
      agreeing: 0,
      differing: [
        { meter: 'INPUT_TOKEN', vendorQuantity: 600_000, ourQuantity: 1_200_000 },
        { meter: 'CACHE_READ_TOKEN' },
        { meter: 'OUTPUT_TOKEN' },
        { meter: 'REQUEST', vendorQuantity: 1, ourQuantity: 2 },
      ],
    });
  });

  test('of costs is compared in dollars', async () => {
    await call(19);
    const { rows } = (await rerate(span(19, 20), true)) as { rows: unknown[] };
    expect(rows).toEqual([]);
    const ours = await compare('day,model,meter,cost_usd\n2026-03-19,small-1,OUTPUT_TOKEN,0\n');
    const [difference] = ours.differing as { ourCost: { decimal: string } }[];
    const right = `start_time,amount_value,line_item\n1773878400,${difference!.ourCost.decimal},"small-1, output"\n`;
    expect(await compare(right)).toMatchObject({
      format: 'OPENAI_COSTS',
      vendorCost: { decimal: difference!.ourCost.decimal },
    });
    expect((await compare(right)).differing).not.toContainEqual(expect.objectContaining({ meter: 'OUTPUT_TOKEN' }));
  });

  test("of Anthropic's costs is compared in dollars, by the names people call its models", async () => {
    const header =
      'usage_date_utc,model,workspace,api_key,usage_type,context_window,token_type,cost_usd,list_price_usd,cost_type,' +
      'inference_geo,speed,api_key_id,api_key_status';
    const line = (model: string, token: string, cost: string, kind = 'token') =>
      `2026-03-21,${model},Default,key-1,message,≤ 200k,${token},${cost},${cost},${kind},not_available,,apikey_01,active`;
    const id = `req_${++made}`;
    const startedAt = Date.UTC(2026, 2, 21, 9);
    // Claude Haiku 4.5: 1 / 5, written 1.25, read 0.1.
    const usage: Usage = { ...million, cacheWriteTokens: 100_000 };
    const prices = (await house.gateway.rooms.models.prices(organizationId)).sheetAt(
      'claude/claude-haiku-4-5',
      startedAt,
    );
    const cost = costOf(usage, prices);
    const at = { startedAt, usage, cost };
    const attempts = [
      anAttempt(id, {
        ...at,
        model: 'claude/claude-haiku-4-5',
        provider: 'claude',
        responseModel: 'claude-haiku-4-5-20251001',
      }),
    ];
    house.gateway.rooms.usage.record(
      aRecord(id, { ...at, finishedAt: startedAt, caller: aCaller(organizationId), attempts }),
    );
    const csv = [
      header,
      line('Claude Haiku 4.5', 'input_no_cache', '0.50'),
      line('Claude Haiku 4.5', 'input_cache_write_5m', '0.125'),
      line('Claude Haiku 4.5', 'input_cache_read', '0.04'),
      line('Claude Haiku 4.5', 'output', '0.49'),
      line('', '', '0.31', 'web_search'),
    ];
    const input = { provider: 'claude', csv: csv.join('\n'), tolerancePercent: 0 };
    const { costReconcile } = await house.ask<{ costReconcile: Record<string, unknown> }>(
      await operation('CostReconcile'),
      { import: input },
    );
    expect(costReconcile).toMatchObject({
      format: 'ANTHROPIC_COSTS',
      agreeing: 3,
      unread: 1,
      unreadRows: [6],
      unreadCost: { decimal: '0.31' },
      vendorCost: { decimal: '1.155' },
      ourCost: { decimal: '1.165' },
      differing: [
        {
          ...{ day: '2026-03-21', model: 'claude-haiku-4-5', meter: 'OUTPUT_TOKEN', vendorQuantity: null },
          ...{ vendorCost: { decimal: '0.49' }, ourCost: { decimal: '0.5' } },
        },
      ],
    });
  });

  test('says of each difference what to look at first', async () => {
    await call(25);
    await call(25, million, 'no-price');
    const rows = [
      ['2026-03-25', 'small-1', 'INPUT_TOKEN', '600000', ''],
      ['2026-03-25', 'small-1', 'CACHE_READ_TOKEN', '400001', ''],
      ['2026-03-25', 'small-1', 'OUTPUT_TOKEN', '100000', '999'],
      ['2026-03-25', 'no-price', 'OUTPUT_TOKEN', '100000', '1'],
      ['2026-03-25', 'other', 'OUTPUT_TOKEN', '5', '0.01'],
    ];
    const { differing } = await compare(['day,model,meter,quantity,cost_usd', ...rows.map(String)].join('\n'));
    const causes = (differing as { model: string; meter: string; cause: string }[]).map(
      ({ model, meter, cause }) => `${model} ${meter} ${cause}`,
    );
    expect(causes).toEqual([
      'no-price INPUT_TOKEN ONLY_OURS',
      'no-price CACHE_READ_TOKEN ONLY_OURS',
      'no-price OUTPUT_TOKEN UNPRICED',
      'other OUTPUT_TOKEN ONLY_VENDOR',
      'small-1 INPUT_TOKEN PRICE',
      'small-1 CACHE_READ_TOKEN QUANTITY',
      'small-1 OUTPUT_TOKEN PRICE',
    ]);
  });

  test('of completions denies no embedding: those are in an export of their own', async () => {
    await call(26);
    await call(26, { ...noUsage, inputTokens: 9_000, source: 'PROVIDER' }, 'embed-1');
    const line = '1774483200,1774569600,,,proj,1,,,small-1,false,default,1000000,100000,400000';
    expect(await compare(`${OPENAI}\n${line}\n`)).toMatchObject({ agreeing: 4, differing: [] });
  });

  test('is allowed what the digits of its amounts leave open, and very small amounts are read', async () => {
    await call(27);
    const [output] = (
      (await compare('day,model,meter,cost_usd\n2026-03-27,small-1,OUTPUT_TOKEN,0\n')).differing as {
        meter: string;
        ourCost: { decimal: string };
      }[]
    ).filter(({ meter }) => meter === 'OUTPUT_TOKEN');
    const ours = Number(output!.ourCost.decimal);
    const costs = async (...amounts: string[]) => {
      const rows = amounts.map((amount) => `2026-03-27,small-1,OUTPUT_TOKEN,${amount}`);
      const { differing } = await compare(['day,model,meter,cost_usd', ...rows].join('\n'));
      return (differing as { meter: string }[]).filter(({ meter }) => meter === 'OUTPUT_TOKEN').length;
    };
    expect(await costs((ours + 0.004).toFixed(3), '-0.00')).toBe(1);
    expect(await costs((ours + 0.004).toFixed(2))).toBe(0);
    expect(await costs(ours.toFixed(6), '1.2e-07')).toBe(0);
    expect(await costs(ours.toFixed(6), '1.2e-02')).toBe(1);
  });

  test.each([
    [
      'without models, as it is when it was not grouped by them',
      () => `${OPENAI}\n1774483200,1774569600,,,proj,1,,,,false,default,10,10,0\n`,
      "in row 2 start_time is '1774483200', num_model_requests is '1', model is ''",
    ],
    [
      'with days as a spreadsheet has rewritten them',
      () => `${ANTHROPIC}\n25/03/2026,small-1,key,Default,standard,,1,0,0,0,1,0,,\n`,
      "usage_date_utc is '25/03/2026'",
    ],
    [
      'with a count that is none',
      () =>
        `${ANTHROPIC}\n2026-03-25,small-1,key,Default,standard,,1,0,0,0,1,0,,\n2026-03-25,small-1,key,Default,standard,,1,0,0,0,1.5,0,,\n`,
      "Row 3: usage_output_tokens is '1.5', which is no count.",
    ],
    [
      'with a time that no calendar has',
      () => 'start_time,amount_value,line_item\n9007199254740991,1,"small-1, output"\n',
      "start_time is '9007199254740991'",
    ],
    [
      'with an amount beyond all money',
      () => 'day,model,meter,cost_usd\n2026-03-19,x,OUTPUT_TOKEN,1e99\n',
      "Row 2: cost_usd is '1e99'",
    ],
    [
      'in another currency',
      () => 'start_time,amount_value,amount_currency,line_item\n1774483200,1,eur,"small-1, output"\n',
      "Row 2: 'eur' cannot be compared with dollars.",
    ],
    [
      'with an amount that is none',
      () => 'day,model,meter,cost_usd\n2026-03-19,x,OUTPUT_TOKEN,"0,50"\n',
      "Row 2: cost_usd is '0,50', which is no amount of dollars like 12.34.",
    ],
  ])('%s is refused, and says where and why', async (_what, csv, message) => {
    expect(await compare(csv())).toMatchObject({
      __typename: 'ValidationError',
      message: expect.stringContaining(message),
    });
  });

  test('of a provider that nobody knows is refused, with the one that may have been meant', async () => {
    const input = { provider: 'claud', csv: 'day,model,meter,cost_usd\n2026-03-19,x,OUTPUT_TOKEN,1\n' };
    const { costReconcile } = await house.ask<{ costReconcile: object }>(await operation('CostReconcile'), {
      import: input,
    });
    expect(costReconcile).toMatchObject({
      __typename: 'ValidationError',
      message: expect.stringContaining("Did you mean 'claude'?"),
    });
  });

  test('that nobody knows is refused, with the shapes that are known', async () => {
    expect(await compare('a,b\n1,2\n')).toMatchObject({
      __typename: 'ValidationError',
      message: expect.stringContaining('ANTHROPIC_USAGE'),
    });
    expect(await compare('')).toMatchObject({ __typename: 'ValidationError' });
    expect(await compare('day,model,meter,quantity\n2026-03-19,x,OUTPUT_TOKEN,-4\n')).toMatchObject({
      __typename: 'ValidationError',
    });
  });
});
