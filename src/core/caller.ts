/** What an API key may do. One list for the schema's enum, the authorisation rules and the stored rows. */
export const scopes = [
  'COMPLETIONS_WRITE',
  'COMPLETIONS_READ',
  'COMPLETIONS_DEBUG',
  'CONTENT_READ',
  'FILES_READ',
  'FILES_WRITE',
  'USAGE_READ',
  'AUDIT_READ',
  'ROUTES_READ',
  'ROUTES_WRITE',
  'ROUTES_PUBLISH',
  'KEYS_READ',
  'KEYS_WRITE',
  'PROVIDERS_READ',
  'PROVIDERS_WRITE',
  'BUDGETS_READ',
  'BUDGETS_WRITE',
  'ALERTS_WRITE',
  'POLICIES_READ',
  'POLICIES_WRITE',
  'ERASURE_WRITE',
  'MEMBERS_WRITE',
  'ORGANIZATIONS_WRITE',
] as const;

export type Scope = (typeof scopes)[number];

/** Who is asking, and for whom. Made by access.authenticate, read by everybody, trusted by everybody. */
export interface Caller {
  readonly organizationId: string;
  readonly teamId: string;
  readonly projectId: string;
  /** The key's id; of a person who is signed in, the person's: what a key does and is charged for, so is a person. */
  readonly apiKeyId: string;
  readonly apiKeyName: string;
  readonly scopes: ReadonlySet<Scope>;
  readonly ip: string | null;
  /** Left out: any. */
  readonly documents?: DocumentPolicy;
  /** Of a person who is signed in; left out: an API key is calling. */
  readonly sessionId?: string;
}

/** Which GraphQL documents a key may run: any, or registered ones only. */
export const documentPolicies = ['ANY', 'TRUSTED_ONLY'] as const;
export type DocumentPolicy = (typeof documentPolicies)[number];
