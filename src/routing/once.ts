/** Found when first asked for. Forgets how once it knows, so that nothing it was found from is kept alive. */
export function once<T>(find: () => T): () => T {
  let how: (() => T) | null = find;
  let known: T;
  return () => {
    if (how) {
      known = how();
      how = null;
    }
    return known;
  };
}
