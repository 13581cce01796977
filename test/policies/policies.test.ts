import { expect, test } from 'vitest';
import type { Caller } from '../../src/core/caller.ts';
import { createPolicies } from '../../src/policies/index.ts';
import { aRequest } from '../support/requests.ts';

const caller: Caller = {
  organizationId: 'org_1',
  teamId: 'team_1',
  projectId: 'prj_1',
  apiKeyId: 'key_1',
  apiKeyName: 'test',
  scopes: new Set(),
  ip: null,
};

test('without policies, an admission asks for nothing', () => {
  expect(createPolicies().admit(caller, aRequest())).toEqual({
    allowedModels: null,
    rates: [],
    redaction: [],
    cache: null,
  });
});
