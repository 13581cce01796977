import type { AlertKind, Severity } from '../core/alert.ts';
import type { Json } from '../core/json.ts';
import type { ScopeKind, ScopeRef } from '../core/scope-ref.ts';

/** A kept alert. */
export interface AlertRow {
  readonly id: string;
  readonly seq: bigint;
  readonly kind: AlertKind;
  readonly severity: Severity;
  readonly title: string;
  readonly message: string;
  readonly scope: ScopeRef | null;
  readonly facts: Json;
  readonly at: Date;
  readonly acknowledgedAt: Date | null;
  readonly acknowledgedBy: string | null;
  readonly acknowledgeComment: string | null;
}

/** What the database says of one, whoever reads it. */
export interface StoredAlert {
  readonly id: string;
  readonly seq: bigint;
  readonly kind: string;
  readonly severity: string;
  readonly title: string;
  readonly message: string;
  readonly scopeKind: string | null;
  readonly scopeReference: string | null;
  readonly facts: unknown;
  readonly at: Date;
  readonly acknowledgedAt: Date | null;
  readonly acknowledgedBy: string | null;
  readonly acknowledgeComment: string | null;
}

export function alertOf({ kind, severity, scopeKind, scopeReference, facts, ...rest }: StoredAlert): AlertRow {
  return {
    ...rest,
    kind: kind as AlertKind,
    severity: severity as Severity,
    scope: scopeKind === null ? null : { kind: scopeKind as ScopeKind, reference: scopeReference },
    facts: facts as Json,
  };
}
