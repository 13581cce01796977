import { appendFile } from 'node:fs/promises';
import type { Runtime } from '../core/runtime.ts';
import type { Transaction } from '../platform/database/database.ts';
import type { Signer } from '../platform/keyring.ts';

/** A signed statement: at this time, this organization's chain ended with this entry. */
export interface Checkpoint {
  readonly organizationId: string;
  readonly seq: bigint;
  readonly hash: Uint8Array;
  /** Unix ms */
  readonly at: number;
  readonly signature: Uint8Array;
}

/** How much of a chain could be cut off at its end without leaving a trace. */
export const CHECKPOINT_MS = 10_000;

/**
 * Signs where chains have grown, in the database and, first, outside it: a line in `file`, or in the log where there is
 * none. What is only in the file when the transaction fails is true all the same.
 */
export async function writeCheckpoints(
  tx: Transaction,
  signer: Signer,
  file: string | null,
  { clock, log }: Runtime,
): Promise<void> {
  const grown = await tx.query<{ organization_id: string; seq: string; hash: Buffer }>(
    `SELECT organization_id, seq, hash FROM audit_head AS head
     WHERE NOT EXISTS (SELECT FROM audit_checkpoint
                       WHERE organization_id = head.organization_id AND seq = head.seq)
     ORDER BY organization_id LIMIT 1000`,
  );
  const at = clock.now();
  const checkpoints = grown.map(({ organization_id: organizationId, seq: at_seq, hash }): Checkpoint => {
    const seq = BigInt(at_seq);
    return { organizationId, seq, hash, at, signature: signer.sign(statement({ organizationId, seq, hash, at })) };
  });
  if (checkpoints.length === 0) return;
  const lines = checkpoints.map(lineOf);
  if (file) await appendFile(file, lines.map((line) => `${line}\n`).join(''), { mode: 0o600 });
  else for (const checkpoint of lines) log.info({ checkpoint }, 'audit checkpoint');
  for (const { organizationId, seq, hash, signature } of checkpoints) {
    await tx.query(
      `INSERT INTO audit_checkpoint (organization_id, seq, hash, at, signature) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT DO NOTHING`,
      [organizationId, seq.toString(), hash, new Date(at), signature],
    );
  }
}

export function isGenuine(signer: Pick<Signer, 'verify'>, checkpoint: Checkpoint): boolean {
  return signer.verify(statement(checkpoint), checkpoint.signature);
}

function statement({ organizationId, seq, hash, at }: Omit<Checkpoint, 'signature'>): string {
  return JSON.stringify(['glidepath audit checkpoint', organizationId, seq.toString(), hex(hash), at]);
}

/** JSON, as it stands in the file. */
function lineOf({ organizationId, seq, hash, at, signature }: Checkpoint): string {
  return JSON.stringify({ organizationId, seq: seq.toString(), hash: hex(hash), at, signature: hex(signature) });
}

/** @returns null for a line that is none, e.g. the half of one that a crash left */
export function readLine(line: string): Checkpoint | null {
  try {
    const { organizationId, seq, hash, at, signature } = JSON.parse(line) as Record<string, string | number>;
    return {
      organizationId: String(organizationId),
      seq: BigInt(seq!),
      hash: Buffer.from(String(hash), 'hex'),
      at: Number(at),
      signature: Buffer.from(String(signature), 'hex'),
    };
  } catch {
    return null;
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
