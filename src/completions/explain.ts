import type { Caller } from '../core/caller.ts';
import type { CompletionRequest } from '../core/chat.ts';
import type { Decision } from '../core/decision.ts';
import { refusalOf, routeBook } from '../routing/index.ts';
import type { RoomsOnTheWay } from './complete.ts';
import { surroundingsOf } from './surroundings.ts';

/** What a call would meet on its way, up to the first thing that costs money. */
export interface Explanation {
  readonly decision: Decision;
  /** Why the gateway would not make the call; null when it would. */
  readonly refusal: string | null;
  readonly hints: readonly string[];
  /** As providers would see it. */
  readonly effective: CompletionRequest;
  readonly wouldHitCache: boolean;
}

/** Another version of a route than the one that serves traffic. */
export interface OtherVersion {
  readonly routeId: string;
  /** Null: the newest. */
  readonly version: number | null;
}

/**
 * The way of complete.ts without its effects: nothing is taken, reserved, sent or stored.
 * @param other tried instead of the request's own target; null = what would really happen
 * @throws ValidationProblem for an unknown route or model, NotFoundProblem for an unknown version
 */
export async function explain(
  rooms: Pick<RoomsOnTheWay, 'policies' | 'redaction' | 'cache' | 'routing' | 'models' | 'providers' | 'experiments'>,
  caller: Caller,
  request: CompletionRequest,
  other: OtherVersion | null,
): Promise<Explanation> {
  const { policies, redaction, cache, routing, models } = rooms;
  const { organizationId } = caller;
  const tried = other && (await routing.version(organizationId, other.routeId, other.version));
  const admission = policies.admit(caller, request, await policies.bound(organizationId));
  const { request: redacted } = redaction.redact(request, admission.redaction);
  const effective = tried ? { ...redacted, target: { route: tried.slug } } : redacted;
  const [published, book, known] = await Promise.all([
    routing.routes(organizationId),
    models.book(organizationId),
    cache.recall(effective, admission.cache),
  ]);
  const { decision, hints } = routing.explain(organizationId, {
    request: effective,
    admission,
    routes: tried ? routeBook([tried]) : published,
    models: book,
    surroundings: await surroundingsOf(rooms, caller, request),
  });
  const refusal = refusalOf(decision, effective, book)?.message ?? null;
  return { decision, refusal, hints, effective, wouldHitCache: known !== null };
}
