import { serverAudits } from 'graphql-http';
import { expect, test } from 'vitest';

/** GraphQL over HTTP, as its working group checks it: every MUST, SHOULD and MAY. */
export function auditsOf(subject: () => { readonly url: string; readonly key: string }): void {
  const audits = serverAudits({
    url: () => `${subject().url}/graphql`,
    fetchFn: (input: string, init: RequestInit = {}) =>
      fetch(input, { ...init, headers: { ...(init.headers as object), authorization: `Bearer ${subject().key}` } }),
  });
  test('there are 61 audits', () => {
    expect(audits).toHaveLength(61);
  });
  for (const audit of audits) {
    test(`${audit.id} ${audit.name}`, async () => {
      const result = await audit.fn();
      const why = 'reason' in result ? result.reason : '';
      expect(result.status, why).toBe('ok');
    });
  }
}
