/** Which of many rules are worth trying on a text: one walk over it instead of a search for each of their words. */
export interface KeywordIndex<Rule> {
  /** In the order of the rules: those of which a word begins at most their lead before `from`, or after it. */
  rulesIn(text: string, from: number): Rule[];
}

interface Indexed {
  /** ASCII, in lower case. */
  readonly keywords: readonly string[];
  readonly lead: number;
}

const CODES = 128;

/** @param lead of most rules: the words of others, which are few, are searched for each by itself */
export function keywordIndex<Rule extends Indexed>(rules: readonly Rule[], lead: number): KeywordIndex<Rule> {
  const buckets: { readonly keyword: string; readonly places: number[] }[][] = [[]];
  /** Which bucket has the keywords that begin with two characters, few of which are common; the first has none. */
  const byStart = new Uint16Array(CODES * CODES);
  const farthest = Math.max(...rules.map((rule) => rule.lead));
  const far = rules.flatMap((rule, place) => (rule.lead > lead ? [{ rule, place }] : []));
  for (const [place, rule] of rules.entries()) {
    if (rule.lead > lead) continue;
    for (const keyword of rule.keywords) {
      const start = keyword.charCodeAt(0) * CODES + keyword.charCodeAt(1);
      byStart[start] ||= buckets.push([]) - 1;
      const bucket = buckets[byStart[start]!]!;
      const same = bucket.find((one) => one.keyword === keyword);
      if (same) same.places.push(place);
      else bucket.push({ keyword, places: [place] });
    }
  }
  return {
    rulesIn(text, from) {
      const begin = Math.max(0, from - farthest);
      const lower = text.slice(begin).toLowerCase();
      const back = (rule: Indexed) => Math.max(0, from - begin - rule.lead);
      const wanted = new Set<number>();
      for (const { rule, place } of far) {
        if (rule.keywords.some((keyword) => lower.includes(keyword, back(rule)))) wanted.add(place);
      }
      let first = CODES;
      for (let at = Math.max(0, from - begin - lead); at < lower.length; at++) {
        const second = lower.charCodeAt(at);
        const bucket = first < CODES && second < CODES ? byStart[first * CODES + second]! : 0;
        first = second;
        if (bucket === 0) continue;
        for (const { keyword, places } of buckets[bucket]!) {
          if (lower.startsWith(keyword, at - 1)) for (const place of places) wanted.add(place);
        }
      }
      return [...wanted].sort((a, b) => a - b).map((place) => rules[place]!);
    },
  };
}
