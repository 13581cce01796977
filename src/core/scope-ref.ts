/**
 * What a limit, a budget or a rule is about. Rooms that save such things share this word; whether the thing exists is
 * asked of access, which hands its answer in as `ScopeExists`.
 */
export interface ScopeRef {
  readonly kind: ScopeKind;
  /** An id, a slug, a name, `provider/model` or `key=value`; null for the whole organization. */
  readonly reference: string | null;
}

/** From the widest to the narrowest: the order in which a refusal looks for the one to name. */
export const scopeKinds = [
  'ORGANIZATION',
  'TEAM',
  'PROJECT',
  'ROUTE',
  'API_KEY',
  'END_USER',
  'TAG',
  'MODEL',
  'AGENT_RUN',
] as const;
export type ScopeKind = (typeof scopeKinds)[number];

/** As a reference, or after a tag's `key=`: each one by itself, whoever it is. */
export const EACH = '*';

/** For people: `project prj_01…`. */
export function spokenScope({ kind, reference }: ScopeRef): string {
  const kindName = kind.toLowerCase().replace('_', ' ');
  if (kind === 'END_USER' && reference === EACH) return 'each end user';
  return reference === null ? `the ${kindName}` : `${kindName} ${reference}`;
}
