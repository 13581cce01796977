import type { Finder, Finding } from './detectors/index.ts';

/** A finder at work for some rules: what it finds is theirs to count and to act on. */
export interface Watch<Rule> {
  readonly finder: Finder;
  readonly rules: readonly Rule[];
}

/** Findings that touch one another: one stretch of the text, dealt with as one. */
export interface Cluster<Rule> {
  readonly start: number;
  readonly end: number;
  /** More text may make it longer. */
  readonly open: boolean;
  /** Of the finding that begins first; of those, the longest. */
  readonly label: string;
  readonly hits: readonly { readonly label: string; readonly rules: readonly Rule[] }[];
}

/** All that is to be seen from `from` on, in order. */
export function clustersIn<Rule>(watches: readonly Watch<Rule>[], text: string, from: number): Cluster<Rule>[] {
  const found: { readonly finding: Finding; readonly rules: readonly Rule[] }[] = [];
  for (const { finder, rules } of watches) {
    for (const finding of finder.find(text, from)) found.push({ finding, rules });
  }
  found.sort((a, b) => a.finding.start - b.finding.start || b.finding.end - a.finding.end);
  const clusters: Cluster<Rule>[] = [];
  for (const { finding, rules } of found) {
    const { start, end, label, open = false } = finding;
    const last = clusters.at(-1);
    if (!last || start >= last.end) {
      clusters.push({ start, end, open, label, hits: [{ label, rules }] });
      continue;
    }
    const hits = [...last.hits, { label, rules }];
    clusters[clusters.length - 1] = { ...last, end: Math.max(end, last.end), open: open || last.open, hits };
  }
  return clusters;
}
