import { fileURLToPath } from 'node:url';
import { createAccess, placeOf, scopeExists } from './access/index.ts';
import { createAgents, erasableAgentRuns } from './agents/index.ts';
import { createAlerts, erasableAlerts } from './alerts/index.ts';
import { appendAudit, createAudit, exportedEntries } from './audit/index.ts';
import { createBudgets, erasableAccounts } from './budgets/index.ts';
import { createCache } from './cache/index.ts';
import { createCalls } from './calls/index.ts';
import { createCompletions } from './completions/index.ts';
import type { Config } from './config.ts';
import { createContent } from './content/index.ts';
import { actorOf } from './core/change.ts';
import { type Runtime, systemClock, systemRandom, timeSortedIds } from './core/runtime.ts';
import type { Secret } from './core/secret.ts';
import { createCosts } from './costs/index.ts';
import { createErasure } from './erasure/index.ts';
import { createExperiments, erasableScores, exportedScores, scoresOfCalls } from './experiments/index.ts';
import { createExports, subjectAccess } from './exports/index.ts';
import { createFiles, erasableFiles } from './files/index.ts';
import type { Gateway } from './graphql/context.ts';
import { createGuardrails } from './guardrails/index.ts';
import { createLimits } from './limits/index.ts';
import { createModels } from './models/index.ts';
import { createOperations } from './operations/index.ts';
import type { Answers } from './platform/answers/answers.ts';
import { createMemoryAnswers } from './platform/answers/memory.ts';
import { createRedisAnswers } from './platform/answers/redis.ts';
import type { Bus } from './platform/bus/bus.ts';
import { createMemoryBus } from './platform/bus/memory.ts';
import { createRedisBus } from './platform/bus/redis.ts';
import { createChanges } from './platform/changes.ts';
import type { Counters, LocalCounters } from './platform/counters/counters.ts';
import { createMemoryCounters } from './platform/counters/memory.ts';
import { countersDeadlines, createRedisCounters } from './platform/counters/redis.ts';
import { createDataKeys } from './platform/data-keys.ts';
import type { Database } from './platform/database/database.ts';
import { openDatabase } from './platform/database/open.ts';
import { startUpkeep } from './platform/database/upkeep.ts';
import { createEgress } from './platform/egress.ts';
import { createJobs } from './platform/jobs.ts';
import { keptSecret } from './platform/kept-secret.ts';
import { createKeyring, type Keyring } from './platform/keyring.ts';
import { createMailer } from './platform/mail.ts';
import { openRedis, type RedisDeadlines } from './platform/redis.ts';
import { createMemoryRunLog } from './platform/runlog/memory.ts';
import { createRedisRunLog } from './platform/runlog/redis.ts';
import type { RunLog } from './platform/runlog/runlog.ts';
import { createSnapshots } from './platform/snapshots.ts';
import { createLogger } from './platform/telemetry/log.ts';
import type { Metrics } from './platform/telemetry/metrics.ts';
import { createPolicies } from './policies/index.ts';
import { createProviders } from './providers/index.ts';
import { createRedaction } from './redaction/index.ts';
import { startRetention } from './retention/index.ts';
import type { Rooms } from './rooms.ts';
import { createRouting } from './routing/index.ts';
import { createRuns, type RunsOptions, runDefaults } from './runs/index.ts';
import { callsById, createUsage, erasableRequests, exportedCalls, exportedUsage, keptRequests } from './usage/index.ts';

const MIGRATIONS = fileURLToPath(new URL('../prisma/migrations', import.meta.url));

const SIMULATOR = 'sim';
const FORECAST_MS = 60_000;
const WATCH_MS = 60_000;

/** The house, built and lived in; server.ts puts doors on it. */
export interface OpenGateway extends Gateway {
  /** Made at the very first start, to be shown once; null otherwise. */
  readonly newAdminKey: Secret | null;
  readonly databaseKind: Database['kind'];
  /** Where there is a port for them. */
  readonly metrics: Metrics | null;
  /** Providers that have a key in the environment. */
  readonly realProviders: readonly string[];
  /** Ends what runs (after `drainMs` by cancelling), writes what is not written, closes what was opened. */
  close(drainMs: number): Promise<void>;
}

/** @throws UnavailableProblem, LockedError or MigrationError, see platform/database/open.ts */
export async function openGateway(config: Config, runtime: Runtime = systemRuntime(config)): Promise<OpenGateway> {
  const { databaseUrl: url, databasePool: maxConnections, dataDir } = config;
  const source = url ? { url, maxConnections } : { dataDir };
  return furnish(await openDatabase({ ...source, migrations: MIGRATIONS }, runtime), config, runtime);
}

