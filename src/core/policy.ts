import type { ScopeKind, ScopeRef } from './scope-ref.ts';

/** The words of rules that an organization makes for its calls. The policies room stores them; other rooms obey. */

/** MONITOR records what would have happened and changes nothing. */
export const policyModes = ['MONITOR', 'ENFORCE'] as const;
export type PolicyMode = (typeof policyModes)[number];

/** What a policy can be bound to, from the widest to the narrowest. */
export const policyScopes = [
  'ORGANIZATION',
  'TEAM',
  'PROJECT',
  'ROUTE',
  'API_KEY',
] as const satisfies readonly ScopeKind[];

/** Which way a text goes. INPUT and OUTPUT include the arguments and results of tools that go the same way. */
export const directions = ['INPUT', 'OUTPUT', 'BOTH', 'TOOL_ARGUMENTS', 'TOOL_RESULTS'] as const;
export type Direction = (typeof directions)[number];

/** What a piece of text is: the two ways of a call, and what is said to and by tools on either. */
export type Passage = Exclude<Direction, 'BOTH'>;

/** Whether a rule of this direction reads a passage that goes to the provider, or comes from it. */
export function reads(rule: Direction, passage: Passage, way: 'INPUT' | 'OUTPUT'): boolean {
  return rule === 'BOTH' || rule === way || rule === passage;
}

/** Where an obligation comes from. */
export interface RuleSource {
  readonly policyId: string;
  readonly policySlug: string;
  readonly version: number;
  /** The rule's place in the policy's list. */
  readonly ruleIndex: number;
  readonly mode: PolicyMode;
  /** Where the policy is bound. */
  readonly scope: ScopeRef;
}

/** What one rule asks of a call. */
export interface Demand<Config> {
  readonly source: RuleSource;
  readonly config: Config;
}

export const verdictOutcomes = ['PASSED', 'FLAGGED', 'REDACTED', 'BLOCKED', 'ERRORED'] as const;
/** What a rule did; in MONITOR, what it would have done. ERRORED: it could not be asked, and its policy says go on. */
export type VerdictOutcome = (typeof verdictOutcomes)[number];

/** What one rule said about one call. Never any of its text. */
export interface PolicyVerdict {
  readonly policyId: string;
  readonly policySlug: string;
  readonly version: number;
  readonly ruleIndex: number;
  readonly mode: PolicyMode;
  readonly outcome: VerdictOutcome;
  readonly direction: Direction;
  /** Counts by detector or check. */
  readonly findings: Readonly<Record<string, number>>;
  readonly message: string;
  readonly tookMs: number;
}

export function verdictOf(
  { policyId, policySlug, version, ruleIndex, mode }: RuleSource,
  said: Omit<PolicyVerdict, 'policyId' | 'policySlug' | 'version' | 'ruleIndex' | 'mode' | 'tookMs' | 'findings'> &
    Partial<Pick<PolicyVerdict, 'tookMs' | 'findings'>>,
): PolicyVerdict {
  return { policyId, policySlug, version, ruleIndex, mode, tookMs: 0, findings: {}, ...said };
}

/** A stretch of a text that rules look for, by UTF-16 code units. */
export interface Highlight {
  readonly start: number;
  readonly end: number;
  /** A detector, or the name of a pattern. */
  readonly label: string;
  /** Whether a rule acts on it, or all of them watch. */
  readonly enforced: boolean;
}

/** Rules tried on one text. */
export interface PolicyTest {
  readonly verdicts: readonly PolicyVerdict[];
  /** What providers, or callers, would get to see; null when it would be blocked. */
  readonly resultingText: string | null;
  readonly blocked: boolean;
  readonly findings: readonly Highlight[];
}
