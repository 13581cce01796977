import type { Runtime } from '../core/runtime.ts';
import type { Database } from '../platform/database/database.ts';
import type { Egress } from '../platform/egress.ts';
import type { Keyring } from '../platform/keyring.ts';
import type { Mailer } from '../platform/mail.ts';
import { placeOf } from './channels.ts';
import { type Outcome, send } from './send.ts';
import type { Target } from './target.ts';

interface Claimed {
  readonly id: string;
  readonly organization_id: string;
  readonly channel_id: string;
  readonly attempt: number;
  readonly body: unknown;
  readonly sealed: Uint8Array;
}

export interface DelivererNeeds {
  readonly database: Database;
  readonly keyring: Keyring;
  readonly egress: Egress;
  readonly mailer: Mailer | null;
  readonly runtime: Runtime;
}

/** After the 1st, 2nd … failure; after the last one it is given up. 2 h 43 min in all. */
const RETRY_AFTER_S = [5, 30, 120, 600, 1800, 7200];
const LOOK_EVERY_MS = 2000;
const AT_ONCE = 10;
/** Longer than any attempt: a delivery whose instance died is taken over after this. */
const CLAIM_MS = 60_000;

/**
 * Sends what is due, on every instance: a delivery is claimed by moving its time on, in one statement, so of all
 * instances one sends it. Receivers may still see it twice, when a process dies between sending and writing that down;
 * its id is in a header for that.
 */
export function createDeliverer({ database, keyring, egress, mailer, runtime }: DelivererNeeds) {
  const { clock, log } = runtime;
  let closed = false;
  let cancel = clock.after(LOOK_EVERY_MS, look);
  let underWay: Promise<void> | null = null;
  let again = false;

  function look(): void {
    cancel();
    if (closed) return;
    if (underWay) {
      again = true;
      return;
    }
    again = false;
    underWay = work()
      .catch((error) => log.warn({ err: error }, 'alerts could not be delivered just now'))
      .finally(() => {
        underWay = null;
        if (closed) return;
        if (again) look();
        else cancel = clock.after(LOOK_EVERY_MS, look);
      });
  }

  async function work(): Promise<void> {
    for (;;) {
      const due = await claim();
      await Promise.all(due.map(attempt));
      if (due.length < AT_ONCE || closed) return;
    }
  }

  async function claim(): Promise<readonly Claimed[]> {
    const now = clock.now();
    return database.query<Claimed>(
      `UPDATE alert_delivery AS delivery SET next_at = $2, attempt = attempt + 1
       FROM alert_channel AS channel
       WHERE channel.id = delivery.channel_id AND delivery.id IN (
         SELECT id FROM alert_delivery WHERE next_at <= $1 ORDER BY next_at LIMIT ${AT_ONCE} FOR UPDATE SKIP LOCKED)
       RETURNING delivery.id, delivery.organization_id, channel_id, attempt, body, channel.sealed`,
      [new Date(now), new Date(now + CLAIM_MS)],
    );
  }

  async function attempt(delivery: Claimed): Promise<void> {
    const { id, organization_id, channel_id, attempt, body, sealed } = delivery;
    const startedAt = clock.monotonic();
    const outcome = await sendTo(
      () => JSON.parse(keyring.open(sealed, placeOf(organization_id, channel_id))),
      id,
      body,
    );
    const waitS = RETRY_AFTER_S[attempt - 1];
    const retry = !outcome.delivered && waitS !== undefined;
    const status = outcome.delivered ? 'DELIVERED' : retry ? 'FAILED' : 'GIVEN_UP';
    await database.query(
      `UPDATE alert_delivery SET status = $2, next_at = $3, http_status = $4, duration_ms = $5, response = $6
       WHERE id = $1`,
      [
        id,
        status,
        retry ? new Date(clock.now() + waitS * 1000 * (0.8 + 0.4 * runtime.random.float())) : null,
        outcome.httpStatus,
        Math.round(clock.monotonic() - startedAt),
        outcome.response,
      ],
    );
  }

  /** A target that cannot be opened, after the gateway's secret was changed, is a failure like any other. */
  async function sendTo(open: () => Target, id: string, body: unknown): Promise<Outcome> {
    try {
      return await send(id, open(), body, { egress, mailer, clock });
    } catch {
      const response = 'The channel cannot be read with the secret of this gateway. Save it again.';
      return { delivered: false, httpStatus: null, response };
    }
  }

  return {
    wake: look,
    async close() {
      closed = true;
      cancel();
      await underWay;
    },
  };
}
