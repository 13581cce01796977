import type { Turn } from '../agents/index.ts';
import type { Purse } from '../budgets/index.ts';
import type { Admission, AgentDemand, RateRule } from '../core/admission.ts';
import { invariant } from '../core/assert.ts';
import type { CompletionRequest } from '../core/chat.ts';
import type { Decision } from '../core/decision.ts';
import type { Demand } from '../core/policy.ts';
import type { Runtime } from '../core/runtime.ts';
import type { RateStanding } from '../core/standing.ts';
import type { Step } from '../core/turns.ts';
import type { Consumption, Slip } from '../limits/index.ts';
import type { Asked } from '../routing/index.ts';
import type { Doing } from './approach.ts';
import type { CompletionJob, RoomsOnTheWay } from './job.ts';
import type { Judge } from './judge.ts';
import { type Keeper, keepingNothing, startKeeping } from './keep.ts';
import type { Opened } from './pay.ts';

/** A call's way for real: takes, counts, keeps and pays, and knows what it has taken. */
export class Acting implements Doing<Purse> {
  readonly judge: Judge;
  /** What is said is told to it. */
  keeper: Keeper = keepingNothing;
  /** What the call left of its limits; none while it is not settled, see Slip.settle. */
  left: readonly RateStanding[] = [];
  readonly #rooms: RoomsOnTheWay;
  readonly #job: CompletionJob;
  readonly #deadlineMs: number;
  readonly #runtime: Runtime;
  readonly #signal: AbortSignal;
  #slip: Slip | null = null;
  #turn: Turn | null = null;

  constructor(
    rooms: RoomsOnTheWay,
    job: CompletionJob,
    deadlineMs: number,
    judge: Judge,
    runtime: Runtime,
    signal: AbortSignal,
  ) {
    this.#rooms = rooms;
    this.#job = job;
    this.#deadlineMs = deadlineMs;
    this.judge = judge;
    this.#runtime = runtime;
    this.#signal = signal;
  }

  /** Of its limits, once the call has taken its share. */
  get slip(): Slip {
    invariant(this.#slip, 'a call takes its share before it is made');
    return this.#slip;
  }

  take(rates: readonly RateRule[], estimate: Consumption): Promise<Slip> {
    return this.#rooms.limits.take(rates, estimate).then((slip) => {
      this.#slip = slip;
      return slip;
    });
  }

  step(request: CompletionRequest, demands: readonly Demand<AgentDemand>[]): Promise<CompletionRequest> {
    return this.#rooms.agents.step(this.#job.caller, request, demands, this.judge).then((turn) => {
      this.#turn = turn;
      return turn?.request ?? request;
    });
  }

  ask(request: CompletionRequest, redacted: CompletionRequest, { logging }: Admission): void {
    this.keeper = startKeeping(this.#rooms.content, this.#job, logging, this.#runtime);
    this.keeper.asked(request, redacted);
  }

  decide(asked: Asked): Decision {
    return this.#rooms.routing.decide(this.#job.caller.organizationId, asked);
  }

  open(request: CompletionRequest, decision: Decision, downgraded: boolean): Promise<Opened<Purse>> {
    const { caller, requestId } = this.#job;
    const spending = { caller, requestId, request, deadlineMs: this.#deadlineMs, decision, downgraded };
    return this.#rooms.budgets.open(spending, this.#signal);
  }

  /** A later door has refused the call: it has used nothing. Never throws. */
  void(): Step {
    this.#slip?.void();
    return this.#turn?.void();
  }

  /** Books what the call came to: with its limits at once. Never throws. */
  settle(actual: Consumption, toolCalls: number): Step {
    if (this.#slip) this.left = this.#slip.settle(actual);
    return this.#turn?.done({ costNanos: actual.costNanos, toolCalls });
  }
}
