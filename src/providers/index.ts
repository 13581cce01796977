import { affinityOf } from '../core/affinity.ts';
import type { TellAlert } from '../core/alert.ts';
import type { Caller } from '../core/caller.ts';
import type { Candidate, ProviderCard } from '../core/decision.ts';
import type { AttemptEvent } from '../core/event.ts';
import type { Tell } from '../core/turns.ts';
import type { Changes } from '../platform/changes.ts';
import { attempt } from './attempt.ts';
import type { AttemptJob } from './attempt-job.ts';
import { breakerAlerts } from './breaker-alert.ts';
import { credentialDelete, credentialSave } from './credentials.ts';
import { createDirectory, type DirectoryNeeds } from './directory.ts';
import { firstStart, type SeededProvider } from './first-start.ts';
import { createHealth, type Deployment, type ProviderHealth, type Resting } from './health.ts';
import type { CredentialSaveInput, ProviderSaveInput } from './inputs.ts';
import { type ProviderTested, providerTest } from './probe.ts';
import { type ProviderChanged, providerSave } from './save.ts';

/**
 * Whom models are asked from, and the asking itself.
 *
 * Every write is confined to the caller's organization (another one's id is NotFoundProblem), is audited with secrets
 * masked, and throws ValidationProblem for bad input and IdempotencyConflictProblem for an idempotency key used before
 * with another input.
 */
export interface Providers {
  /**
   * Asks the job's candidates in turn until one answers to its end; see attempt.ts for the order of events.
   * @throws ProviderProblem or ValidationProblem when none of them did, and what `tell` throws
   * When `signal` aborts, the provider's socket is closed, the attempt is told as CANCELLED, and that is the end.
   */
  attempt(job: AttemptJob, signal: AbortSignal, tell: Tell<AttemptEvent>): Promise<void>;
  /** How a provider is doing, as this process sees it. The id is taken as it is: whoever asks has looked it up. */
  health(providerId: string): ProviderHealth;
  /** Why a model would not be asked now, and for how long; null when it would. */
  restOf(model: Deployment): Resting | null;
  /** From a snapshot: at most half a second old. */
  cards(organizationId: string): Promise<readonly ProviderCard[]>;
  /** @throws ConflictProblem when somebody else has changed it since `expectedRevision` */
  save(caller: Caller, input: ProviderSaveInput): Promise<ProviderChanged>;
  /** A credential with the same label is replaced. */
  credentialSave(caller: Caller, input: CredentialSaveInput): Promise<ProviderChanged>;
  credentialDelete(caller: Caller, id: string): Promise<ProviderChanged>;
  /** Whether it answers; see probe.ts. @throws ProviderProblem with what it said, NotFoundProblem */
  test(caller: Caller, id: string): Promise<ProviderTested>;
  /** Makes the providers that need nothing but this process's environment; safe to call at every start. */
  firstStart(organizationId: string): Promise<readonly SeededProvider[]>;
}

export interface ProvidersNeeds extends DirectoryNeeds {
  readonly changes: Changes;
  readonly tell: TellAlert;
}

export function createProviders(needs: ProvidersNeeds): Providers {
  const { database, changes, keyring, runtime, environment, tell } = needs;
  const directory = createDirectory(needs);
  const health = createHealth(runtime, breakerAlerts(database, tell, runtime));
  const reach = (candidate: Candidate, { organizationId, request }: AttemptJob) =>
    directory.reach(organizationId, candidate, affinityOf(request.messages)?.account ?? null);
  return {
    attempt: (job, signal, tell) => attempt(runtime, reach, job, signal, tell, health),
    health: health.ofProvider,
    restOf: health.restOf,
    cards: directory.cards,
    save: providerSave(changes, runtime),
    credentialSave: credentialSave(changes, keyring, environment, runtime),
    credentialDelete: credentialDelete(changes),
    test: providerTest(directory.reachProvider, runtime),
    firstStart: firstStart(database, changes, environment, runtime),
  };
}

export type {
  AttemptJob,
  CredentialSaveInput,
  ProviderChanged,
  ProviderHealth,
  ProviderSaveInput,
  ProviderTested,
  Resting,
  SeededProvider,
};
