import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';
import { operation } from '../support/operations.ts';

/** The life of a policy, through the operations of schema/operations. */

let gateway: TestGateway;
let here: { project: string; team: string };
beforeAll(async () => {
  gateway = await openTestGateway();
  const { viewer } = await gateway.ask<{ viewer: { projects: { id: string; team: { id: string } }[] } }>(
    '{ viewer { projects { id team { id } } } }',
  );
  here = { project: viewer.projects[0]!.id, team: viewer.projects[0]!.team.id };
});
afterAll(() => gateway.close());

interface Changed {
  readonly __typename: string;
  readonly id: string;
  readonly message?: string;
  readonly issues?: readonly { path: string[]; code: string; message: string }[];
  readonly policy: { version: number; revision: number; bindings: { mode: string }[]; rules: object[] } | null;
  readonly diff: readonly { path: string[]; before: unknown; after: unknown }[];
  readonly change: { replayed: boolean };
}

async function run(name: string, variables: object, key?: string): Promise<Changed> {
  const data = await gateway.ask<Record<string, Changed>>(await operation(name), variables, key);
  return Object.values(data)[0]!;
}

const MASK = { redaction: { detectors: ['EMAIL'] } };
const policy = (slug: string, different: object = {}) => ({ input: { slug, name: slug, rules: [MASK], ...different } });

const EVERY_KIND = [
  {
    redaction: { detectors: ['EMAIL'], customPatterns: [{ name: 'PROJECT', regex: 'falcon-[0-9]+' }], action: 'HASH' },
  },
  { logging: { level: 'REDACTED', samplePercent: 10 } },
  { retention: { metadata: 'P90D', content: 'P7D', legalHold: true } },
  { contentLimit: { maxInputTokens: 1000, allowedModalities: ['TEXT'], maxCostPerRequest: { nanos: '1000' } } },
  { guardrail: { name: 'words', check: 'KEYWORDS', forbid: ['bomb'], direction: 'INPUT', onFail: 'BLOCK' } },
  { access: { allowModels: ['sim/*'], denyTools: ['send_*'] } },
  { residency: { allowedRegions: ['eu'] } },
  { caching: { maxAge: 'PT10M', sharedBy: 'TEAM' } },
  { agentLimit: { maxStepsPerRun: 10, maxRunDuration: 'PT1H', maxCostPerRun: { nanos: '5' } } },
];

test('a policy may have rules of every kind, and reads back what it was saved with', async () => {
  const saved = await run('PolicySave', policy('all-kinds', { rules: EVERY_KIND, frameworks: ['GDPR'] }));
  const { policy: read } = await gateway.ask<{ policy: { rules: object[] } }>(
    `query ($id: ID!) { policy(id: $id) { rules { __typename
       ... on RedactionRule { direction detectors customPatterns { name regex } action reversible whenUnreadable }
       ... on LoggingRule { level samplePercent includeToolPayloads }
       ... on RetentionRule { metadata content audit legalHold }
       ... on ContentLimitRule { maxInputTokens maxMessages allowedModalities maxCostPerRequest { nanos } }
       ... on GuardrailRule { name check forbid require url guarded: direction onFail onError timeoutMs }
       ... on AccessRule { allowModels denyModels denyTools }
       ... on CachingRule { maxAge sharedBy }
       ... on ResidencyRule { allowedRegions requireZeroRetention requireNoTraining }
       ... on AgentLimitRule { maxStepsPerRun maxRunDuration maxCostPerRun { nanos } onLimit } } } }`,
    { id: saved.id },
  );
  expect(read.rules).toEqual([
    {
      __typename: 'RedactionRule',
      direction: 'INPUT',
      detectors: ['EMAIL'],
      customPatterns: [{ name: 'PROJECT', regex: 'falcon-[0-9]+' }],
      action: 'HASH',
      reversible: true,
      whenUnreadable: 'BLOCK',
    },
    { __typename: 'LoggingRule', level: 'REDACTED', samplePercent: 10, includeToolPayloads: false },
    { __typename: 'RetentionRule', metadata: 'PT7776000S', content: 'PT604800S', audit: null, legalHold: true },
    {
      __typename: 'ContentLimitRule',
      maxInputTokens: 1000,
      maxMessages: null,
      allowedModalities: ['TEXT'],
      maxCostPerRequest: { nanos: '1000' },
    },
    {
      __typename: 'GuardrailRule',
      name: 'words',
      check: 'KEYWORDS',
      forbid: ['bomb'],
      require: [],
      url: null,
      guarded: 'INPUT',
      onFail: 'BLOCK',
      onError: 'BLOCK',
      timeoutMs: 2000,
    },
    { __typename: 'AccessRule', allowModels: ['sim/*'], denyModels: null, denyTools: ['send_*'] },
    { __typename: 'ResidencyRule', allowedRegions: ['eu'], requireZeroRetention: false, requireNoTraining: true },
    { __typename: 'CachingRule', maxAge: 'PT600S', sharedBy: 'TEAM' },
    {
      __typename: 'AgentLimitRule',
      maxStepsPerRun: 10,
      maxRunDuration: 'PT3600S',
      maxCostPerRun: { nanos: '5' },
      onLimit: 'BLOCK',
    },
  ]);
});

