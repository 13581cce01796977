import { expect, test } from 'vitest';
import type { RedactionDemand } from '../../src/core/admission.ts';
import { createRedaction } from '../../src/redaction/index.ts';
import { aRequest } from '../support/requests.ts';

const { redact } = createRedaction();

test('without rules, the request leaves and the answer comes back as it is', () => {
  const request = aRequest();
  const redacted = redact(request, []);
  expect(redacted.request).toBe(request);
  const event = { kind: 'textDelta', index: 0, text: 'Hello' } as const;
  expect(redacted.restore(event)).toEqual([event]);
});

test('a rule nobody can carry out keeps the request in the house', () => {
  const scope = { kind: 'ORGANIZATION', reference: null } as const;
  const source = { policyId: 'pol_1', policySlug: 'gdpr', version: 1, ruleIndex: 0, mode: 'ENFORCE', scope } as const;
  expect(() => redact(aRequest(), [{ source, config: {} as RedactionDemand }])).toThrow("leaves under 'gdpr'");
});
