import type { TestGateway } from '../../support/gateway.ts';
import { operation } from '../../support/operations.ts';

/** An organization with one of everything in it, all of whose names and texts carry its canary. */
export interface Tenant {
  /** Of its admin. */
  readonly key: string;
  readonly canary: string;
  /** Every type that has ids, and one of its ids. */
  readonly ids: Readonly<Record<string, string>>;
}

export async function openTenant(gateway: TestGateway, canary: string): Promise<Tenant> {
  // biome-ignore lint/suspicious/noExplicitAny: answers are as different as the documents
  type Answer = any;
  const found: Record<string, string> = {};
  const organizationCreate =
    'mutation ($input: OrganizationCreateInput!) { organizationCreate(input: $input) { ... on OrganizationCreated { organizationId secret } } }';
  const made = await gateway.ask<Answer>(organizationCreate, { input: { slug: canary, name: canary } });
  const { secret: key, organizationId } = made.organizationCreate;
  found.Organization = organizationId;

  const run = async (name: string, variables: object): Promise<Answer> => {
    const data = await gateway.ask<Answer>(await operation(name), variables, key);
    const [answer] = Object.values(data) as [Answer];
    if (/Error$/.test(answer?.__typename ?? '') || answer?.message)
      throw new Error(`${name}: ${JSON.stringify(answer)}`);
    return answer;
  };
  const keep = (type: string, { id }: { id: string }) => {
    found[type] = id;
    return id;
  };

  const named = { slug: canary, name: canary };
  const team = keep('Team', (await run('TeamSave', { input: named })).team);
  const project = keep('Project', (await run('ProjectSave', { input: { ...named, team } })).project);
  const scopes = ['COMPLETIONS_WRITE', 'COMPLETIONS_READ'];
  keep('ApiKey', (await run('ApiKeyCreate', { input: { name: canary, project, scopes } })).apiKey);
  const provider = { slug: canary, kind: 'SIMULATOR' };
  keep('Provider', (await run('ProviderSave', { input: provider })).provider);
  const role = keep('RoleDef', (await run('RoleSave', { input: { name: canary, scopes: ['USAGE_READ'] } })).role);
  const user = { email: `${canary}@example.com`, name: canary, roles: [role], project };
  keep('User', (await run('UserSave', { input: user })).user);
  const session = await gateway.gateway.prisma.userSession.create({
    data: {
      id: `ses_${found.User!.slice(4)}`,
      organizationId,
      userId: found.User!,
      hash: Buffer.from(canary),
      createdAt: new Date(),
      lastUsedAt: new Date(),
      expiresAt: new Date(Date.now() + 3_600_000),
      idleMs: 3_600_000,
      userAgent: canary,
    },
  });
  keep('UserSession', session);

  const target = { model: `${canary}/echo-1` };
  const rules = [{ name: canary, targets: [target] }];
  const route = (await run('RouteSave', { input: { ...named, rules, note: canary } })).route;
  keep('Route', route);
  await run('RoutePublish', { id: route.id, version: 1, expectedRevision: route.revision });
  const arms = [
    { name: 'now', control: true, weightPercent: 50 },
    { name: canary, weightPercent: 50, model: target.model },
  ];
  keep(
    'Experiment',
    (await run('ExperimentCreate', { input: { ...named, kind: 'AB', route: route.id, arms } })).experiment,
  );
  const logging = { logging: { level: 'FULL' } };
  const policy = keep(
    'Policy',
    (await run('PolicySave', { input: { ...named, rules: [logging], note: canary } })).policy,
  );
  await run('PolicyBind', { input: { policy, scope: { organization: true }, mode: 'ENFORCE' } });
  const scope = { organization: true };
  const budget = { ...named, scope, limit: { nanos: '1000000000000' }, period: 'TOTAL', onExceed: 'BLOCK' };
  keep('Budget', (await run('BudgetSave', { input: budget })).budget);
  keep('RateLimit', (await run('RateLimitSave', { input: { scope, metric: 'REQUESTS', amount: 100_000 } })).rateLimit);
  keep('AgentLimit', (await run('AgentLimitSave', { input: { scope, maxSteps: 100_000 } })).agentLimit);
  const config = { webhook: { url: `https://${canary}.example.com/` } };
  keep('AlertChannel', (await run('ChannelSave', { input: { name: canary, config, kinds: ['BUDGET'] } })).channel);
  const file = { filename: `${canary}.txt`, mimeType: 'text/plain', content: Buffer.from(canary).toString('base64') };
  keep('StoredFile', (await run('FileCreate', { input: file })).file);
  await run('OperationSave', {
    input: { document: `query Q${canary.replaceAll('-', '')} { health { status } }`, description: canary },
  });
  await run('IdentityProviderSave', { input: { issuer: `https://${canary}.example.com`, clientId: canary } });

  const erasure = {
    subject: { endUser: canary },
    reason: canary,
    dryRun: true,
    idempotencyKey: `erasure of ${canary}`,
  };
  keep('ErasureRequest', (await run('ErasureCreate', { input: erasure })).erasure);
  keep(
    'ExportJob',
    (await run('ExportStart', { input: { what: 'USAGE', idempotencyKey: `export of ${canary}` } })).job,
  );

  const messages = [{ role: 'USER', parts: [{ text: canary }] }];
  const asked = {
    target: { route: canary },
    messages,
    endUser: canary,
    run: { runId: canary },
    idempotencyKey: canary,
  };
  const { completion } = await run('CompletionCreate', { input: asked });
  keep('Completion', completion);
  const list = async (field: string, selection = 'id') =>
    (await gateway.ask<Answer>(`{ ${field}(first: 1) { nodes { ${selection} } } }`, {}, key))[field].nodes[0];
  // History is written in batches, a moment later.
  for (let request: { id: string } | undefined; !request; ) {
    request = await list('requests');
    if (request) keep('GatewayRequest', request);
  }
  keep('AuditEvent', await list('auditEvents'));
  return { key, canary, ids: found };
}