test('saving again makes a version, says what changed field by field, and needs the revision that was read', async () => {
  const first = await run('PolicySave', policy('versions'));
  const { id } = first;
  const wanted = { id, expectedRevision: 1, rules: [{ redaction: { detectors: ['EMAIL', 'PHONE'] } }] };
  const second = await run('PolicySave', policy('versions', wanted));
  expect(second.policy).toMatchObject({ version: 2, revision: 2 });
  expect(second.diff).toEqual([
    expect.objectContaining({ path: ['version'], before: 1, after: 2 }),
    expect.objectContaining({ path: ['rules', '0 RedactionRule', 'detectors'], after: ['EMAIL', 'PHONE'] }),
  ]);
  const late = await run('PolicySave', policy('versions', wanted));
  expect(late.__typename).toBe('ConflictError');
});

test('an idempotency key saves once', async () => {
  const once = policy('once', { idempotencyKey: 'policy-once' });
  const first = await run('PolicySave', once);
  const again = await run('PolicySave', once);
  expect(again).toMatchObject({ id: first.id, diff: [], change: { replayed: true }, policy: { version: 1 } });
  const other = await run('PolicySave', policy('another', { idempotencyKey: 'policy-once' }));
  expect(other.__typename).toBe('IdempotencyConflictError');
});

test.each([
  [
    'a pattern that RE2 does not know',
    [{ redaction: { detectors: [], customPatterns: [{ name: 'X', regex: '(?=a)' }] } }],
  ],
  ['a pattern that fits everywhere', [{ redaction: { detectors: [], customPatterns: [{ name: 'X', regex: 'a*' }] } }]],
  ['nothing to look for', [{ redaction: { detectors: [] } }]],
  [
    'a webhook without an address',
    [{ guardrail: { name: 'w', check: 'WEBHOOK', direction: 'INPUT', onFail: 'BLOCK' } }],
  ],
  ['a share of more than all', [{ logging: { level: 'FULL', samplePercent: 101 } }]],
])('%s is refused, saying where', async (what, rules) => {
  const refused = await run('PolicySave', policy(`bad-${what.length}`, { rules }));
  expect(refused.__typename).toBe('ValidationError');
});

