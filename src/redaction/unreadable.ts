import { type PolicyVerdict, reads, verdictOf } from '../core/policy.ts';
import type { Rule } from './rules.ts';

/** What nobody can read may be anything: images, sounds, other files, links. Each rule says what becomes of it. */
export function createUnreadable(rules: readonly Rule[]) {
  const verdicts = new Map<Rule, PolicyVerdict>();
  return {
    /** Has each rule that reads this way refuse the call, once. */
    refuse: (way: 'INPUT' | 'OUTPUT') => (mimeType: string) => {
      for (const rule of rules) {
        const { source, config } = rule;
        if (config.whenUnreadable === 'ALLOW' || !reads(config.direction, way, way) || verdicts.has(rule)) continue;
        const message = `A part of type ${mimeType.slice(0, 100)} cannot be read, so nobody knows what is in it.`;
        const found = { direction: config.direction, findings: { UNREADABLE: 1 } };
        verdicts.set(rule, verdictOf(source, { ...found, outcome: 'BLOCKED', message }));
      }
    },
    verdicts,
  };
}
