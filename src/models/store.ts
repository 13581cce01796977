import type { Meter, Nanos } from '../core/money.ts';
import type { Transaction } from '../platform/database/database.ts';

/** The SQL of the room, one function per statement. Everything is found within an organization. */
type Queries = Pick<Transaction, 'query'>;
type Row<T> = T & Record<string, unknown>;

/** A price that an organization set, for the time from `validFrom` up to but without `validTo`. */
export interface PriceRow {
  readonly id: string;
  /** `provider/model` */
  readonly model: string;
  readonly meter: Meter;
  readonly nanosPerUnit: Nanos;
  readonly per: number;
  readonly fromInputTokens: number;
  /** Null: the ordinary way of serving. */
  readonly tier: string | null;
  readonly validFrom: Date;
  /** Null: until further notice. */
  readonly validTo: Date | null;
  /** When another price for the same time took its place; then it holds no more, for no time. */
  readonly supersededAt: Date | null;
  /** An API key's id. */
  readonly createdBy: string;
}

/** Which price: two rows with the same one never hold at the same time. */
export type PriceKey = Pick<PriceRow, 'model' | 'meter' | 'tier' | 'fromInputTokens'>;

/** What an organization decided about one model. */
export interface SettingRow {
  readonly model: string;
  readonly enabled: boolean;
  /** There is such a model because somebody said so. */
  readonly added: boolean;
  readonly contextTokens: number | null;
  readonly maxOutputTokens: number | null;
}

const PRICE = `id, model, meter, nanos_per_unit::text AS "nanosPerUnit", per, from_input_tokens AS "fromInputTokens",
  tier, valid_from AS "validFrom", valid_to AS "validTo", superseded_at AS "supersededAt", created_by AS "createdBy"`;
const SETTING = `model, enabled, added, context_tokens AS "contextTokens", max_output_tokens AS "maxOutputTokens"`;

/** Those in force at some time, oldest first. */
export async function pricesOf(db: Queries, organizationId: string): Promise<PriceRow[]> {
  const rows = await db.query<Row<PriceRow>>(
    `SELECT ${PRICE} FROM price WHERE organization_id = $1 AND superseded_at IS NULL ORDER BY valid_from, id`,
    [organizationId],
  );
  return rows.map(withMoney);
}

/** All that were ever set for a model, superseded ones too, oldest first. */
export async function pricesEverSet(db: Queries, organizationId: string, model: string): Promise<PriceRow[]> {
  const rows = await db.query<Row<PriceRow>>(
    `SELECT ${PRICE} FROM price WHERE organization_id = $1 AND model = $2 ORDER BY valid_from, id`,
    [organizationId, model],
  );
  return rows.map(withMoney);
}

/** Those of one key, oldest first. Call it inside a change of the organization's models, which take turns. */
export async function pricesWithKey(db: Queries, organizationId: string, key: PriceKey): Promise<PriceRow[]> {
  const rows = await db.query<Row<PriceRow>>(
    `SELECT ${PRICE} FROM price
     WHERE organization_id = $1 AND model = $2 AND meter = $3 AND tier IS NOT DISTINCT FROM $4
       AND from_input_tokens = $5 AND superseded_at IS NULL ORDER BY valid_from, id`,
    [organizationId, key.model, key.meter, key.tier, key.fromInputTokens],
  );
  return rows.map(withMoney);
}

export async function insertPrice(db: Queries, organizationId: string, row: PriceRow, at: Date): Promise<void> {
  await db.query(
    `INSERT INTO price (id, organization_id, model, meter, nanos_per_unit, per, from_input_tokens, tier, valid_from,
       valid_to, created_by, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      row.id,
      organizationId,
      row.model,
      row.meter,
      row.nanosPerUnit.toString(),
      row.per,
      row.fromInputTokens,
      row.tier,
      row.validFrom,
      row.validTo,
      row.createdBy,
      at,
    ],
  );
}

export async function closePrice(db: Queries, id: string, validTo: Date): Promise<void> {
  await db.query('UPDATE price SET valid_to = $2 WHERE id = $1', [id, validTo]);
}

export async function supersedePrice(db: Queries, id: string, at: Date): Promise<void> {
  await db.query('UPDATE price SET superseded_at = $2 WHERE id = $1', [id, at]);
}

export function settingsOf(db: Queries, organizationId: string): Promise<readonly SettingRow[]> {
  return db.query<Row<SettingRow>>(`SELECT ${SETTING} FROM model_setting WHERE organization_id = $1`, [organizationId]);
}

export async function settingOf(db: Queries, organizationId: string, model: string): Promise<SettingRow | null> {
  const [row] = await db.query<Row<SettingRow>>(
    `SELECT ${SETTING} FROM model_setting WHERE organization_id = $1 AND model = $2`,
    [organizationId, model],
  );
  return row ?? null;
}

export async function saveSetting(db: Queries, organizationId: string, row: SettingRow, at: Date): Promise<void> {
  await db.query(
    `INSERT INTO model_setting (organization_id, model, enabled, added, context_tokens, max_output_tokens, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (organization_id, model) DO UPDATE SET enabled = excluded.enabled, added = excluded.added,
       context_tokens = excluded.context_tokens, max_output_tokens = excluded.max_output_tokens,
       updated_at = excluded.updated_at`,
    [organizationId, row.model, row.enabled, row.added, row.contextTokens, row.maxOutputTokens, at],
  );
}

function withMoney(row: PriceRow): PriceRow {
  return { ...row, nanosPerUnit: BigInt(row.nanosPerUnit) };
}