test('what holds at a scope comes with where it is from, and a policy may only stand in for one that permits it', async () => {
  const { project, team } = here;
  const wide = await run('PolicySave', policy('wide', { replaceable: true }));
  const firm = await run('PolicySave', policy('firm'));
  const near = await run('PolicySave', policy('near', { replaces: ['wide', 'firm'] }));
  await run('PolicyBind', { input: { policy: wide.id, scope: { organization: true }, mode: 'ENFORCE' } });
  await run('PolicyBind', { input: { policy: firm.id, scope: { team }, mode: 'ENFORCE' } });
  const boundNear = await run('PolicyBind', { input: { policy: near.id, scope: { project }, mode: 'ENFORCE' } });
  expect(boundNear.diff).toEqual([
    expect.objectContaining({ path: ['bindings', `project ${project}`], before: null, after: 'ENFORCE' }),
  ]);
  const { effectivePolicy } = await gateway.ask<{ effectivePolicy: { rules: object[] } }>(
    await operation('EffectivePolicy'),
    { scope: { project } },
  );
  expect(effectivePolicy.rules).toEqual([
    expect.objectContaining({
      policySlug: 'wide',
      overridden: true,
      overriddenBy: 'near',
      inheritedFrom: { kind: 'ORGANIZATION', reference: null },
    }),
    expect.objectContaining({
      policySlug: 'firm',
      overridden: false,
      inheritedFrom: { kind: 'TEAM', reference: team },
    }),
    expect.objectContaining({
      policySlug: 'near',
      overridden: false,
      inheritedFrom: { kind: 'PROJECT', reference: project },
    }),
  ]);
  for (const [policy, scope] of [
    [wide.id, { organization: true }],
    [firm.id, { team }],
    [near.id, { project }],
  ] as const) {
    expect((await run('PolicyUnbind', { policy, scope })).policy?.bindings).toEqual([]);
  }
});

test('a policy can be bound to organization, team, project, route and key, and to nothing else', async () => {
  const { id } = await run('PolicySave', policy('places'));
  const bind = (scope: object) => run('PolicyBind', { input: { policy: id, scope } });
  for (const scope of [{ organization: true }, { team: here.team }, { project: here.project }, { route: 'default' }]) {
    expect((await bind(scope)).__typename).toBe('PolicySaved');
  }
  expect((await bind({ endUser: '*' })).__typename).toBe('ValidationError');
  expect((await bind({ project: 'prj_unknown' })).__typename).toBe('NotFoundError');
});

test('a policy goes only when it is bound nowhere', async () => {
  const { id } = await run('PolicySave', policy('going'));
  const bound = await run('PolicyBind', { input: { policy: id, scope: { organization: true } } });
  expect(bound.policy?.bindings[0]?.mode).toBe('MONITOR');
  const refused = await run('PolicyDelete', { id, expectedRevision: 2 });
  expect(refused).toMatchObject({ __typename: 'ValidationError' });
  await run('PolicyUnbind', { policy: id, scope: { organization: true } });
  expect((await run('PolicyDelete', { id, expectedRevision: 3 })).policy).toBeNull();
  const { policies } = await gateway.ask<{ policies: { id: string }[] }>(await operation('Policies'));
  expect(policies.map((one) => one.id)).not.toContain(id);
});

test("another organization's policies do not exist, and reading needs its scope", async () => {
  const { id } = await run('PolicySave', policy('ours'));
  const stranger = await gateway.stranger();
  const theirs = await gateway.ask(await operation('Policy'), { id }, stranger);
  expect(theirs).toEqual({ policy: null });
  expect((await run('PolicySave', policy('ours', { id }), stranger)).__typename).toBe('NotFoundError');
  const reader = await gateway.keyWith('POLICIES_READ');
  expect((await run('PolicySave', policy('mine'), reader)).__typename).toBe('ForbiddenError');
  const { errors } = await gateway.raw(await operation('Policies'), {}, await gateway.keyWith('USAGE_READ'));
  expect(errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
});

test('a denied model is ruled out by name, and a watched rule rules nothing out', async () => {
  const { id } = await run('PolicySave', policy('no-large', { rules: [{ access: { denyModels: ['sim/large-*'] } }] }));
  const call = async () =>
    (
      await gateway.ask<{ completionCreate: { __typename: string; message?: string } }>(
        `mutation { completionCreate(input: { target: { model: "sim/large-1" }, messages: [{ role: USER, parts: [{ text: "Hi" }] }] })
           { __typename ... on Error { message } } }`,
      )
    ).completionCreate;
  await run('PolicyBind', { input: { policy: id, scope: { project: here.project } } });
  expect((await call()).__typename).toBe('CompletionAccepted');
  await run('PolicyBind', { input: { policy: id, scope: { project: here.project }, mode: 'ENFORCE' } });
  expect((await call()).message).toContain("policy 'no-large'");
  await run('PolicyUnbind', { policy: id, scope: { project: here.project } });
});
