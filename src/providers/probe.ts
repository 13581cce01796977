import type { Caller } from '../core/caller.ts';
import { NotFoundProblem, ProviderProblem, ValidationProblem } from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';
import { asked } from './asked.ts';
import { callError } from './call-error.ts';
import type { CatalogueRow, Connection } from './catalogue-row.ts';
import { failureOf } from './problems.ts';

export interface ProviderTested {
  readonly providerId: string;
  readonly latencyMs: number;
  /** Null where the provider has no list to ask for. */
  readonly modelsVisible: number | null;
}

export interface Reached {
  readonly row: CatalogueRow;
  readonly connection: Connection;
  /** Null when nothing is missing. */
  readonly missing: string | null;
}

const TIMEOUT_MS = 10_000;

/**
 * Whether a provider answers with what is saved for it, without spending anything: its models are listed; where there
 * is no list, a model that cannot exist is asked, and being told so is a good sign.
 * @throws ProviderProblem with what the provider said
 */
export function providerTest(
  reach: (organizationId: string, providerId: string) => Promise<Reached | null>,
  { clock }: Runtime,
) {
  return async ({ organizationId }: Caller, providerId: string): Promise<ProviderTested> => {
    const reached = await reach(organizationId, providerId);
    if (!reached) throw new NotFoundProblem('Provider', providerId);
    const { row, connection, missing } = reached;
    if (missing) throw new ProviderProblem('PROVIDER_ERROR', `${row.displayName} cannot be reached: ${missing}.`);
    if (row.kind === 'simulator') return { providerId, latencyMs: 0, modelsVisible: row.models.length };
    const startedAt = clock.monotonic();
    const controller = new AbortController();
    const stop = clock.after(TIMEOUT_MS, () => controller.abort(new Error('no answer')));
    try {
      const modelsVisible = row.modelList
        ? await listed(row.modelList, connection, controller.signal)
        : await unheard(row, connection, controller.signal);
      return { providerId, latencyMs: Math.round(clock.monotonic() - startedAt), modelsVisible };
    } catch (error) {
      if (error instanceof ProviderProblem) throw error;
      if (controller.signal.aborted) {
        throw new ProviderProblem(
          'PROVIDER_TIMEOUT',
          `${row.displayName} did not answer within ${TIMEOUT_MS / 1000} s.`,
        );
      }
      const { code, message } = failureOf(error, clock.now());
      const told = code === 'VALIDATION_FAILED' || code === 'NOT_FOUND' ? 'PROVIDER_ERROR' : code;
      throw new ProviderProblem(told, message, { retryable: true });
    } finally {
      stop();
    }
  };
}

async function listed(
  { path, header }: NonNullable<CatalogueRow['modelList']>,
  { baseUrl, secret, fetch: send }: Connection,
  signal: AbortSignal,
): Promise<number | null> {
  const headers = { ...VERSION, ...(secret && header(secret.reveal())) };
  const response = await send(`${baseUrl}${path}`, { headers, signal });
  const text = await response.text();
  const { status, headers: told } = response;
  if (!response.ok) throw callError(response.url, { status, headers: Object.fromEntries(told) }, text);
  const { data, models } = JSON.parse(text) as { data?: unknown; models?: unknown };
  const list = data ?? models;
  return Array.isArray(list) ? list.length : null;
}

/** Anthropic wants it said; to the others it means nothing. */
const VERSION = { 'anthropic-version': '2023-06-01' };

const NO_SUCH_MODEL = 'glidepath-probe';

/** @returns null: it has answered, and there is nothing to count */
async function unheard(row: CatalogueRow, connection: Connection, signal: AbortSignal): Promise<null> {
  const request = {
    target: { model: NO_SUCH_MODEL },
    messages: [{ role: 'USER' as const, parts: [{ kind: 'text' as const, text: 'Hello' }] }],
    sampling: { maxOutputTokens: 1 },
    tools: [],
    toolChoice: { mode: 'AUTO' as const },
    output: { kind: 'text' as const },
    reasoningEffort: null,
    limits: { timeoutMs: TIMEOUT_MS, maxCostNanos: null },
    endUser: null,
    agent: null,
    tags: [],
    simulation: null,
  };
  try {
    const question = { request, attempt: 1, stream: false };
    await asked(row, connection, NO_SUCH_MODEL, question, signal, () => {});
  } catch (error) {
    if (error instanceof ValidationProblem) throw error;
    // Known, let in, and told that there is no such model.
    if ([400, 404, 422].includes(failureOf(error, connection.runtime.clock.now()).httpStatus ?? 0)) return null;
    throw error;
  }
  return null;
}
