import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { alertKinds, severities } from '../core/alert.ts';
import type { Caller } from '../core/caller.ts';
import { actorOf, type ChangeReceipt, diffOf } from '../core/change.ts';
import type { Json } from '../core/json.ts';
import { parse } from '../core/parse.ts';
import { idempotencyKey } from '../core/plain-text.ts';
import { NotFoundProblem, ValidationProblem } from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';
import { type Changes, idempotencyOf } from '../platform/changes.ts';
import type { Transaction } from '../platform/database/database.ts';
import type { Keyring } from '../platform/keyring.ts';
import type { Mailer } from '../platform/mail.ts';
import { summaryOf, type Target, targetInput } from './target.ts';

export interface ChannelChange {
  readonly channelId: string;
  /** Of a new webhook, to be shown once; null otherwise. */
  readonly signingSecret: string | null;
  readonly change: ChangeReceipt;
}

const saveInput = z.object({
  id: z.string().nullish(),
  name: z.string().trim().min(1).max(100),
  target: targetInput,
  kinds: z
    .array(z.enum(alertKinds))
    .min(1)
    .transform((list) => [...new Set(list)]),
  minSeverity: z.enum(severities),
  enabled: z.boolean(),
  idempotencyKey,
});
export type ChannelSaveInput = z.input<typeof saveInput>;

interface Needs {
  readonly changes: Changes;
  readonly keyring: Keyring;
  readonly mailer: Mailer | null;
  readonly runtime: Runtime;
  /** Something is to be sent. */
  wake(): void;
}

interface ChannelRow {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly summary: string;
  readonly kinds: string[];
  readonly min_severity: string;
  readonly enabled: boolean;
  readonly sealed: Uint8Array;
}

/** Where a sealed target belongs: it opens nowhere else. */
export const placeOf = (organizationId: string, channelId: string) => `alert-channel/${organizationId}/${channelId}`;

export function channelWrites({ changes, keyring, mailer, runtime: { ids, clock }, wake }: Needs) {
  const topic = ({ organizationId }: Caller) => `alerts:${organizationId}`;

  async function channel(tx: Transaction, { organizationId }: Caller, id: string): Promise<ChannelRow> {
    const sql = 'SELECT * FROM alert_channel WHERE organization_id = $1 AND id = $2';
    const [row] = await tx.query<ChannelRow>(sql, [organizationId, id]);
    if (!row) throw new NotFoundProblem('AlertChannel', id);
    return row;
  }

  const changed = (caller: Caller, action: string, id: string, before: Json, after: Json) => ({
    organizationId: caller.organizationId,
    actor: actorOf(caller),
    action: `alertChannel.${action}`,
    resourceType: 'AlertChannel',
    resourceId: id,
    diff: diffOf(before, after, ['target']),
  });

  return {
    async save(caller: Caller, given: ChannelSaveInput): Promise<ChannelChange> {
      const { idempotencyKey, ...wanted } = parse(saveInput, given);
      if (wanted.target.type === 'EMAIL' && !mailer) {
        const message = 'This gateway has no mail server: the operator sets GLIDEPATH_SMTP_URL.';
        throw ValidationProblem.at('config.email', 'NOT_CONFIGURED', message);
      }
      const { organizationId } = caller;
      let signingSecret: string | null = null;
      // What the key is compared with must not hold the target itself.
      const print = keyring.hash('alert-channel', JSON.stringify(wanted.target)).toString('base64');
      const change = await changes.make(
        topic(caller),
        async (tx) => {
          const before = wanted.id ? await channel(tx, caller, wanted.id) : null;
          const id = before?.id ?? ids.next('chn');
          const [taken] = await tx.query(
            'SELECT 1 FROM alert_channel WHERE organization_id = $1 AND name = $2 AND id <> $3',
            [organizationId, wanted.name, id],
          );
          if (taken) throw ValidationProblem.at('name', 'TAKEN', `There is a channel '${wanted.name}' already.`);
          const place = placeOf(organizationId, id);
          const old: Target | null = before && JSON.parse(keyring.open(before.sealed, place));
          let target: Target;
          if (wanted.target.type !== 'WEBHOOK') target = wanted.target;
          else if (old?.type === 'WEBHOOK') target = { ...wanted.target, secret: old.secret };
          else {
            signingSecret = `whsec_${randomBytes(32).toString('base64url')}`;
            target = { ...wanted.target, secret: signingSecret };
          }
          const { name, kinds, minSeverity, enabled } = wanted;
          const summary = summaryOf(target);
          const sealed = keyring.seal(JSON.stringify(target), place);
          await tx.query(
            `INSERT INTO alert_channel (id, organization_id, name, type, sealed, summary, kinds, min_severity, enabled,
               created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)
             ON CONFLICT (id) DO UPDATE SET name = $3, type = $4, sealed = $5, summary = $6, kinds = $7,
               min_severity = $8, enabled = $9, updated_at = $10`,
            [
              id,
              organizationId,
              name,
              target.type,
              sealed,
              summary,
              kinds,
              minSeverity,
              enabled,
              new Date(clock.now()),
            ],
          );
          const after = { name, summary, kinds, minSeverity, enabled, target: print };
          return changed(caller, before ? 'change' : 'create', id, before && shown(before), after);
        },
        idempotencyOf(caller, 'channelSave', { idempotencyKey, ...wanted, target: print }),
      );
      return { channelId: change.resourceId, signingSecret, change };
    },

    async delete(caller: Caller, id: string): Promise<ChannelChange> {
      const change = await changes.make(topic(caller), async (tx) => {
        const before = await channel(tx, caller, id);
        await tx.query('DELETE FROM alert_channel WHERE id = $1', [id]);
        return changed(caller, 'delete', id, shown(before), null);
      });
      return { channelId: id, signingSecret: null, change };
    },

    async test(caller: Caller, id: string): Promise<ChannelChange> {
      const change = await changes.make(topic(caller), async (tx) => {
        await channel(tx, caller, id);
        const at = new Date(clock.now());
        const title = 'A test of this channel';
        const message = `${caller.apiKeyName} asked for it. Nothing is wrong.`;
        const sample = {
          id: null,
          cursor: null,
          at,
          kind: 'TEST',
          severity: 'INFO',
          title,
          message,
          scope: null,
          facts: {},
        };
        await tx.query(
          `INSERT INTO alert_delivery (id, organization_id, channel_id, status, attempt, body, created_at, next_at)
           VALUES ($1, $2, $3, 'PENDING', 0, $4, $5, $5)`,
          [ids.next('dlv'), caller.organizationId, id, JSON.stringify(sample), at],
        );
        return changed(caller, 'test', id, null, null);
      });
      wake();
      return { channelId: id, signingSecret: null, change };
    },

    async retry(caller: Caller, id: string): Promise<ChannelChange> {
      const change = await changes.make(topic(caller), async (tx) => {
        const [row] = await tx.query<{ channel_id: string }>(
          `UPDATE alert_delivery SET status = 'PENDING', next_at = $3
           WHERE organization_id = $1 AND id = $2 RETURNING channel_id`,
          [caller.organizationId, id, new Date(clock.now())],
        );
        if (!row) throw new NotFoundProblem('Delivery', id);
        return changed(caller, 'retry', row.channel_id, null, { delivery: id });
      });
      wake();
      return { channelId: change.resourceId, signingSecret: null, change };
    },
  };
}

function shown({ name, summary, kinds, min_severity, enabled }: ChannelRow): Json {
  return { name, summary, kinds, minSeverity: min_severity, enabled, target: 'before' };
}
