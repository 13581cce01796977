import { parseArgs } from 'node:util';
import { type Bench, type Contestant, type Door, openBench, type Question } from './contestants.ts';
import type { Job, Result } from './load.ts';
import { pinning, startOther } from './processes.ts';
import { type Figures, print, type Sample } from './report.ts';

/**
 * How fast the gateway is, beside others, in one run: `npm run bench [-- --quick] [--json] [--only glidepath,passthrough]`.
 * Everybody is started once; then in each round each of them is warmed and measured in turn, so that what else the
 * machine does meets all of them alike. Needs PostgreSQL and Redis (GLIDEPATH_TEST_DATABASE_URL, GLIDEPATH_TEST_REDIS_URL) and,
 * for the peer, the npm registry.
 */
const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    rounds: { type: 'string' },
    profile: { type: 'string' },
    figure: { type: 'string' },
    door: { type: 'string' },
  },
});
const rounds = Number(options.rounds ?? (options.quick ? 1 : 5));
const [warmMs, windowMs, stepMs] = options.quick ? [1000, 1500, 1000] : [5000, 5000, 4000];

/** Callers at once at saturation, questions a second at rest, streams at once, words in each. */
const CALLERS = 64;
const LOW_RATE = 100;
const STREAMS = 64;
const WORDS = 200;
/** Paced as a model speaks: 50 words a second, in streams of four seconds, or of one. */
const EVERY_MS = 20;
const PACED_WORDS = options.quick ? 50 : 200;
const MOST_AGE_MS = 50;
const STEPS = options.quick ? [25, 100, 400] : [25, 50, 100, 150, 200, 300, 400, 600, 800, 1200, 1600];

const upstream = startOther('upstream.ts');
const { port } = await upstream.next<{ port: number }>();
const load = startOther('load.ts');

async function asked(job: Job): Promise<Result> {
  load.send({ ...job });
  return load.next<Result>();
}

/** Who has not been asked much yet is compiled while it answers; after so many warm windows that is over, or nearly. */
const FIRST_WARM_WINDOWS = options.quick ? 2 : 4;
const warmed = new Set<string>();

/** One window, after a warm one: what came back, and what the contestant used for it. */
async function measured(
  { port, process: own }: Contestant,
  question: Question,
  job: Partial<Job>,
  words: number,
  everyMs: number,
) {
  const whole: Job = {
    port,
    request: question.request(words, everyMs),
    expect: question.expect,
    ...(question.socket && { socket: question.socket }),
    callers: CALLERS,
    ms: windowMs,
    ...job,
  };
  const way = `${port} ${whole.request}`;
  for (let windows = warmed.has(way) ? 1 : FIRST_WARM_WINDOWS; windows > 0; windows--)
    await asked({ ...whole, ms: warmMs });
  warmed.add(way);
  const [cpu, upstreamCpu] = [own?.cpuMs() ?? 0, upstream.cpuMs()];
  const result = await asked(whole);
  if (result.failed > 0) console.error(`${result.failed} failed: ${result.firstFailure}`);
  return {
    ...result,
    cpuMs: (own?.cpuMs() ?? 0) - cpu,
    // Load and upstream share a core.
    idleShare: Math.max(0, result.idleShare - (upstream.cpuMs() - upstreamCpu) / whole.ms),
  };
}

async function saturation(contestant: Contestant, door: Door): Promise<Sample> {
  await contestant.loopDelayMs?.();
  const { answered, failed, cpuMs, latency, idleShare, ms } = await measured(contestant, door.answer, {}, 0, 0);
  return {
    'requests/s': (answered / ms) * 1000,
    'CPU µs/request': (cpuMs * 1000) / answered,
    'p99 ms': latency?.p99 ?? Number.NaN,
    failed,
    'idle share of load': idleShare,
    ...(contestant.process && { 'peak RSS MB': contestant.process.peakMb() }),
    ...(contestant.loopDelayMs && { 'loop delay p99 ms': await contestant.loopDelayMs() }),
  };
}

async function atRest(contestant: Contestant, door: Door): Promise<Sample> {
  const { latency, failed } = await measured(contestant, door.answer, { perSecond: LOW_RATE, callers: 16 }, 0, 0);
  return { 'p50 ms': latency?.p50 ?? Number.NaN, 'p99 ms': latency?.p99 ?? Number.NaN, failed };
}

