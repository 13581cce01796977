import type { Turn } from '../agents/index.ts';
import type { Purse } from '../budgets/index.ts';
import { invariant } from '../core/assert.ts';
import type { Runtime } from '../core/runtime.ts';
import type { RateStanding } from '../core/standing.ts';
import type { Consumption, Slip } from '../limits/index.ts';
import type { Doing } from './approach.ts';
import type { CompletionJob, RoomsOnTheWay } from './job.ts';
import type { Judge } from './judge.ts';
import { type Keeper, keepingNothing, startKeeping } from './keep.ts';

/** A call's way for real: takes, counts, keeps and pays, and knows what it has taken. */
export interface Acting extends Doing<Purse> {
  /** Of its limits, once the call has taken its share. */
  slip(): Slip;
  keeper(): Keeper;
  /** A later door has refused the call: it has used nothing. Never throws. */
  void(): Promise<void>;
  /** Books what the call came to. Never throws. @returns what is left of its limits, see Slip.settle */
  settle(actual: Consumption, toolCalls: number): Promise<readonly RateStanding[]>;
}

export function startActing(
  rooms: RoomsOnTheWay,
  job: CompletionJob,
  deadlineMs: number,
  judge: Judge,
  runtime: Runtime,
  signal: AbortSignal,
): Acting {
  const { limits, agents, routing, budgets, content } = rooms;
  const { caller, requestId } = job;
  const taken: { slip: Slip | null; turn: Turn | null; keeper: Keeper } = {
    slip: null,
    turn: null,
    keeper: keepingNothing,
  };
  return {
    judge,
    async take(rates, estimate) {
      taken.slip = await limits.take(rates, estimate);
      return taken.slip;
    },
    async step(request, demands) {
      taken.turn = await agents.step(caller, request, demands, judge.note);
      return taken.turn.request;
    },
    ask(request, redacted, { logging }) {
      taken.keeper = startKeeping(content, job, logging, runtime);
      taken.keeper.asked(request, redacted);
    },
    decide: (asked) => routing.decide(caller.organizationId, asked),
    open: (request, decision, downgraded) =>
      budgets.open({ caller, requestId, request, deadlineMs, decision, ...(downgraded && { downgraded }) }, signal),
    slip() {
      invariant(taken.slip, 'a call takes its share before it is made');
      return taken.slip;
    },
    keeper: () => taken.keeper,
    async void() {
      taken.slip?.void();
      await taken.turn?.void();
    },
    async settle(actual, toolCalls) {
      const left = taken.slip?.settle(actual) ?? [];
      await taken.turn?.done({ costNanos: actual.costNanos, toolCalls });
      return left;
    },
  };
}
