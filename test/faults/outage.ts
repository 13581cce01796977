import { randomUUID } from 'node:crypto';
import { askThrough } from './doors.ts';
import type { FaultHouse } from './house.ts';
import { goodStream, type Script, says, streams, type Wire } from './wire.ts';

/** What a provider that is down for good, and then comes back, has seen of the calls that wanted it. */
export interface Outage {
  readonly requests: number;
  readonly attempts: number;
  /** At once, at the most, from when its breaker first opened until it was back: a probe is alone. */
  readonly probesAtOnce: number;
  readonly probes: number;
  /** From when it answered again until a call got through. */
  readonly healedAfterMs: number;
}

const LANES = 40;
/** Long enough for two probes to be seen beside each other. */
const PROBE_MS = 50;
/** After its breaker has opened: what was under way by then. Every call that reaches it later is a probe. */
const UNDER_WAY_MS = 2000;
const HEALING_PATIENCE_MS = 90_000;

/** Sends `requests` calls, retries and all, to one model that fails every one of them; then lets it answer again. */
export async function outage(house: FaultHouse, requests: number): Promise<Outage> {
  const fault = 'H11-500';
  const model = `faulty/${fault}.outage-${randomUUID()}`;
  const before = house.provider.asked(fault);
  const probes = { now: 0, most: 0, all: 0 };
  let openedAt = Number.POSITIVE_INFINITY;
  const fails = says(500, { error: { message: 'Down.', type: 'server_error' } });
  const counted =
    (script: Script): Script =>
    async (wire: Wire) => {
      if (performance.now() < openedAt + UNDER_WAY_MS) return script(wire);
      probes.all++;
      probes.most = Math.max(probes.most, ++probes.now);
      await wire.wait(PROBE_MS);
      probes.now--;
      return script(wire);
    };
  house.provider.override(fault, counted(fails));
  const ask = () =>
    askThrough(
      'POST',
      house,
      { target: { model }, messages: [{ role: 'USER', parts: [{ text: 'Hi' }] }] },
      AbortSignal.timeout(30_000),
    );

  const left = Array.from({ length: requests }).values();
  const lane = async () => {
    for (const _ of left) {
      const seen = await ask();
      if (seen?.message.includes('not asked')) openedAt = Math.min(openedAt, performance.now());
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  const attempts = house.provider.asked(fault) - before;

  house.provider.override(fault, counted(streams(goodStream)));
  const backAt = performance.now();
  const until = backAt + HEALING_PATIENCE_MS;
  let healed = false;
  while (!healed && performance.now() < until) {
    healed = (await Promise.all(Array.from({ length: 5 }, ask))).some((seen) => seen?.code === null);
    if (!healed) await new Promise((resolve) => setTimeout(resolve, 200));
  }
  house.provider.override(fault, null);
  return {
    requests,
    attempts,
    probesAtOnce: probes.most,
    probes: probes.all,
    healedAfterMs: healed ? performance.now() - backAt : Number.POSITIVE_INFINITY,
  };
}
