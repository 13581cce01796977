import { describe, expect, it } from 'vitest';
import type { CompletionRequest, Simulation } from '../../src/core/chat.ts';
import type { Candidate } from '../../src/core/decision.ts';
import type { AttemptEvent } from '../../src/core/event.ts';
import { Problem } from '../../src/core/problem.ts';
import type { Runtime } from '../../src/core/runtime.ts';
import type { Tell } from '../../src/core/turns.ts';
import type { Ending, Hear } from '../../src/providers/answer-event.ts';
import { attempt } from '../../src/providers/attempt.ts';
import type { AttemptJob } from '../../src/providers/attempt-job.ts';
import { rowOf } from '../../src/providers/catalogue.ts';
import { simulatedModel, simulatorModels } from '../../src/providers/simulator/index.ts';
import { type TestRuntime, testRuntime } from '../support/manual-clock.ts';
import { aRequest } from '../support/requests.ts';
import { systemRuntime } from '../support/runtime.ts';
import { reachable } from './asking.ts';

describe('one target', () => {
  it('yields its start, its content in order, and its success last', async () => {
    const events = await asked({ simulation: { reply: 'one two' } });
    expect(events.map(({ kind }) => kind)).toEqual([
      'attemptStarted',
      'partStarted',
      'textDelta',
      'textDelta',
      'partFinished',
      'attemptSucceeded',
    ]);
    expect(last(events)).toMatchObject({
      finishReason: 'STOP',
      attempt: {
        number: 1,
        outcome: 'SUCCEEDED',
        model: 'sim/echo-1',
        responseModel: 'echo-1',
        usage: { outputTokens: 2, source: 'PROVIDER' },
        cost: { complete: true },
      },
    });
  });

  it('gives the same content when the whole answer is asked for at once', async () => {
    const simulation = { reply: 'one two three' };
    const streamed = finished(await asked({ simulation }));
    expect(finished(await asked({ simulation }, { stream: false }))).toEqual(streamed);
  });

  it('is asked again when its failure may pass', async () => {
    const events = await asked({ simulation: { failWith: 'PROVIDER_OVERLOADED', failFirstAttempts: 1 } });
    expect(outcomes(events)).toEqual(['FAILED', 'SUCCEEDED']);
    expect(failures(events)[0]).toMatchObject({
      next: 'sim/echo-1',
      attempt: { errorCode: 'PROVIDER_OVERLOADED', httpStatus: 529, usage: { source: 'NONE' } },
    });
  });

  it('is asked no more often than its maxAttempts', async () => {
    const { events, problem } = await failed({ simulation: { failWith: 'PROVIDER_ERROR' } });
    expect(outcomes(events)).toEqual(['FAILED', 'FAILED']);
    expect(failures(events).map(({ next }) => next)).toEqual(['sim/echo-1', null]);
    expect(problem).toMatchObject({ code: 'PROVIDER_ERROR', retryable: true, requestId: 'req_1' });
  });

  it('is charged an estimate of what was read and said when its answer breaks off', async () => {
    const { events, problem } = await failed({ simulation: { reply: 'a b c d e f', breakStreamAfterTokens: 4 } });
    expect(outcomes(events)).toEqual(['FAILED']);
    expect(failures(events)[0]?.attempt.usage).toEqual({
      inputTokens: 3,
      outputTokens: 4,
      reasoningTokens: 0,
      cacheReadTokens: 0,
      cacheWriteTokens: 0,
      source: 'ESTIMATED',
    });
    expect(failures(events)[0]?.attempt.cost.totalNanos).toBeGreaterThan(0n);
    expect(problem).toMatchObject({ code: 'INCOMPLETE', failure: 'PROVIDER_ERROR', usage: { outputTokens: 4 } });
    expect(problem.message).toContain('broke off');
  });
});

describe('several targets', () => {
  it('are tried in order, the next when one has failed for good', async () => {
    const runtime = failingOn('large-1', { failWith: 'PROVIDER_TIMEOUT' });
    const events = await collected(runtime, [target('large-1', 1), target('echo-1')]);
    expect(outcomes(events)).toEqual(['TIMED_OUT', 'SUCCEEDED']);
    expect(failures(events)[0]?.next).toBe('sim/echo-1');
    expect(events.some(({ kind }) => kind === 'outputReset')).toBe(false);
  });

  it('start over visibly when content had already left', async () => {
    const runtime = failingOn('large-1', { reply: 'never to be finished', breakStreamAfterTokens: 2 });
    const events = await collected(runtime, [target('large-1'), target('echo-1')]);
    const reset = events.findIndex(({ kind }) => kind === 'outputReset');
    expect(events[reset - 1]).toMatchObject({ kind: 'attemptFailed', next: 'sim/echo-1' });
    expect(events[reset]).toEqual({ kind: 'outputReset', fromIndex: 0, reason: 'FALLBACK' });
    expect(events[reset + 1]).toMatchObject({ kind: 'attemptStarted', attempt: { number: 2 } });
    expect(finished(events)).toMatchObject([{ text: 'Say hello.' }]);
  });

  it('are not tried any more once the deadline has passed', async () => {
    const runtime = testRuntime();
    const running = collect(
      runtime,
      job([target('echo-1'), target('small-1')], { simulation: { latencyMs: 90_000 } }, 5000),
    );
    await runtime.clock.sleepers(2);
    await runtime.clock.advance(5000);
    const { events, error } = await running;
    expect(outcomes(events)).toEqual(['TIMED_OUT']);
    expect(error).toMatchObject({ code: 'PROVIDER_TIMEOUT' });
    expect(runtime.clock.waiting).toBe(0);
  });
});

