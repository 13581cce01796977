/** As much of an answer as is compared. */
export const COMPARED_CHARS = 8_000;

/** How alike two answers are, 0 to 1: the share of their words that both have, each as often (Dice's coefficient). */
export function agreement(one: string, two: string): number {
  const [a, b] = [wordsOf(one), wordsOf(two)];
  if (a.length + b.length === 0) return 1;
  const counts = new Map<string, number>();
  for (const word of a) counts.set(word, (counts.get(word) ?? 0) + 1);
  let shared = 0;
  for (const word of b) {
    const left = counts.get(word) ?? 0;
    if (left === 0) continue;
    shared++;
    counts.set(word, left - 1);
  }
  return Math.round((2000 * shared) / (a.length + b.length)) / 1000;
}

function wordsOf(text: string): string[] {
  return (
    text
      .slice(0, COMPARED_CHARS)
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}
