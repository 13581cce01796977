import { createHmac } from 'node:crypto';
import type { RedactionDemand } from '../../src/core/admission.ts';
import type { Demand, PolicyMode } from '../../src/core/policy.ts';

/** Masks e-mail addresses both ways, unless told otherwise. */
export function aDemand(
  different: Partial<RedactionDemand> = {},
  mode: PolicyMode = 'ENFORCE',
): Demand<RedactionDemand> {
  return {
    source: {
      policyId: 'pol_1',
      policySlug: 'gdpr',
      version: 1,
      ruleIndex: 0,
      mode,
      scope: { kind: 'ORGANIZATION', reference: null },
    },
    config: {
      direction: 'BOTH',
      detectors: ['EMAIL'],
      customPatterns: [],
      action: 'MASK',
      reversible: true,
      whenUnreadable: 'BLOCK',
      ...different,
    },
  };
}

export const owner = { organizationId: 'org_1', projectId: 'prj_1' };

/** What redaction needs of a keyring, with a key of the test's own. */
export const keyring = {
  hash: (purpose: string, text: string) => createHmac('sha256', `test ${purpose}`).update(text).digest(),
};