describe('clocks', () => {
  it('end an attempt whose first token is late', async () => {
    const runtime = testRuntime();
    const slow = { ...target('echo-1'), ttftTimeoutMs: 1000 };
    const running = collect(runtime, job([slow], { simulation: { latencyMs: 90_000 } }));
    await runtime.clock.sleepers(2);
    await runtime.clock.advance(1000);
    const { events, error } = await running;
    expect(outcomes(events)).toEqual(['TIMED_OUT']);
    expect(error).toMatchObject({ message: expect.stringContaining('No first token within 1000 ms') });
    expect(runtime.clock.waiting).toBe(0);
  });

  it('end an answer that falls silent for 20 s', async () => {
    const runtime = testRuntime();
    const running = collect(
      runtime,
      job([target('echo-1')], { simulation: { reply: 'one two', tokensPerSecond: 0.01 } }),
    );
    await runtime.clock.sleepers(2);
    await runtime.clock.advance(20_000);
    const { events, error } = await running;
    expect(outcomes(events)).toEqual(['TIMED_OUT']);
    expect(error).toMatchObject({ code: 'INCOMPLETE', failure: 'PROVIDER_TIMEOUT' });
    expect(runtime.clock.waiting).toBe(0);
  });

  it('let a model think in silence for longer than it may pause while speaking', async () => {
    const runtime = testRuntime();
    const controller = new AbortController();
    const thinking = { reasoningEffort: 'LOW' as const, simulation: { tokensPerSecond: 0.02 } };
    const running = collect(runtime, job([target('echo-1')], thinking), controller.signal);
    await runtime.clock.sleepers(2);
    await runtime.clock.advance(30_000);
    controller.abort();
    const { events } = await running;
    expect(outcomes(events)).toEqual(['CANCELLED']);
  });

  it('wait as long as the provider asks before the same target is tried again', async () => {
    const runtime = testRuntime();
    const running = collect(
      runtime,
      job([target('echo-1')], { simulation: { failWith: 'RATE_LIMITED', failFirstAttempts: 1 } }),
    );
    await runtime.clock.sleepers(1);
    await runtime.clock.advance(20);
    const { events } = await running;
    expect(outcomes(events)).toEqual(['FAILED', 'SUCCEEDED']);
    expect(failures(events)[0]?.attempt.errorCode).toBe('RATE_LIMITED');
  });
});

describe('an abort', () => {
  it('ends the attempt as cancelled, with an estimate, and throws nothing', async () => {
    const runtime = testRuntime();
    const controller = new AbortController();
    const running = collect(
      runtime,
      job([target('echo-1'), target('small-1')], { simulation: { reply: 'one two', tokensPerSecond: 1 } }),
      controller.signal,
    );
    await runtime.clock.sleepers(2);
    controller.abort(new Error('enough'));
    const { events, error } = await running;
    expect(error).toBeUndefined();
    expect(last(events)).toMatchObject({
      kind: 'attemptFailed',
      next: null,
      attempt: { outcome: 'CANCELLED', errorCode: 'CANCELLED', usage: { outputTokens: 1, source: 'ESTIMATED' } },
    });
    expect(runtime.clock.waiting).toBe(0);
  });

  it('comes before whatever else the network has brought at once: that is neither told nor charged', async () => {
    const controller = new AbortController();
    async function answer(_question: unknown, _signal: AbortSignal, hear: Hear): Promise<Ending> {
      await hear([
        { kind: 'partStarted', index: 0, part: 'text' },
        { kind: 'textDelta', index: 0, text: 'one' },
        { kind: 'textDelta', index: 0, text: ' two three four' },
      ]);
      return { usage: { inputTokens: 3, outputTokens: 4 }, finishReason: 'STOP' };
    }
    const events: AttemptEvent[] = [];
    const asked = job([target('echo-1')], {}, systemRuntime.clock.monotonic() + 60_000);
    await attempt(
      systemRuntime,
      async () => ({ ask: answer }),
      asked,
      controller.signal,
      (event) => {
        events.push(event);
        if (event.kind === 'textDelta') controller.abort('the budget is used up');
      },
    );
    expect(events.map(({ kind }) => kind)).toEqual(['attemptStarted', 'partStarted', 'textDelta', 'attemptFailed']);
    expect(last(events)).toMatchObject({ attempt: { outcome: 'CANCELLED', usage: { outputTokens: 1 } } });
  });

  it('leaves no clock running when the reader just goes away', async () => {
    const runtime = testRuntime();
    const leaving = run(runtime, job([target('echo-1')], { simulation: { reply: 'one two' } }), ({ kind }) => {
      if (kind === 'textDelta') throw new Error('enough');
    });
    await expect(leaving).rejects.toThrow('enough');
    expect(runtime.clock.waiting).toBe(0);
  });
});

