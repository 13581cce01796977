/** By what calls are kept together: all of one key, end user or run go the same way, on every instance. */
export const stickyKeys = ['NONE', 'API_KEY', 'END_USER', 'RUN'] as const;
export type StickyKey = (typeof stickyKeys)[number];

/** What a call says of whom it is for. */
export interface StickyFacts {
  readonly apiKeyId: string;
  readonly endUser: string | null;
  readonly runId: string | null;
}

/** Pure. The one whose calls go the same way as this; null when it goes by itself. */
export function stickyOwner(by: StickyKey, { apiKeyId, endUser, runId }: StickyFacts): string | null {
  switch (by) {
    case 'NONE':
      return null;
    case 'API_KEY':
      return apiKeyId;
    case 'END_USER':
      return endUser;
    case 'RUN':
      return runId;
  }
}
