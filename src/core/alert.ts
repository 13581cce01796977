import type { Json } from './json.ts';
import type { ScopeRef } from './scope-ref.ts';

/** Something that a person should hear of. Rooms raise them; the alerts room keeps, shows and delivers them. */
export interface NewAlert {
  readonly organizationId: string;
  readonly kind: AlertKind;
  /**
   * What makes it this alert and no other, its period included: `budget:bud_1:80:2026-11`. Of one organization's alerts
   * with the same key only the first is kept, whichever instance raises it and however often.
   */
  readonly key: string;
  readonly severity: Severity;
  readonly title: string;
  readonly message: string;
  readonly scope: ScopeRef | null;
  /** What the kind has to say beside the words, e.g. `{ thresholdPercent: 80 }`. */
  readonly facts: Json;
}

export const alertKinds = ['BUDGET', 'ANOMALY', 'PROVIDER', 'POLICY', 'LOOP', 'EXPERIMENT'] as const;
export type AlertKind = (typeof alertKinds)[number];

/** From the mildest on. */
export const severities = ['INFO', 'WARNING', 'CRITICAL'] as const;
export type Severity = (typeof severities)[number];

/** Raises an alert without waiting for it and without ever throwing: for whoever has a call to serve. */
export type TellAlert = (alert: NewAlert) => void;
