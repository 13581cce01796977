import { type Passage, type PolicyVerdict, reads, verdictOf } from '../core/policy.ts';
import type { Rule } from './rules.ts';

/** What nobody can read may be anything: images, sounds, other files, links. Each rule says what becomes of it. */
export class Unreadable {
  readonly #rules: readonly Rule[];
  /** Null while there is none, as in most calls. */
  #refusals: Map<Rule, PolicyVerdict> | null = null;

  constructor(rules: readonly Rule[]) {
    this.#rules = rules;
  }

  get none(): boolean {
    return this.#refusals === null;
  }

  /** Has each rule that reads this passage refuse the call, once. */
  refuse(way: 'INPUT' | 'OUTPUT', mimeType: string, passage: Passage = way): void {
    for (const rule of this.#rules) {
      const { source, config } = rule;
      if (config.whenUnreadable === 'ALLOW' || !reads(config.direction, passage, way) || this.#refusals?.has(rule))
        continue;
      const message = `A part of type ${mimeType.slice(0, 100)} cannot be read, so nobody knows what is in it.`;
      const found = { direction: config.direction, findings: { UNREADABLE: 1 } };
      this.#refusals ??= new Map();
      this.#refusals.set(rule, verdictOf(source, { ...found, outcome: 'BLOCKED', message }));
    }
  }

  verdicts(): readonly PolicyVerdict[] {
    return this.#refusals ? [...this.#refusals.values()] : [];
  }
}
