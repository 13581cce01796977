import { join } from 'node:path';
import { z } from 'zod';
import { destinationOf } from './core/destination.ts';
import { Secret } from './core/secret.ts';
import { samplerNames, type TracesConfig } from './platform/telemetry/traces-config.ts';

/** What a process needs to start. Everything else is control-plane data, changed through the API. */
export interface Config {
  readonly host: string;
  readonly port: number;
  /** Where the embedded database and its keys live; unused with `databaseUrl`. */
  readonly dataDir: string;
  /** PostgreSQL instead of the embedded database. */
  readonly databaseUrl: Secret | null;
  /** Redis instead of in-process counters, answers, bus and run log. */
  readonly redisUrl: Secret | null;
  readonly adminKey: Secret | null;
  /** Null only in embedded mode, where one is made and kept in the data folder. */
  readonly secretKey: Secret | null;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Private addresses that providers may live on: host[:port] or CIDR. */
  readonly egressAllow: readonly string[];
  /** Origins of web pages that may open a WebSocket, besides our own. */
  readonly allowedOrigins: readonly string[];
  /** Where browsers find the house, for signing in: behind a proxy it listens somewhere else. */
  readonly publicUrl: string | null;
  /** What becomes of runs whose callers hang up at the doors for OpenAI's and Anthropic's clients, unless they say. */
  readonly onDisconnect: 'CANCEL' | 'CANCEL_AFTER_GRACE' | 'CONTINUE';
  /** Headers, in lower case, that name the run of a call at those doors which does not itself, and whose runs these are. */
  readonly runHeaders: readonly { readonly header: string; readonly agent: string }[];
  /** How long new calls are still taken after SIGTERM, while /ready says no: balancers have until then to notice. */
  readonly noticeMs: number;
  /** How long running calls may go on after that. */
  readonly drainMs: number;
  /** The mail server for alerts, and the sender of what it sends; null: no e-mail. */
  readonly smtpUrl: Secret | null;
  readonly smtpFrom: string;
  /** A folder of GraphQL documents that are registered for everybody at start; null: none. */
  readonly operations: string | null;
  /** What organizations may keep of files: bytes of one, bytes of all, beginnings of their media types. */
  readonly files: {
    readonly maxFileBytes: number;
    readonly maxTotalBytes: number;
    readonly mimeTypes: readonly string[];
  };
  /** Where signed checkpoints of the audit log are kept; null, with `databaseUrl` only: in the process's log. */
  readonly auditCheckpoints: string | null;
  /** Where Prometheus reads; null: nothing is counted for it. */
  readonly metricsPort: number | null;
  /** Where spans of calls go; null: nowhere, and none are made. */
  readonly traces: TracesConfig | null;
  /** Processes on the one port. */
  readonly workers: number;
  /** Connections to PostgreSQL, of each process. */
  readonly databasePool: number;
  /** The whole environment, for provider keys under their usual names. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export class ConfigError extends Error {
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super(`The environment has ${mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`}.`);
    this.mistakes = mistakes;
  }
}

const texts = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);

/** Words between commas; one that is none of its kind would never be met, and nobody would know why. */
function list(what: string, isOne: (item: string) => boolean) {
  return texts.superRefine((items, context) => {
    const wrong = items.find((item) => !isOne(item));
    if (wrong !== undefined)
      context.addIssue({ code: 'custom', message: `has ${JSON.stringify(wrong)}, which is no ${what}` });
  });
}

function whole(from: number, to: number) {
  const message = `is no whole number from ${from} to ${to}`;
  return z
    .string()
    .refine((text) => /^ *\d+ *$/.test(text) && Number(text) >= from && Number(text) <= to, { message })
    .transform(Number);
}

/** `name=value` between commas, values with their characters escaped: as OpenTelemetry writes headers and attributes. */
const pairs = texts
  .refine((items) => items.every((item) => /^[^=\s]+ *=/.test(item)), { message: 'is no list of name=value' })
  .transform((items) =>
    Object.fromEntries(
      items.map((item) => {
        const at = item.indexOf('=');
        return [item.slice(0, at).trim(), decoded(item.slice(at + 1).trim())];
      }),
    ),
  );

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const collectorUrl = url(['http:', 'https:']).refine((text) => URL.parse(text)?.username === '', {
  message: 'has a user in it: say who you are in OTEL_EXPORTER_OTLP_HEADERS',
});

/** What models read: pictures, sound, films, text, documents. */
const FILE_TYPES =
  'image/,audio/,video/,text/,application/pdf,application/json,application/vnd.openxmlformats-officedocument.';

/** Each variable with an example that would pass. */
const variables = {
  PORT: [whole(0, 65_535).default(4000), 'PORT=4000'],
  HOST: [z.string().min(1).default('127.0.0.1'), 'HOST=0.0.0.0'],
  GLIDEPATH_DATA_DIR: [z.string().min(1).default('.glidepath'), 'GLIDEPATH_DATA_DIR=/var/lib/glidepath'],
  DATABASE_URL: [
    url(['postgres:', 'postgresql:']).optional(),
    'DATABASE_URL=postgresql://user:password@host:5432/glidepath',
  ],
  REDIS_URL: [url(['redis:', 'rediss:']).optional(), 'REDIS_URL=redis://host:6379/0'],
  GLIDEPATH_ADMIN_KEY: [z.string().min(20, 'has fewer than 20 characters').optional(), 'GLIDEPATH_ADMIN_KEY=gp_live_…'],
  GLIDEPATH_SECRET_KEY: [
    z.string().min(32, 'has fewer than 32 characters').optional(),
    'GLIDEPATH_SECRET_KEY=$(openssl rand -hex 32)',
  ],
  GLIDEPATH_LOG_LEVEL: [
    z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
    'GLIDEPATH_LOG_LEVEL=warn',
  ],
  GLIDEPATH_EGRESS_ALLOW: [
    list('host[:port], address or CIDR block', (item) => destinationOf(item) !== null).default([]),
    'GLIDEPATH_EGRESS_ALLOW=127.0.0.1:11434,10.0.0.0/8',
  ],
  GLIDEPATH_ALLOWED_ORIGINS: [
    list('origin as browsers write it, without a path', isOrigin).default([]),
    'GLIDEPATH_ALLOWED_ORIGINS=https://app.example.com',
  ],
  GLIDEPATH_PUBLIC_URL: [
    url(['https:', 'http:'])
      .refine((text) => URL.parse(text)?.pathname === '/', { message: 'has a path: the house has a host of its own' })
      .optional(),
    'GLIDEPATH_PUBLIC_URL=https://ai.example.com',
  ],
  GLIDEPATH_ON_DISCONNECT: [
    z
      .enum(['cancel', 'cancel-after-grace', 'continue'])
      .default('cancel')
      .transform((word) => word.toUpperCase().replaceAll('-', '_') as Config['onDisconnect']),
    'GLIDEPATH_ON_DISCONNECT=cancel-after-grace',
  ],
  GLIDEPATH_RUN_HEADERS: [
    list('header with the name of an agent', (item) => /^[\w-]+=[^=]{1,256}$/.test(item))
      .default([])
      .transform((items) =>
        items.map((item) => {
          const [header = '', agent = ''] = item.split('=');
          return { header: header.toLowerCase(), agent };
        }),
      ),
    'GLIDEPATH_RUN_HEADERS=x-claude-code-session-id=claude-code,session-id=codex',
  ],
  GLIDEPATH_NOTICE_MS: [whole(0, 600_000).default(2000), 'GLIDEPATH_NOTICE_MS=2000'],
  GLIDEPATH_DRAIN_MS: [whole(0, 3_600_000).default(30_000), 'GLIDEPATH_DRAIN_MS=30000'],
  GLIDEPATH_SMTP_URL: [url(['smtp:', 'smtps:']).optional(), 'GLIDEPATH_SMTP_URL=smtps://user:password@host:465'],
  GLIDEPATH_SMTP_FROM: [
    z
      .string()
      .refine((text) => /^(?:[^<>]*<)?[^\s<>@]+@[^\s<>@]+>?$/.test(text), { message: 'is no e-mail address' })
      .default('Glidepath <glidepath@localhost>'),
    'GLIDEPATH_SMTP_FROM=ai@example.com',
  ],
  GLIDEPATH_OPERATIONS: [z.string().min(1).optional(), 'GLIDEPATH_OPERATIONS=/etc/glidepath/operations'],
  GLIDEPATH_FILE_BYTES: [
    // What is fetched comes through the egress, which takes answers of 32 MB.
    whole(1, 33_554_432).default(20_971_520),
    'GLIDEPATH_FILE_BYTES=20971520',
  ],
  GLIDEPATH_FILE_TOTAL_BYTES: [
    whole(1, Number.MAX_SAFE_INTEGER).default(1_073_741_824),
    'GLIDEPATH_FILE_TOTAL_BYTES=1073741824',
  ],
  GLIDEPATH_FILE_TYPES: [
    z.string().default(FILE_TYPES).pipe(list('media type or beginning of one', isMediaType)),
    'GLIDEPATH_FILE_TYPES=image/,application/pdf',
  ],
  GLIDEPATH_AUDIT_CHECKPOINTS: [
    z.string().min(1).optional(),
    'GLIDEPATH_AUDIT_CHECKPOINTS=/var/log/glidepath/audit-checkpoints.jsonl',
  ],
  GLIDEPATH_METRICS_PORT: [whole(0, 65_535).optional(), 'GLIDEPATH_METRICS_PORT=9464'],
  OTEL_EXPORTER_OTLP_ENDPOINT: [collectorUrl.optional(), 'OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4318'],
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: [
    collectorUrl.optional(),
    'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=https://traces.example.com/v1/traces',
  ],
  OTEL_EXPORTER_OTLP_HEADERS: [pairs.default({}), 'OTEL_EXPORTER_OTLP_HEADERS=authorization=Bearer%20…'],
  OTEL_EXPORTER_OTLP_PROTOCOL: [
    z.enum(['http/protobuf', 'http/json']).default('http/protobuf'),
    'OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf',
  ],
  OTEL_SERVICE_NAME: [z.string().min(1).default('glidepath'), 'OTEL_SERVICE_NAME=glidepath'],
  OTEL_RESOURCE_ATTRIBUTES: [pairs.default({}), 'OTEL_RESOURCE_ATTRIBUTES=deployment.environment.name=production'],
  OTEL_TRACES_SAMPLER: [
    z.enum(samplerNames).default('parentbased_always_on'),
    'OTEL_TRACES_SAMPLER=parentbased_traceidratio',
  ],
  OTEL_TRACES_SAMPLER_ARG: [
    z
      .string()
      .refine((text) => /^[01]?(\.\d+)?$/.test(text) && Number(text) <= 1, { message: 'is no share from 0 to 1' })
      .default('1')
      .transform(Number),
    'OTEL_TRACES_SAMPLER_ARG=0.05',
  ],
  OTEL_SDK_DISABLED: [
    z
      .string()
      .default('false')
      .transform((text) => text.toLowerCase() === 'true'),
    'OTEL_SDK_DISABLED=true',
  ],
  GLIDEPATH_WORKERS: [whole(1, 64).default(1), 'GLIDEPATH_WORKERS=4'],
  GLIDEPATH_DATABASE_POOL: [whole(1, 200).default(10), 'GLIDEPATH_DATABASE_POOL=10'],
} as const;

/**
 * The only reader of the environment. An empty variable counts as unset.
 * @throws ConfigError with every mistake at once, each naming the variable and an example
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>> = process.env): Config {
  const mistakes: string[] = [];
  const read = <Name extends keyof typeof variables>(name: Name): z.output<(typeof variables)[Name][0]> => {
    const [schema, example] = variables[name];
    const given = environment[name] === '' ? undefined : environment[name];
    const result = schema.safeParse(given);
    if (!result.success) mistakes.push(`${name} ${complaint(result.error)}. Example: ${example}`);
    return result.data as z.output<(typeof variables)[Name][0]>;
  };
  const secret = (value: string | undefined) => (value === undefined ? null : new Secret(value));

  /** Without a collector the other variables may be meant for other processes. */
  const readTraces = (): TracesConfig | null => {
    if (read('OTEL_SDK_DISABLED')) return null;
    const base = read('OTEL_EXPORTER_OTLP_ENDPOINT');
    const url = read('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT') ?? (base && `${base.replace(/\/+$/, '')}/v1/traces`);
    if (url === undefined) return null;
    const headers = Object.entries(read('OTEL_EXPORTER_OTLP_HEADERS') ?? {});
    return {
      url,
      encoding: read('OTEL_EXPORTER_OTLP_PROTOCOL'),
      headers: Object.fromEntries(headers.map(([name, value]) => [name, new Secret(value)])),
      resource: { ...read('OTEL_RESOURCE_ATTRIBUTES'), 'service.name': read('OTEL_SERVICE_NAME') },
      sampler: read('OTEL_TRACES_SAMPLER'),
      ratio: read('OTEL_TRACES_SAMPLER_ARG'),
    };
  };