// ---------------------------------------------------------------- the test's own words

type FailedEvent = Extract<AttemptEvent, { kind: 'attemptFailed' }>;

function target(modelId: string, maxAttempts = 2) {
  return {
    id: `tgt_${modelId}`,
    model: `sim/${modelId}`,
    timeoutMs: 60_000,
    ttftTimeoutMs: null as number | null,
    maxAttempts,
  };
}

function job(
  targets: readonly ReturnType<typeof target>[],
  request: Partial<CompletionRequest>,
  deadlineMs = 600_000,
): AttemptJob {
  return {
    organizationId: 'org_1',
    requestId: 'req_1',
    candidates: targets.map(candidate),
    request: aRequest(request),
    deadlineMs,
  };
}

function candidate(chosen: ReturnType<typeof target>): Candidate {
  const facts = simulatorModels.find(({ modelId }) => chosen.model === `sim/${modelId}`)!;
  return {
    target: chosen,
    model: {
      ...facts,
      name: chosen.model,
      providerId: 'prv_sim',
      providerSlug: 'sim',
      providerKind: 'simulator',
      enabled: true,
      hasCredential: true,
    },
    eligible: true,
    reasons: [],
    estimatedCostNanos: null,
  };
}

interface Setting {
  readonly runtime: Runtime;
  /** Scripts for some models only, where the request's own holds for all. */
  readonly scripts: Readonly<Record<string, Simulation>>;
}

const failingOn = (modelId: string, script: Simulation): Setting => ({
  runtime: systemRuntime,
  scripts: { [modelId]: script },
});

function run(
  setting: TestRuntime | Setting,
  asked: AttemptJob,
  tell: Tell<AttemptEvent>,
  signal = new AbortController().signal,
) {
  const { runtime, scripts } = 'scripts' in setting ? setting : { runtime: setting, scripts: {} };
  const reach = async ({ model: { modelId } }: Candidate) => {
    const row = rowOf('simulator');
    const script = (scripts as Setting['scripts'])[modelId];
    return reachable({
      row: script
        ? { ...row, options: (_request: CompletionRequest, attempt: number) => ({ simulator: { ...script, attempt } }) }
        : row,
      model: simulatedModel(modelId, runtime.clock),
    });
  };
  return attempt(runtime, reach, asked, signal, tell);
}

async function collect(setting: TestRuntime | Setting, asked: AttemptJob, signal?: AbortSignal) {
  const events: AttemptEvent[] = [];
  try {
    await run(setting, asked, (event) => void events.push(event), signal);
    return { events, error: undefined };
  } catch (error) {
    return { events, error };
  }
}

const system: Setting = { runtime: systemRuntime, scripts: {} };

async function collected(setting: Setting, targets: readonly ReturnType<typeof target>[]): Promise<AttemptEvent[]> {
  const { events, error } = await collect(setting, job(targets, {}, systemRuntime.clock.monotonic() + 60_000));
  if (error) throw error;
  return events;
}

async function asked(
  request: Partial<CompletionRequest>,
  different: Partial<AttemptJob> = {},
): Promise<AttemptEvent[]> {
  const { events, error } = await collect(system, {
    ...job([target('echo-1')], request, systemRuntime.clock.monotonic() + 60_000),
    ...different,
  });
  if (error) throw error;
  return events;
}

async function failed(request: Partial<CompletionRequest>): Promise<{ events: AttemptEvent[]; problem: Problem }> {
  const { events, error } = await collect(
    system,
    job([target('echo-1')], request, systemRuntime.clock.monotonic() + 60_000),
  );
  expect(error).toBeInstanceOf(Problem);
  return { events, problem: error as Problem };
}

function outcomes(events: readonly AttemptEvent[]): string[] {
  return events.flatMap((event) =>
    event.kind === 'attemptFailed' || event.kind === 'attemptSucceeded' ? [event.attempt.outcome] : [],
  );
}

function failures(events: readonly AttemptEvent[]): FailedEvent[] {
  return events.filter((event): event is FailedEvent => event.kind === 'attemptFailed');
}

/** The parts that stand at the end. */
function finished(events: readonly AttemptEvent[]) {
  const from = events.findLastIndex(({ kind }) => kind === 'attemptStarted');
  return events.slice(from).flatMap((event) => (event.kind === 'partFinished' ? [event.part] : []));
}

function last(events: readonly AttemptEvent[]): AttemptEvent | undefined {
  return events.at(-1);
}
