import type { GuardrailDemand } from '../core/admission.ts';
import { compilePattern, compileWords, type Pattern } from '../platform/patterns.ts';

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
  const met = (sources: readonly string[]) => {
    const places: number[] = [];
    const patterns = patternsOf(check, sources);
    for (let at = 0; at < patterns.length; at++) if (patterns[at]!.find(text, 0)) places.push(at + 1);
    return places;
  };
  const enough = check === 'TOPIC' ? Math.min(WORDS_OF_A_TOPIC, forbid.length) : 1;
  const forbidden = forbid.length > 0 ? met(forbid) : [];
  if (forbidden.length >= enough && forbidden.length > 0) return forbiddenFound(forbidden);
  if (require.length === 0) return null;
  const wanted = check === 'TOPIC' ? Math.min(WORDS_OF_A_TOPIC, require.length) : 1;
  if (met(require).length >= wanted) return null;
  return { message: 'nothing of what is required occurs.', findings: { MISSING: 1 } };
}

export interface Met {
  /** Places in `forbid`, from 1, of what has surely occurred. */
  readonly certain: readonly number[];
  /** Where something begins that more text may make a finding, or none. */
  readonly open: number | null;
}

/** Pure: what of `forbid` begins at `from` or later in a text that goes on. What reaches to its end is not certain. */
export function metSoFar({ check, forbid }: GuardrailDemand, text: string, from: number): Met {
  const matches = patternsOf(check, forbid).map((pattern) => pattern.find(text, from));
  const open = matches.flatMap((match) => (match && match.end === text.length ? [match.start] : []));
  return {
    certain: matches.flatMap((match, place) => (match && match.end < text.length ? [place + 1] : [])),
    open: open.length > 0 ? Math.min(...open) : null,
  };
}

export function forbiddenFound(places: readonly number[]): Found {
  const which = `number ${places.slice(0, 5).join(', ')} of what is forbidden`;
  return { message: `${which} occurs.`, findings: { FORBIDDEN: places.length } };
}

/** By the list in a rule, which is kept as long as the copy of the policies that it stands in. */
const lists = new WeakMap<readonly string[], readonly Pattern[]>();

function patternsOf(check: GuardrailDemand['check'], sources: readonly string[]): readonly Pattern[] {
  const known = lists.get(sources);
  if (known) return known;
  const patterns = sources.map((source) => patternOf(check, source));
  lists.set(sources, patterns);
  return patterns;
}

const compiled = new Map<string, Pattern>();
const MOST_PATTERNS = 5_000;

/** Made again with each copy of the policies, they are not compiled again. */
function patternOf(check: GuardrailDemand['check'], source: string): Pattern {
  const key = `${check}\0${source}`;
  const known = compiled.get(key);
  if (known) return known;
  if (compiled.size >= MOST_PATTERNS) compiled.delete(compiled.keys().next().value!);
  const pattern = check === 'REGEX' ? compilePattern(source) : compileWords(source);
  compiled.set(key, pattern);
  return pattern;
}
