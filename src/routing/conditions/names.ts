import { z } from 'zod';
import type { RequestFacts } from '../../core/decision.ts';
import { type Leaf, leaf } from './leaf.ts';

/** Who calls, and in which tongue: the value is one of a list of names. */
export const language = nameLeaf('language', ({ language }) => language);
export const apiKey = nameLeaf('API key', ({ apiKeyId }) => apiKeyId);
export const project = nameLeaf('project', ({ projectId }) => projectId);
export const team = nameLeaf('team', ({ teamId }) => teamId);
export const endUserIn = nameLeaf('end user', ({ endUser }) => endUser);
export const agent = nameLeaf('agent', ({ agent }) => agent);

function nameLeaf(what: string, of: (facts: RequestFacts) => string | null): Leaf<readonly string[]> {
  return leaf<readonly string[]>({
    schema: z.array(z.string().min(1).max(256)).min(1, 'name at least one').max(200),
    holds(names, { facts }) {
      const name = of(facts);
      return name !== null && names.includes(name);
    },
    summary: (names) => `${what} is ${oneOf(names)}`,
    actual: (_names, { facts }) => of(facts) ?? 'unknown',
  });
}

/** "a", "a or b", "one of 12" */
export function oneOf(names: readonly string[]): string {
  return names.length <= 3 ? names.join(' or ') : `one of ${names.length}`;
}
