import type { Highlight, Passage } from '../core/policy.ts';
import { clustersIn } from './clusters.ts';
import { folded } from './folded.ts';
import { type Rule, watchesFor } from './rules.ts';

/** Where in a text the rules find something: the same look as scrub.ts has, without doing anything about it. */
export function highlight(text: string, rules: readonly Rule[], passage: Passage): readonly Highlight[] {
  const watches = watchesFor(rules, passage, passage === 'OUTPUT' ? 'OUTPUT' : 'INPUT');
  if (!watches) return [];
  const { near, lines } = watches;
  const found = clustersIn(near, folded(text), 0);
  let from = 0;
  for (const line of text.split(/(?<=\n)/)) {
    for (const one of clustersIn(lines, line, 0)) found.push({ ...one, start: one.start + from, end: one.end + from });
    from += line.length;
  }
  return found
    .sort((a, b) => a.start - b.start)
    .map(({ start, end, label, hits }) => {
      const enforced = hits.some((hit) => hit.rules.some(({ source }) => source.mode === 'ENFORCE'));
      return { start, end, label, enforced };
    });
}
