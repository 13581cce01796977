import { z } from 'zod';
import { type Leaf, leaf, type Question } from './leaf.ts';

/** Who calls, and in which tongue: the value is one of a list of names. */
export const language = nameLeaf('language', ({ guesses }) => guesses.language());
export const apiKey = nameLeaf('API key', ({ facts }) => facts.apiKeyId);
export const project = nameLeaf('project', ({ facts }) => facts.projectId);
export const team = nameLeaf('team', ({ facts }) => facts.teamId);
export const endUserIn = nameLeaf('end user', ({ facts }) => facts.endUser);
export const agent = nameLeaf('agent', ({ facts }) => facts.agent);

function nameLeaf(what: string, of: (question: Question) => string | null): Leaf<readonly string[]> {
  return leaf<readonly string[]>({
    schema: z.array(z.string().min(1).max(256)).min(1, 'name at least one').max(200),
    holds(names, question) {
      const name = of(question);
      return name !== null && names.includes(name);
    },
    summary: (names) => `${what} is ${oneOf(names)}`,
    actual: (_names, question) => of(question) ?? 'unknown',
  });
}

/** "a", "a or b", "one of 12" */
export function oneOf(names: readonly string[]): string {
  return names.length <= 3 ? names.join(' or ') : `one of ${names.length}`;
}
