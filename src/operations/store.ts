import type { Database, Transaction } from '../platform/database/database.ts';

/** The statements of the operations room. Writes run inside a change, which lets an organization's take turns. */

export const topicPrefix = 'operations';

export type OperationKind = 'QUERY' | 'MUTATION' | 'SUBSCRIPTION';

export interface StoredOperation {
  readonly id: string;
  readonly name: string;
  readonly kind: OperationKind;
  readonly document: string;
  /** SHA-256 of the document, in lower-case hex. */
  readonly hash: string;
  readonly description: string;
}

const COLUMNS = 'id, name, kind, document, hash, description';

export function operationsOf(
  database: Pick<Database, 'query'>,
  organizationId: string,
): Promise<readonly StoredOperation[]> {
  return database.query<StoredOperation>(
    `SELECT ${COLUMNS} FROM stored_operation WHERE organization_id = $1 ORDER BY name`,
    [organizationId],
  );
}

export async function operationByName(
  tx: Transaction,
  organizationId: string,
  name: string,
): Promise<StoredOperation | null> {
  const [row] = await tx.query<StoredOperation>(
    `SELECT ${COLUMNS} FROM stored_operation WHERE organization_id = $1 AND name = $2`,
    [organizationId, name],
  );
  return row ?? null;
}

export async function countOperations(tx: Transaction, organizationId: string): Promise<number> {
  const [row] = await tx.query<{ count: string }>(
    'SELECT count(*) AS count FROM stored_operation WHERE organization_id = $1',
    [organizationId],
  );
  return Number(row!.count);
}

export async function writeOperation(
  tx: Transaction,
  organizationId: string,
  { id, name, kind, document, hash, description }: StoredOperation,
  at: Date,
): Promise<void> {
  await tx.query(
    `INSERT INTO stored_operation (id, organization_id, name, kind, document, hash, description, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)
     ON CONFLICT (id) DO UPDATE SET kind = $4, document = $5, hash = $6, description = $7, updated_at = $8`,
    [id, organizationId, name, kind, document, hash, description, at],
  );
}

export async function removeOperation(tx: Transaction, id: string): Promise<void> {
  await tx.query('DELETE FROM stored_operation WHERE id = $1', [id]);
}
