import { ValidationProblem } from '../core/problem.ts';

/** For `.catch`: the database's refusal of a second row with this slug, as something the caller can act on. */
export function explainTakenSlug(slug: string): (error: unknown) => never {
  return (error) => {
    if (!isTakenSlug(error)) throw error;
    throw ValidationProblem.at('slug', 'SLUG_TAKEN', `The slug '${slug}' is taken. Choose another one.`);
  };
}

/** 23505 is unique_violation; the constraints' names end like this: team_organization_id_slug_key. */
function isTakenSlug(error: unknown): boolean {
  const { code, constraint } = error as { code?: unknown; constraint?: unknown };
  return code === '23505' && typeof constraint === 'string' && constraint.endsWith('_slug_key');
}