/**
 * Builds every room over an open database, which from then on belongs to the gateway. The only place that knows which
 * implementation of a thing is running.
 */
export async function furnish(
  database: Database,
  config: Config,
  runtime: Runtime,
  runOptions: RunsOptions = runDefaults,
): Promise<OpenGateway> {
  const { clock } = runtime;
  const keyring = createKeyring(config.secretKey ?? (await keptSecret(config.dataDir)));
  const shared = await openShared(config, keyring, runtime);
  const { bus, counters, localCounters, answers, runlog } = shared;
  const egress = createEgress({ allow: config.egressAllow });
  const snapshots = createSnapshots(database, bus, runtime);
  const changes = createChanges(database, bus, appendAudit(runtime, keyring));

  const jobs = createJobs(database, runtime);
  const { auditCheckpoints: checkpointFile } = config;
  const audit = createAudit({ database, bus, jobs, keyring, checkpointFile, runtime });
  const endUpkeep = database.kind === 'embedded' ? startUpkeep(database, runtime) : null;

  const mailer = config.smtpUrl && createMailer(config.smtpUrl, config.smtpFrom);
  const alerts = createAlerts({ database, changes, bus, jobs, keyring, egress, mailer, runtime });
  const { tell } = alerts;
  const { noteOnce: note } = audit;
  const access = createAccess({ database, snapshots, changes, jobs, keyring, egress, note, runtime });
  const operations = createOperations({ database, snapshots, changes, runtime });
  const { environment } = config;
  const providers = createProviders({ database, snapshots, changes, keyring, egress, tell, runtime, environment });
  const models = createModels({ providersOf: providers.cards, database, snapshots, changes, runtime });
  const routing = createRouting({ database, snapshots, changes, runtime });
  // Nobody else has to load it.
  const metrics = config.metricsPort === null ? null : (await import('./platform/telemetry/metrics.ts')).openMetrics();
  const traces = config.traces && (await import('./platform/telemetry/traces.ts')).openTraces(config.traces, runtime);
  const usage = createUsage({ database, bus, metrics, traces, runtime });
  const agents = createAgents({ database, snapshots, changes, tell, scopeExists, runtime });
  const budgets = createBudgets({
    ...{ database, snapshots, changes, jobs, runtime },
    lengths: usage.lengths,
    raise: alerts.raise,
  });
  // Told after the job's transaction: keeping an alert takes one of its own.
  jobs.every('budgets.forecast', FORECAST_MS, async (tx) => (await budgets.runningOut(tx)).forEach(tell));
  jobs.every('budgets.watch', WATCH_MS, async (tx) => (await budgets.outOfBalance(tx)).forEach(tell));
  const costs = createCosts({ database, changes, runtime, pricesOf: models.prices, written: usage.flush });
  const dataKeys = createDataKeys(database, keyring, runtime);
  const content = createContent({ database, keyring, dataKeys, runtime });
  const policies = createPolicies({
    database,
    snapshots,
    changes,
    scopeExists,
    placeOf: (organizationId, scope) => placeOf(database, organizationId, scope),
    decisionOf: usage.decisionOf,
    runtime,
  });
  const experiments = createExperiments({
    database,
    snapshots,
    changes,
    runtime,
    tell,
    prefer: routing.prefer,
    written: usage.flush,
  });
  const files = createFiles({ database, changes, jobs, keyring, egress, runtime, deployment: config.files });
  const decideAndAct = {
    files,
    experiments,
    agents,
    policies,
    limits: createLimits({ database, snapshots, changes, counters, localCounters, scopeExists, runtime }),
    redaction: createRedaction(keyring),
    guardrails: createGuardrails({ egress, runtime }),
    cache: createCache({ answers, clock }),
    models,
    routing,
    budgets,
    providers,
    usage,
    content,
  };
  const completions = createCompletions(decideAndAct, runtime);
  const runs = createRuns({ database, runlog, bus, jobs, completions, usage, runtime }, runOptions);
  const calls = createCalls(runs);
  startRetention({
    jobs,
    rows: [content.kept, keptRequests, audit.kept],
    copies: [decideAndAct.cache],
    besides: [runs.erasable, erasableAgentRuns, erasableScores],
    organizations: policies.retention,
    runtime,
  });
  const { cache } = decideAndAct;
  const exports = createExports({
    ...{ database, changes, jobs, keyring, dataKeys, runtime },
    audit: (caller, resourceId) =>
      audit.write({
        ...{ organizationId: caller.organizationId, actor: actorOf(caller), outcome: 'ALLOWED', reason: null },
        ...{ action: 'export.read', resourceType: 'ExportJob', resourceId },
      }),
    sources: {
      REQUESTS: (organizationId, question) => exportedCalls(database, organizationId, question),
      USAGE: (organizationId, question) => exportedUsage(database, organizationId, question),
      AUDIT: (organizationId, question) => exportedEntries(database, organizationId, question),
      SCORES: (organizationId, question) => exportedScores(database, organizationId, question),
      SUBJECT_ACCESS: subjectAccess({
        calls: (...asked) => erasableRequests.find(database, ...asked),
        lines: (organizationId, ids) => callsById(database, organizationId, ids),
        said: content.read,
        scores: (organizationId, page) => scoresOfCalls(database, organizationId, page),
        files: files.about,
        file: async (organizationId, id) => ({ ...(await files.read(organizationId, [id])).get(id) }),
      }),
    },
  });
  const erasure = createErasure({
    ...{ database, changes, jobs, keyring, runtime },
    parts: {
      finders: [erasableRequests, content.erasable],
      byCall: [runs.erasable, erasableAgentRuns, erasableScores, content.erasable, erasableRequests],
      bySubject: [erasableFiles, erasableAccounts, erasableAlerts],
      copies: [
        {
          name: 'answers',
          count: (_tx, organizationId) => cache.count(organizationId),
          forget: (_tx, organizationId) => cache.forget(organizationId),
        },
        exports.copies,
      ],
      holds: policies.holds,
      written: () => Promise.all([usage.flush(), content.flush()]),
    },
  });
  const rooms: Rooms = {
    access,
    alerts,
    audit,
    operations,
    costs,
    ...decideAndAct,
    calls,
    completions,
    runs,
    erasure,
    exports,
  };

  const { organizationId, newAdminKey } = await access.firstStart(config.adminKey);
  const seeded = await providers.firstStart(organizationId);
  await routing.firstStart(organizationId, seeded);
  if (database.kind === 'embedded') await runs.releaseKeys();

  return {
    rooms,
    prisma: database.prisma,
    runtime,
    newAdminKey,
    databaseKind: database.kind,
    metrics,
    realProviders: seeded.map(({ slug }) => slug).filter((slug) => slug !== SIMULATOR),
    ready: () => database.available() && shared.healthy(),
    async close(drainMs) {
      await runs.drain(drainMs);
      runs.close();
      await jobs.close();
      await erasure.close();
      await exports.close();
      await completions.close();
      await experiments.close();
      await routing.simulations.close();
      await access.close();
      await budgets.close();
      await usage.close();
      await traces?.close();
      await content.close();
      await alerts.close();
      await audit.close();
      mailer?.close();
      snapshots.close();
      await localCounters.close();
      await shared.close();
      await egress.close();
      await endUpkeep?.();
      await database.close();
    },
  };
}

