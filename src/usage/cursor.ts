import { ValidationProblem } from '../core/problem.ts';
import type { Prisma } from '../generated/prisma/client.ts';

/** Where a request stands among all: by the time it came in, then by id. */
export interface Place {
  readonly startedAt: Date;
  readonly id: string;
}

/** Says all about the place, so it stays good when the request has gone, and tells nothing about who has one there. */
export function cursorOf({ startedAt, id }: Place): string {
  return `${startedAt.getTime()}.${id}`;
}

/** @throws ValidationProblem for what `cursorOf` never wrote. @param argument the name it came under */
export function placeOf(cursor: string, argument: 'after' | 'before'): Place {
  const [, ms, id] = /^(\d{1,15})\.([\w-]{1,64})$/.exec(cursor) ?? [];
  if (ms && id) return { startedAt: new Date(Number(ms)), id };
  throw ValidationProblem.at(
    argument,
    'CURSOR_UNKNOWN',
    `'${cursor}' is no cursor of this list. Take one from pageInfo.`,
  );
}

/** The outer bound looks redundant, but it is what an index on the time can start from. */
export function olderThan({ startedAt, id }: Place): Prisma.GatewayRequestWhereInput {
  return { startedAt: { lte: startedAt }, OR: [{ startedAt: { lt: startedAt } }, { id: { lt: id } }] };
}

export function newerThan({ startedAt, id }: Place): Prisma.GatewayRequestWhereInput {
  return { startedAt: { gte: startedAt }, OR: [{ startedAt: { gt: startedAt } }, { id: { gt: id } }] };
}
