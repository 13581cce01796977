import { type RedactionAction, type RedactionDemand, redactionActions } from '../core/admission.ts';
import { oncePer } from '../core/once-per.ts';
import { type Demand, type Passage, type PolicyVerdict, reads, verdictOf } from '../core/policy.ts';
import type { Cluster, Watch } from './clusters.ts';
import { customFinder } from './detectors/custom.ts';
import { type Finder, finders } from './detectors/index.ts';
import { folded } from './folded.ts';

export type Rule = Demand<RedactionDemand>;

/** What rules have found in one call: how often each label. */
export class Findings {
  /** Null while there is nothing, as in most calls. */
  #counts: Map<Rule, Map<string, number>> | null = null;

  get none(): boolean {
    return this.#counts === null;
  }

  count(rule: Rule, label: string): void {
    this.#counts ??= new Map();
    const ofRule = this.#counts.get(rule) ?? new Map<string, number>();
    this.#counts.set(rule, ofRule.set(label, (ofRule.get(label) ?? 0) + 1));
  }

  of(rule: Rule): ReadonlyMap<string, number> | undefined {
    return this.#counts?.get(rule);
  }
}

export interface Watches {
  /** Of detectors whose reach is known. */
  readonly near: readonly Watch<Rule>[];
  /** Matches whatever a hint of those does; null when one has none. */
  readonly hint: RegExp | null;
  /** Of patterns that run on whole lines. */
  readonly lines: readonly Watch<Rule>[];
}

/** What rules look for in a passage: each detector once, whoever asks for it. Null when no rule reads it. */
export function watchesFor(rules: readonly Rule[], passage: Passage, way: 'INPUT' | 'OUTPUT'): Watches | null {
  return known[way][passage](rules);
}

/** The rules of a place are one list for many calls: for as long as nobody changes them. */
const known = { INPUT: watchesOnce('INPUT'), OUTPUT: watchesOnce('OUTPUT') };

function watchesOnce(way: 'INPUT' | 'OUTPUT') {
  const of = (passage: Passage) => oncePer((rules: readonly Rule[]) => watchesOf(rules, passage, way));
  return {
    INPUT: of('INPUT'),
    OUTPUT: of('OUTPUT'),
    TOOL_ARGUMENTS: of('TOOL_ARGUMENTS'),
    TOOL_RESULTS: of('TOOL_RESULTS'),
  };
}

/** Whether there may be something in a whole text. */
export function mayFind({ hint, lines }: Watches, text: string): boolean {
  return lines.length > 0 || !hint || hint.test(folded(text));
}

function watchesOf(rules: readonly Rule[], passage: Passage, way: 'INPUT' | 'OUTPUT'): Watches | null {
  const near = new Map<Finder, Rule[]>();
  const lines: Watch<Rule>[] = [];
  for (const rule of rules) {
    const { direction, detectors, customPatterns } = rule.config;
    if (!reads(direction, passage, way)) continue;
    for (const name of detectors) near.set(finders[name], [...(near.get(finders[name]) ?? []), rule]);
    for (const { name, regex } of customPatterns) lines.push({ finder: compiled(name, regex), rules: [rule] });
  }
  if (near.size + lines.length === 0) return null;
  return { near: [...near].map(([finder, rules]) => ({ finder, rules })), hint: hintOf([...near.keys()]), lines };
}

function hintOf(finders: readonly Finder[]): RegExp | null {
  const sources = new Set<string>();
  for (const { hint } of finders) {
    if (!hint) return null;
    sources.add(hint.ignoreCase ? `(?i:${hint.source})` : hint.source);
  }
  return new RegExp([...sources].join('|'), 'u');
}

/** Patterns of policies, compiled once: they are checked when they are saved, and there are few of them. */
const patterns = new Map<string, Finder>();
const MOST_PATTERNS = 2_000;

function compiled(name: string, regex: string): Finder {
  const key = `${name}\0${regex}`;
  const known = patterns.get(key);
  if (known) return known;
  if (patterns.size >= MOST_PATTERNS) patterns.delete(patterns.keys().next().value!);
  const finder = customFinder(name, regex);
  patterns.set(key, finder);
  return finder;
}

/** Counts a cluster for every rule that hit it, and says which enforced one acts: the one with the hardest action. */
export function settle({ hits }: Cluster<Rule>, findings: Findings): Rule | null {
  let acting: Rule | null = null;
  for (const { label, rules } of hits) {
    for (const rule of rules) {
      findings.count(rule, label);
      if (rule.source.mode !== 'ENFORCE') continue;
      if (!acting || hardness(rule) > hardness(acting)) acting = rule;
    }
  }
  return acting;
}

function hardness({ config }: Rule): number {
  return redactionActions.indexOf(config.action);
}

const done: Record<RedactionAction, string> = {
  TOKENIZE: 'replaced by tokens',
  HASH: 'replaced by hashes',
  MASK: 'masked',
  REMOVE: 'removed',
  BLOCK: 'not let through',
};

/** What each rule that found something has to say, in the order of the rules. */
export function verdictsOf(rules: readonly Rule[], findings: Findings): PolicyVerdict[] {
  return rules.flatMap((rule) => {
    const found = findings.of(rule);
    if (!found) return [];
    const { source, config } = rule;
    const what = [...found].map(([label, count]) => `${count} ${label}`).join(', ');
    const outcome = config.action === 'BLOCK' ? ('BLOCKED' as const) : ('REDACTED' as const);
    const message = `${what} ${source.mode === 'MONITOR' ? 'would have been' : 'were'} ${done[config.action]}.`;
    return [verdictOf(source, { outcome, direction: config.direction, findings: Object.fromEntries(found), message })];
  });
}
