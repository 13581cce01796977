/** AB: arms side by side. CANARY: one arm whose share grows. SHADOW: a copy whose answer nobody gets. */
export const experimentKinds = ['AB', 'CANARY', 'SHADOW'] as const;
export type ExperimentKind = (typeof experimentKinds)[number];

/** Which arm of which experiment a call belongs to: drawn before the decision, acted on by it, and kept with it. */
export interface Assignment {
  readonly experimentId: string;
  readonly slug: string;
  readonly kind: ExperimentKind;
  readonly arm: string;
  /** Of this route only: a call that went to a cheaper one has left the experiment. */
  readonly routeId: string;
  /** The name of the rule whose calls take part; null: every rule's. */
  readonly rule: string | null;
  /** `provider/model` tried before all others; null: as the route decides. */
  readonly model: string | null;
  /** SHADOW: who gets a copy of the call when it has been answered. */
  readonly copyTo?: { readonly arm: string; readonly model: string };
}

/** A call made again for an experiment. Its answer is compared and thrown away. */
export interface Copy {
  /** The request it is a copy of. */
  readonly of: string;
  /** The slug of the route that one went by: its rules, limits and budgets are the copy's too. */
  readonly route: string | null;
  readonly assignment: Assignment;
}
