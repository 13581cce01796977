/**
 * What a limit, a budget or a rule is about. Rooms that save such things share this word; whether the thing exists is
 * asked of access, which hands its answer in as `ScopeExists`.
 */
export interface ScopeRef {
  readonly kind: ScopeKind;
  /** An id, the application's name of an end user, or `provider/model`; null for the whole organization. */
  readonly reference: string | null;
}

export const scopeKinds = ['ORGANIZATION', 'TEAM', 'PROJECT', 'API_KEY', 'END_USER', 'MODEL'] as const;
export type ScopeKind = (typeof scopeKinds)[number];

/** As the reference of an END_USER: each end user by itself, whoever it is. */
export const EACH = '*';

/** For people: `project prj_01…`. */
export function spokenScope({ kind, reference }: ScopeRef): string {
  const kindName = kind.toLowerCase().replace('_', ' ');
  if (kind === 'END_USER' && reference === EACH) return 'each end user';
  return reference === null ? `the ${kindName}` : `${kindName} ${reference}`;
}
