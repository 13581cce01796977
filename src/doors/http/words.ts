import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { tasks } from '../../core/chat.ts';
import { nanosFromUsd } from '../../core/money.ts';
import type { CallInput } from '../call-input.ts';
import { Refusal } from './refusal.ts';

/** What becomes of a run whose caller hangs up. */
export type OnDisconnect = 'CANCEL' | 'CANCEL_AFTER_GRACE' | 'CONTINUE';

/** A header by which a client names its session, in lower case, and the agent that the client is. */
export interface RunHeader {
  readonly header: string;
  readonly agent: string;
}

/** What a vendor's format has no field for, in headers of ours. */
export interface Words {
  /** The parts of a call's input that the headers say. */
  readonly input: Pick<CallInput, 'run' | 'tags' | 'task' | 'endUser' | 'limits' | 'debug' | 'idempotencyKey'>;
  /** Null: the door's own way. */
  readonly onDisconnect: OnDisconnect | null;
}

const MAX_HEADER = 8_192;
const leaving: Readonly<Record<string, OnDisconnect>> = {
  cancel: 'CANCEL',
  'cancel-after-grace': 'CANCEL_AFTER_GRACE',
  continue: 'CONTINUE',
};

/**
 * Reads `x-glidepath-run-id`, `-agent`, `-tags` (`key=value, key=value`), `-end-user`, `-task`, `-timeout-ms`,
 * `-max-cost` (dollars), `-on-disconnect` (cancel, cancel-after-grace, continue), `-simulate` (JSON), and `idempotency-key`.
 * What they say is judged where every call is; here is only read what can be read.
 * @param runHeaders read where `x-glidepath-run-id` is not there
 * @throws Refusal for what cannot
 */
export function readWords({ headers }: IncomingMessage, runHeaders: readonly RunHeader[]): Words {
  const said = (name: string): string | undefined => {
    const value = headers[name];
    if (value === undefined) return undefined;
    const text = (Array.isArray(value) ? value.join(', ') : value).trim();
    if (text.length > MAX_HEADER) throw unread(name, `has more than ${MAX_HEADER} characters`);
    return text === '' ? undefined : text;
  };
  const named = said('x-glidepath-run-id');
  const session = named === undefined ? runHeaders.find(({ header }) => said(header) !== undefined) : undefined;
  const runId = session ? said(session.header) : named;
  const agent = said('x-glidepath-agent') ?? session?.agent;
  const tags = said('x-glidepath-tags');
  const endUser = said('x-glidepath-end-user');
  const task = said('x-glidepath-task');
  const timeout = said('x-glidepath-timeout-ms');
  const maxCost = said('x-glidepath-max-cost');
  const simulate = said('x-glidepath-simulate');
  const disconnect = said('x-glidepath-on-disconnect');
  const idempotencyKey = said('idempotency-key');
  if (timeout !== undefined && !/^\d{1,9}$/.test(timeout)) throw unread('x-glidepath-timeout-ms', 'is no whole number');
  if (maxCost !== undefined && !/^\d{1,9}(\.\d{1,9})?$/.test(maxCost))
    throw unread('x-glidepath-max-cost', 'is no amount like 0.05');
  if (disconnect !== undefined && !leaving[disconnect]) {
    throw unread('x-glidepath-on-disconnect', `is none of ${Object.keys(leaving).join(', ')}`);
  }
  if (agent !== undefined && runId === undefined)
    throw unread('x-glidepath-agent', 'belongs to a run: give x-glidepath-run-id too');
  return {
    onDisconnect: disconnect === undefined ? null : leaving[disconnect]!,
    input: {
      ...(runId !== undefined && { run: { runId, ...(agent !== undefined && { agent }) } }),
      ...(tags !== undefined && { tags: tagsOf(tags) }),
      ...(endUser !== undefined && { endUser }),
      ...(task !== undefined && { task: taskOf(task) }),
      ...((timeout ?? maxCost) !== undefined && {
        limits: {
          ...(timeout !== undefined && { timeoutMs: Number(timeout) }),
          ...(maxCost !== undefined && { maxCost: { nanos: nanosFromUsd(maxCost) } }),
        },
      }),
      ...(simulate !== undefined && { debug: { simulate: scriptOf(simulate) } }),
      ...(idempotencyKey !== undefined && { idempotencyKey }),
    },
  };
}

function tagsOf(text: string) {
  return text.split(',').map((pair) => {
    const [key = '', ...value] = pair.split('=');
    if (value.length === 0) throw unread('x-glidepath-tags', 'is no list like team=search, step=3');
    return { key: key.trim(), value: value.join('=').trim() };
  });
}

function taskOf(text: string): CallInput['task'] {
  const task = tasks.find((name) => name === text.toUpperCase());
  if (!task) throw unread('x-glidepath-task', `is none of ${tasks.join(', ').toLowerCase()}`);
  return task;
}

/** `SimulationInput`, as GraphQL would have held the input to it. */
const script = z.strictObject({
  seed: z.int().optional(),
  latencyMs: z.int().optional(),
  tokensPerSecond: z.number().optional(),
  failWith: z.enum(['PROVIDER_ERROR', 'PROVIDER_OVERLOADED', 'RATE_LIMITED', 'PROVIDER_TIMEOUT']).optional(),
  failFirstAttempts: z.int().optional(),
  breakStreamAfterTokens: z.int().optional(),
  reply: z.string().optional(),
});

function scriptOf(text: string) {
  try {
    return script.parse(JSON.parse(text));
  } catch {
    throw unread('x-glidepath-simulate', 'is no SimulationInput in JSON');
  }
}

function unread(header: string, how: string): Refusal {
  return new Refusal(400, `The header ${header} ${how}.`, header);
}
