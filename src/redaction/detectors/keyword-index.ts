/** Which of many rules are worth trying on a text: one walk over it instead of a search for each of their words. */
export interface KeywordIndex<Rule> {
  /** In the order of the rules. @param lower the text in lower case */
  rulesIn(lower: string, from: number): Rule[];
}

/** How far before `from` a word may begin that a match after it needs. */
const BEFORE = 64;

export function keywordIndex<Rule extends { readonly keywords: readonly string[] }>(
  rules: readonly Rule[],
): KeywordIndex<Rule> {
  /** By their first two characters: few of them are common. */
  const byStart = new Map<number, { readonly keyword: string; readonly places: number[] }[]>();
  const always: number[] = [];
  for (const [place, { keywords }] of rules.entries()) {
    if (keywords.length === 0) always.push(place);
    for (const keyword of keywords) {
      const bucket = byStart.get(startAt(keyword, 0)) ?? [];
      const same = bucket.find((one) => one.keyword === keyword);
      if (same) same.places.push(place);
      else byStart.set(startAt(keyword, 0), [...bucket, { keyword, places: [place] }]);
    }
  }
  return {
    rulesIn(lower, from) {
      const wanted = new Set(always);
      for (let at = Math.max(0, from - BEFORE); at + 1 < lower.length; at++) {
        const bucket = byStart.get(startAt(lower, at));
        if (!bucket) continue;
        for (const { keyword, places } of bucket) {
          if (lower.startsWith(keyword, at)) for (const place of places) wanted.add(place);
        }
      }
      return [...wanted].sort((a, b) => a - b).map((place) => rules[place]!);
    },
  };
}

function startAt(text: string, at: number): number {
  return text.charCodeAt(at) * 65_536 + text.charCodeAt(at + 1);
}
