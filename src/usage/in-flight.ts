import type { Runtime } from '../core/runtime.ts';
import type { Bus } from '../platform/bus/bus.ts';

/** How many calls are running, by organization: of this instance exactly, of the others as they last told. */
export interface InFlight {
  /** A call begins; the answer ends it, once. */
  began(organizationId: string): () => void;
  of(organizationId: string): number;
  /** Of all organizations, of this instance. */
  here(): number;
  close(): void;
}

const TOPIC = 'usage.inFlight';
const TELL_MS = 1000;
/** An instance that has not told for so long has died, or runs nothing. */
const FRESH_MS = 3500;
/** Of one message; with more organizations at once than that, the others see too few of the rest. */
const MOST_TOLD = 1000;

interface News {
  readonly instance: string;
  readonly counts: Readonly<Record<string, number>>;
}

export function countInFlight(bus: Bus, { clock, ids, log }: Pick<Runtime, 'clock' | 'ids' | 'log'>): InFlight {
  const instance = ids.next('ins');
  const mine = new Map<string, number>();
  const others = new Map<string, News & { readonly heardAt: number }>();
  let cancel: (() => void) | null = null;
  let toldSome = false;

  /** Until there is nothing to tell, which is told too. */
  function tell(): void {
    cancel = null;
    if (mine.size === 0 && !toldSome) return;
    toldSome = mine.size > 0;
    const counts = Object.fromEntries([...mine].slice(0, MOST_TOLD));
    bus.publish(TOPIC, { instance, counts }).catch((error) => log.debug({ err: error }, 'nobody hears what runs here'));
    cancel = clock.after(TELL_MS, tell);
  }

  const silence = bus.subscribe(TOPIC, (message) => {
    const news = message as unknown as News;
    if (news.instance === instance) return;
    for (const [name, { heardAt }] of others) if (heardAt < clock.monotonic() - FRESH_MS) others.delete(name);
    others.set(news.instance, { ...news, heardAt: clock.monotonic() });
  });

  return {
    began(organizationId) {
      mine.set(organizationId, (mine.get(organizationId) ?? 0) + 1);
      cancel ??= clock.after(TELL_MS, tell);
      let running = true;
      return () => {
        if (!running) return;
        running = false;
        const left = mine.get(organizationId)! - 1;
        if (left > 0) mine.set(organizationId, left);
        else mine.delete(organizationId);
      };
    },
    of(organizationId) {
      const since = clock.monotonic() - FRESH_MS;
      const told = [...others.values()].filter(({ heardAt }) => heardAt >= since);
      return told.reduce((sum, { counts }) => sum + (counts[organizationId] ?? 0), mine.get(organizationId) ?? 0);
    },
    here: () => [...mine.values()].reduce((sum, count) => sum + count, 0),
    close() {
      silence();
      cancel?.();
    },
  };
}