async function streaming(contestant: Contestant, door: Door): Promise<Sample> {
  const { words, ms, cpuMs, failed } = await measured(contestant, door.stream, { callers: STREAMS }, WORDS, 0);
  return { 'tokens/s': (words / ms) * 1000, 'CPU µs/token': (cpuMs * 1000) / words, failed };
}

/**
 * How many paced streams at once arrive in time, and how the fewest do. They begin one after the other, as streams do;
 * who begins with all others in the same moment is late by what it takes to begin that many.
 */
async function paced(contestant: Contestant, door: Door): Promise<Sample> {
  let held = 0;
  let few: Result | undefined;
  const request = door.stream.request(PACED_WORDS, EVERY_MS);
  const job = {
    ...{ port: contestant.port, request, expect: door.stream.expect, ms: stepMs, spreadMs: PACED_WORDS * EVERY_MS },
    ...(door.stream.socket && { socket: door.stream.socket }),
  };
  if (!options.quick) await asked({ ...job, callers: STEPS[0]! });
  for (const callers of STEPS) {
    const result = await asked({ ...job, callers });
    few ??= result;
    if (result.failed > 0 || result.wordAge === null || result.wordAge.p99 > MOST_AGE_MS) break;
    held = callers;
  }
  return {
    [`streams held, p99 < ${MOST_AGE_MS} ms`]: held,
    'first token p50 ms': few?.firstWord?.p50 ?? Number.NaN,
    'token age p50 ms': few?.wordAge?.p50 ?? Number.NaN,
    'token age p99 ms': few?.wordAge?.p99 ?? Number.NaN,
  };
}

const figures: Figures = new Map();
async function take(
  title: string,
  bench: Bench,
  measure: (contestant: Contestant, door: Door) => Promise<Sample>,
  socket: boolean,
) {
  if (options.figure !== undefined && !title.includes(options.figure)) return;
  for (let round = 0; round < rounds; round++) {
    for (const contestant of bench.contestants) {
      if (contestant.onAllCores && measure !== saturation) continue;
      if (options.quick && contestant.name === WHOLE_ONLY && (measure === streaming || measure === paced)) continue;
      for (const door of contestant.doors) {
        // A WebSocket is for what goes on: answers in one piece come by HTTP.
        if (door.answer.socket && !socket) continue;
        if (options.door !== undefined && door.name !== options.door) continue;
        const name = contestant.doors.length > 1 ? `${contestant.name}, ${door.name}` : contestant.name;
        const rows = figures.get(title) ?? new Map<string, Sample[]>();
        figures.set(title, rows.set(name, [...(rows.get(name) ?? []), await measure(contestant, door)]));
        console.error(`${title}, round ${round + 1}: ${name}`);
      }
    }
  }
}

/** What all features cost is seen by the minimum beside them, in the long run only. */
const BRIEFLY = ['direct', 'nginx', 'passthrough', 'portkey', 'glidepath embedded', 'glidepath'];
/** Its streams differ by what the database takes, which its answers in one piece show. */
const WHOLE_ONLY = 'glidepath embedded';
const named = options.only.split(',').filter((name) => name !== '');
const only = named.length === 0 && options.quick ? BRIEFLY : named;
const bench = await openBench(port, only, options.profile ?? null);
try {
  await take(`Answers in one piece, ${CALLERS} callers`, bench, saturation, false);
  await take(`Answers in one piece, ${LOW_RATE} a second`, bench, atRest, false);
  await take(`${STREAMS} streams of ${WORDS} words, as fast as they go`, bench, streaming, true);
  await take(`Streams of ${1000 / EVERY_MS} words a second`, bench, paced, true);
  const starts = bench.contestants.flatMap(({ name, startupMs }) =>
    startupMs === null ? [] : [[name, [{ 'start-up ms': startupMs }]] as const],
  );
  figures.set('Start to the first answer of the HTTP server', new Map(starts));
} finally {
  await bench.close();
  await load.end();
  await upstream.end();
}
print(figures, { json: options.json, rounds, pinning });