export function systemRuntime(config: Pick<Config, 'logLevel'>): Runtime {
  return {
    clock: systemClock,
    ids: timeSortedIds(systemClock),
    random: systemRandom,
    log: createLogger(config.logLevel),
  };
}

/** What instances share and may forget: in this process, or in Redis when there is one. */
interface Shared {
  readonly bus: Bus;
  readonly counters: Counters;
  /** Of this process; the same where it shares none. */
  readonly localCounters: LocalCounters;
  readonly answers: Answers;
  readonly runlog: RunLog;
  healthy(): boolean;
  close(): Promise<void>;
}

async function openShared({ redisUrl }: Config, keyring: Keyring, runtime: Runtime): Promise<Shared> {
  const open = async (deadlines?: RedisDeadlines) =>
    redisUrl && (await openRedis(redisUrl.reveal(), 'glidepath:', runtime, deadlines));
  const [link, counting] = await Promise.all([open(), open(countersDeadlines)]);
  const localCounters = createMemoryCounters(runtime);
  const parts =
    link && counting
      ? {
          bus: createRedisBus(link, runtime),
          counters: createRedisCounters(counting, runtime),
          answers: createRedisAnswers(link, keyring),
          runlog: createRedisRunLog(link, keyring, runtime),
        }
      : {
          bus: createMemoryBus(runtime.log),
          counters: localCounters,
          answers: createMemoryAnswers(runtime.clock),
          runlog: createMemoryRunLog(runtime),
        };
  return {
    ...parts,
    localCounters,
    healthy: () => (link?.healthy() ?? true) && (counting?.healthy() ?? true),
    async close() {
      await parts.runlog.dispose();
      await parts.answers.close();
      await parts.counters.close();
      await parts.bus.close();
      await counting?.close();
      await link?.close();
    },
  };
}
