import { LRUCache } from 'lru-cache';
import { type NewAlert, severities } from '../core/alert.ts';
import type { Runtime } from '../core/runtime.ts';
import type { Bus } from '../platform/bus/bus.ts';
import type { Database } from '../platform/database/database.ts';

/** News that an organization has a new alert; its rows are the truth. */
export const newsTopic = 'alerts';

const MAX_WAITING = 1000;

/** Keeping an alert: once per key, in an order that readers can rely on, together with its deliveries. */
export function createRaise(database: Database, bus: Bus, { clock, ids, log }: Runtime, wake: () => void) {
  /** Keys that are kept already: repeating them costs nothing. */
  const known = new LRUCache<string, true>({ max: 10_000 });
  const underWay = new Set<Promise<unknown>>();

  async function raise(alert: NewAlert): Promise<boolean> {
    const { organizationId, key } = alert;
    const name = `${organizationId} ${key}`;
    if (known.has(name)) return false;
    const fresh = await database.transaction(async (tx) => {
      // Two transactions that draw 5 and 6 may commit 6 first, and a reader at 6 would never see 5. An organization's
      // alerts are few, so they take turns.
      await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`alerts ${organizationId}`]);
      const id = ids.next('alr');
      const at = new Date(clock.now());
      const { kind, severity, title, message, scope, facts } = alert;
      // The unique key decides who is first, between instances too.
      const [row] = await tx.query<{ seq: string }>(
        `INSERT INTO alert (id, organization_id, kind, key, severity, title, message, scope_kind, scope_reference, facts, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         ON CONFLICT (organization_id, key) DO NOTHING RETURNING seq`,
        [
          id,
          organizationId,
          kind,
          key,
          severity,
          title,
          message,
          scope?.kind ?? null,
          scope?.reference ?? null,
          JSON.stringify(facts),
          at,
        ],
      );
      if (!row) return false;
      const milder = severities.slice(0, severities.indexOf(severity) + 1);
      const channels = await tx.query<{ id: string }>(
        `SELECT id FROM alert_channel
         WHERE organization_id = $1 AND enabled AND $2 = ANY(kinds) AND min_severity = ANY($3)`,
        [organizationId, kind, milder],
      );
      const body = JSON.stringify({ id, cursor: row.seq, at, kind, severity, title, message, scope, facts });
      for (const channel of channels) {
        await tx.query(
          `INSERT INTO alert_delivery (id, organization_id, channel_id, status, attempt, body, created_at, next_at)
           VALUES ($1, $2, $3, 'PENDING', 0, $4, $5, $5)`,
          [ids.next('dlv'), organizationId, channel.id, body, at],
        );
      }
      return true;
    });
    known.set(name, true);
    if (fresh) {
      await bus.publish(newsTopic, { organizationId });
      wake();
    }
    return fresh;
  }

  return {
    raise,
    tell(alert: NewAlert): void {
      if (underWay.size >= MAX_WAITING) {
        log.error({ key: alert.key }, 'too many alerts at once: one is dropped');
        return;
      }
      const work = raise(alert)
        .catch((error: unknown) => log.error({ err: error, key: alert.key }, 'an alert could not be kept'))
        .finally(() => underWay.delete(work));
      underWay.add(work);
    },
    close: async () => void (await Promise.all(underWay)),
  };
}
