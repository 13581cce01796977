/** Where a kept row belongs, as policies see it: all rows of one place are kept for the same time. */
export interface KeptPlace {
  readonly teamId: string;
  readonly projectId: string;
  readonly apiKeyId: string;
  /** The slug of the route it went by; null: none. */
  readonly route: string | null;
}
