/** Who listens to a run on the instance that drives it: readers of its log, and callers that wait for its end. */
export class Audience {
  size = 0;
  /** Somebody came, however shortly: a look at who is there now can miss that. */
  came = false;
  #isDeserted = false;
  #desert: (() => void) | null = null;

  /** Somebody waits for it once. Resolves when the first has gone before they had what they came for. */
  deserted(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#isDeserted) resolve();
      else this.#desert = resolve;
    });
  }

  /**
   * Somebody listens from now on, until the returned function is called or `signal` aborts; later calls do nothing.
   * @param gone false when they had what they came for, or no more patience: nobody has deserted the run then
   */
  attend(signal?: AbortSignal): (gone: boolean) => void {
    this.came = true;
    this.size++;
    let here = true;
    const leave = (gone: boolean) => {
      if (!here) return;
      here = false;
      this.size--;
      signal?.removeEventListener('abort', vanish);
      if (!gone) return;
      this.#isDeserted = true;
      this.#desert?.();
    };
    const vanish = () => leave(true);
    if (signal?.aborted) vanish();
    else signal?.addEventListener('abort', vanish, { once: true });
    return leave;
  }
}
