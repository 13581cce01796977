import type { GuardrailDemand } from '../core/admission.ts';
import { compilePattern, type Pattern } from '../platform/patterns.ts';

export interface Found {
  /** Never a word of the text: what was looked for is in the policy, by its place. */
  readonly message: string;
  readonly findings: Readonly<Record<string, number>>;
  /** The text could not be seen whole: no action but blocking is possible. */
  readonly unseen?: true;
}

/** How many of a topic's words make it the topic: one alone is met by chance. */
const WORDS_OF_A_TOPIC = 3;

/** Pure. Null when there is nothing to say. */
export function localCheck({ check, forbid, require }: GuardrailDemand, text: string): Found | null {
  const met = (sources: readonly string[]) =>
    sources.flatMap((source, place) => (patternOf(check, source).find(text, 0) ? [place + 1] : []));
  const enough = check === 'TOPIC' ? Math.min(WORDS_OF_A_TOPIC, forbid.length) : 1;
  const forbidden = forbid.length > 0 ? met(forbid) : [];
  if (forbidden.length >= enough && forbidden.length > 0) {
    const which = `number ${forbidden.slice(0, 5).join(', ')} of what is forbidden`;
    return { message: `${which} occurs.`, findings: { FORBIDDEN: forbidden.length } };
  }
  if (require.length === 0) return null;
  const wanted = check === 'TOPIC' ? Math.min(WORDS_OF_A_TOPIC, require.length) : 1;
  if (met(require).length >= wanted) return null;
  return { message: 'nothing of what is required occurs.', findings: { MISSING: 1 } };
}

const compiled = new Map<string, Pattern>();
const MOST_PATTERNS = 5_000;

/** Words become patterns too: one way to look, linear in the text. */
function patternOf(check: GuardrailDemand['check'], source: string): Pattern {
  const key = `${check}\0${source}`;
  const known = compiled.get(key);
  if (known) return known;
  if (compiled.size >= MOST_PATTERNS) compiled.delete(compiled.keys().next().value!);
  const words = source.trim().split(/\s+/).map(literal).join('\\s+');
  const pattern =
    check === 'REGEX'
      ? compilePattern(source)
      : compilePattern(`(?:^|[^\\pL\\pN])${words}(?:$|[^\\pL\\pN])`, { ignoreCase: true });
  compiled.set(key, pattern);
  return pattern;
}

function literal(word: string): string {
  return word.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
