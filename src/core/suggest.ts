const MOST_SUGGESTIONS = 3;
/** Of a name that may be mistyped: comparing two takes the product of their lengths, and callers may have written both. */
const LONGEST = 100;

/**
 * The names somebody may have meant, nearest first, at most three. A model named without its provider is compared
 * with the part behind the slash. Names that differ in more than a third of their letters are no help and left out;
 * and so is whatever has more than 100 letters, which is no name.
 */
export function nearest(typed: string, names: readonly string[]): string[] {
  if (typed.length > LONGEST) return [];
  const wanted = typed.toLowerCase();
  return names
    .map((name) => ({ name, far: typosIn(wanted, name.toLowerCase()) }))
    .filter(({ far }) => far !== null)
    .sort((a, b) => a.far! - b.far! || (a.name < b.name ? -1 : 1))
    .slice(0, MOST_SUGGESTIONS)
    .map(({ name }) => name);
}

/** The same among all models there are, but for `typed` itself. */
export function nearestModels(typed: string, models: { list(): readonly { readonly name: string }[] }): string[] {
  const names = models.list().map(({ name }) => name);
  return nearest(
    typed,
    names.filter((name) => name !== typed),
  );
}

/** What to ask instead of a model that there is not. */
export interface Instead {
  /** At most three. */
  readonly names: readonly string[];
  /** For the end of a message. */
  readonly hint: string;
}

interface Listed {
  readonly name: string;
  readonly providerSlug: string;
  readonly enabled: boolean;
  readonly hasCredential: boolean;
}

/** The nearest names; when none is near, what else the same provider has here; and else, who has any. */
export function modelsInstead(typed: string, models: { list(): readonly Listed[] }): Instead {
  const near = nearestModels(typed, models);
  if (near.length > 0) return { names: near, hint: didYouMean(near) };
  const usable = models.list().filter(({ name, enabled, hasCredential }) => enabled && hasCredential && name !== typed);
  const slug = typed.split('/', 1)[0];
  const others = usable.filter(({ providerSlug }) => providerSlug === slug).map(({ name }) => name);
  if (others.length > 0) {
    const names = others.toSorted((a, b) => sharedStart(typed, b) - sharedStart(typed, a) || (a < b ? -1 : 1));
    const shown = names.slice(0, MOST_SUGGESTIONS);
    return { names: shown, hint: ` Models of '${slug}' here are ${enumerated(names)}: the query 'models' lists them.` };
  }
  const providers = [...new Set(usable.map(({ providerSlug }) => providerSlug))].toSorted();
  if (providers.length === 0) return { names: [], hint: '' };
  return { names: [], hint: ` The query 'models' lists those of ${enumerated(providers)}.` };
}

/** `'a', 'b', 'c' and 12 more` */
function enumerated(names: readonly string[]): string {
  const shown = names.slice(0, MOST_SUGGESTIONS).map((name) => `'${name}'`);
  const more = names.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

function sharedStart(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  return length;
}

/** For the end of a message: ` Did you mean 'a' or 'b'?`, and nothing without names. */
export function didYouMean(names: readonly string[]): string {
  return names.length === 0 ? '' : ` Did you mean ${names.map((name) => `'${name}'`).join(' or ')}?`;
}

/** @returns null when the two are too far apart to be a typo of each other */
function typosIn(wanted: string, name: string): number | null {
  const bare = wanted.includes('/') ? name : name.slice(name.indexOf('/') + 1);
  const tolerated = Math.max(2, Math.floor(bare.length / 3));
  if (Math.abs(bare.length - wanted.length) > tolerated) return null;
  const typos = distance(wanted, bare, tolerated);
  return typos <= tolerated ? typos : null;
}

/**
 * Damerau-Levenshtein distance (optimal string alignment): letters inserted, removed, replaced, or swapped with their
 * neighbour. Row by row, keeping the last two rows because a swap looks two back.
 * @param most where the exact number stops to matter: what is further apart is some number above it
 */
export function distance(a: string, b: string, most = Number.POSITIVE_INFINITY): number {
  let twoUp: number[] = [];
  let up = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const here = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let least = Math.min(up[column]! + 1, here[column - 1]! + 1, up[column - 1]! + (same ? 0 : 1));
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) least = Math.min(least, twoUp[column - 2]! + 1);
      here.push(least);
    }
    [twoUp, up] = [up, here];
    // No way to the end leads past two rows without a place that is near enough.
    if (Math.min(...up) > most && Math.min(...twoUp) > most) return most + 1;
  }
  return up[b.length]!;
}
