/** Who listens to a run on the instance that drives it: readers of its log, and callers that wait for its end. */
export interface Audience {
  size(): number;
  /** Somebody came, however shortly: a look at who is there now can miss that. */
  came(): boolean;
  /** Resolves when the first of them has gone before they had what they came for. */
  readonly deserted: Promise<void>;
  /**
   * Somebody listens from now on, until the returned function is called or `signal` aborts; later calls do nothing.
   * @param gone false when they had what they came for, or no more patience: nobody has deserted the run then
   */
  attend(signal?: AbortSignal): (gone: boolean) => void;
}

export function createAudience(): Audience {
  const { promise: deserted, resolve: desert } = Promise.withResolvers<void>();
  let size = 0;
  let came = false;
  return {
    deserted,
    size: () => size,
    came: () => came,
    attend(signal) {
      came = true;
      size++;
      let here = true;
      const vanish = () => leave(true);
      const leave = (gone: boolean) => {
        if (!here) return;
        here = false;
        size--;
        signal?.removeEventListener('abort', vanish);
        if (gone) desert();
      };
      if (signal?.aborted) vanish();
      else signal?.addEventListener('abort', vanish, { once: true });
      return leave;
    },
  };
}
