import type { Audit } from '../../src/audit/index.ts';

/** For tests of a part of the schema that look at answers, not at what is noted of a denial. */
export const noAudit = { noteOnce() {} } as unknown as Audit;
