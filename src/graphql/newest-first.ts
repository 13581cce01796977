/** What Pothos hands to the resolver of a connection with `cursor: 'id'`. */
interface PageQuery {
  readonly cursor?: object;
  readonly take: number;
  readonly skip: number;
}

/**
 * A page of rows whose ids begin with their time, newest first, found by comparing ids: `findMany({ ...query, where: {
 * ...where, ...after }, orderBy, take })`. Prisma's own cursor looks its row up by id alone, so its answer would tell
 * a stranger that another organization's id exists; a comparison has the same answer for every id, real or not.
 */
export function newestFirst<Query extends PageQuery>({ cursor, skip: _skip, ...query }: Query, where: object) {
  const id = cursor && 'id' in cursor ? String(cursor.id) : null;
  // A negative page size is Prisma's way to say `last … before`: it reads upwards and turns the rows round.
  const beyond = id === null ? {} : { id: query.take < 0 ? { gt: id } : { lt: id } };
  return { ...query, where: { AND: [where, beyond] }, orderBy: { id: 'desc' as const } };
}