  const dataDir = read('GLIDEPATH_DATA_DIR');
  const besideTheData = join(dataDir, 'audit-checkpoints.jsonl');

  const config: Config = {
    host: read('HOST'),
    port: read('PORT'),
    dataDir,
    databaseUrl: secret(read('DATABASE_URL')),
    redisUrl: secret(read('REDIS_URL')),
    adminKey: secret(read('GLIDEPATH_ADMIN_KEY')),
    secretKey: secret(read('GLIDEPATH_SECRET_KEY')),
    logLevel: read('GLIDEPATH_LOG_LEVEL'),
    egressAllow: read('GLIDEPATH_EGRESS_ALLOW'),
    allowedOrigins: read('GLIDEPATH_ALLOWED_ORIGINS'),
    publicUrl: read('GLIDEPATH_PUBLIC_URL') ?? null,
    onDisconnect: read('GLIDEPATH_ON_DISCONNECT'),
    runHeaders: read('GLIDEPATH_RUN_HEADERS'),
    noticeMs: read('GLIDEPATH_NOTICE_MS'),
    drainMs: read('GLIDEPATH_DRAIN_MS'),
    smtpUrl: secret(read('GLIDEPATH_SMTP_URL')),
    smtpFrom: read('GLIDEPATH_SMTP_FROM'),
    operations: read('GLIDEPATH_OPERATIONS') ?? null,
    files: {
      maxFileBytes: read('GLIDEPATH_FILE_BYTES'),
      maxTotalBytes: read('GLIDEPATH_FILE_TOTAL_BYTES'),
      mimeTypes: read('GLIDEPATH_FILE_TYPES'),
    },
    auditCheckpoints: read('GLIDEPATH_AUDIT_CHECKPOINTS') ?? (environment.DATABASE_URL ? null : besideTheData),
    metricsPort: read('GLIDEPATH_METRICS_PORT') ?? null,
    traces: readTraces(),
    workers: read('GLIDEPATH_WORKERS'),
    databasePool: read('GLIDEPATH_DATABASE_POOL'),
    environment,
  };
  if (environment.DATABASE_URL && !environment.GLIDEPATH_SECRET_KEY) {
    const [, example] = variables.GLIDEPATH_SECRET_KEY;
    mistakes.push(`GLIDEPATH_SECRET_KEY is required together with DATABASE_URL. Example: ${example}`);
  }
  if (config.workers > 1 && !(environment.DATABASE_URL && environment.REDIS_URL)) {
    mistakes.push(
      'GLIDEPATH_WORKERS above 1 needs DATABASE_URL and REDIS_URL: the embedded database and what is kept in memory belong ' +
        'to one process.',
    );
  }
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  return Object.freeze(config);
}

function url(protocols: readonly string[]) {
  return z.string().refine((text) => protocols.includes(URL.parse(text)?.protocol ?? ''), {
    message: `is not a ${protocols.map((protocol) => `${protocol}//`).join(' or ')} URL`,
  });
}

/** Apps have schemes of their own, `capacitor://localhost`. */
function isOrigin(text: string): boolean {
  const url = URL.parse(text);
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return url.origin === text;
  return /^[a-z][a-z\d+.-]*:\/\/[\w.-]+$/.test(text);
}

function isMediaType(text: string): boolean {
  return /^[a-z\d.+-]+\/[a-z\d.+-]*$/i.test(text);
}

/** One clause about the value, without the value: it may be a secret. */
function complaint(error: z.ZodError): string {
  const [issue] = error.issues;
  if (issue?.code === 'custom' || issue?.message.startsWith('has fewer')) return issue.message;
  return `is not valid (${issue?.message ?? 'unknown'})`;
}
