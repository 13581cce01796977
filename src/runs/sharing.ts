import { BriefMap } from '../core/brief.ts';

/**
 * Many who ask for the same thing at once share one answer, which is looked for only after all of them have asked: who
 * comes while it is being looked for shares the next one with whoever comes as well. So nobody sees a past that was over
 * when he asked, and a thousand waiters whose run has ended are two reads.
 */
export function sharing<T>(look: (id: string) => Promise<T>): (id: string) => Promise<T> {
  const next = new BriefMap<string, Promise<T>>();
  const current = new BriefMap<string, Promise<T>>();
  const begin = async (id: string): Promise<T> => {
    // In turn, and never before the next one of the event loop's jobs: who asks at the same moment is taken along.
    await current.get(id)?.catch(() => {});
    next.delete(id);
    const looking = look(id);
    current.set(id, looking);
    try {
      return await looking;
    } finally {
      if (current.get(id) === looking) current.delete(id);
    }
  };
  return (id) => {
    const known = next.get(id);
    if (known) return known;
    // `begin` would take itself out of `next` before it is put there, were it called at once.
    const asked = Promise.resolve().then(() => begin(id));
    next.set(id, asked);
    return asked;
  };
}

/**
 * The waits of many for the end of the same thing, as one: it begins with the first who waits and is given up with the
 * last. Each wait ends when its own signal aborts, too.
 */
export function together(
  wait: (id: string, signal: AbortSignal) => Promise<void>,
): (id: string, signal: AbortSignal) => Promise<void> {
  interface Wait {
    readonly ended: Promise<void>;
    readonly giveUp: AbortController;
    waiting: number;
  }
  const waits = new BriefMap<string, Wait>();
  const begin = (id: string): Wait => {
    const giveUp = new AbortController();
    const ended = wait(id, giveUp.signal);
    const begun = { ended, giveUp, waiting: 0 };
    const forget = () => void (waits.get(id) === begun && waits.delete(id));
    ended.then(forget, forget);
    waits.set(id, begun);
    return begun;
  };
  return async (id, signal) => {
    if (signal.aborted) return;
    const shared = waits.get(id) ?? begin(id);
    const gone = Promise.withResolvers<void>();
    const leave = () => gone.resolve();
    shared.waiting++;
    signal.addEventListener('abort', leave, { once: true });
    try {
      await Promise.race([shared.ended, gone.promise]);
    } finally {
      signal.removeEventListener('abort', leave);
      if (--shared.waiting === 0) {
        if (waits.get(id) === shared) waits.delete(id);
        shared.giveUp.abort();
      }
    }
  };
}
