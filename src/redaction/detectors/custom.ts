import { compilePattern } from '../../platform/patterns.ts';
import type { Finder, Finding } from './detector.ts';

/**
 * An organization's own pattern. How far it reaches cannot be told from it, so it is run on whole lines (see lines.ts).
 * @throws PatternError for a pattern that RE2 does not know
 */
export function customFinder(name: string, regex: string): Finder {
  const pattern = compilePattern(regex);
  return {
    reach: Number.POSITIVE_INFINITY,
    find(text, from) {
      const findings: Finding[] = [];
      for (
        let found = pattern.find(text, from);
        found;
        found = pattern.find(text, Math.max(found.end, found.start + 1))
      ) {
        if (found.end > found.start) findings.push({ ...found, label: name });
      }
      return findings;
    },
  };
}
