import type { Keyring } from '../platform/keyring.ts';

/** Whom something that was said is about: the end user, or the key where nobody was named. */
export interface About {
  readonly endUser: string | null;
  readonly apiKeyId: string;
}

/** What a person is called in the tables: tells nothing to whoever does not hold the gateway's secret. */
export type SubjectOf = (organizationId: string, about: About) => Buffer;

export function subjectsOf(keyring: Keyring): SubjectOf {
  return (organizationId, { endUser, apiKeyId }) =>
    keyring.hash('content-subject', JSON.stringify([organizationId, endUser === null ? { apiKeyId } : { endUser }]));
}

/** Whose the key is that what was said in a call is sealed with: the call's own. */
export function keyOwnerOf(requestId: string): Buffer {
  return Buffer.from(requestId);
}
