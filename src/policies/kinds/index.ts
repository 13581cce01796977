import { access } from './access/definition.ts';
import { agentLimit } from './agent-limit/definition.ts';
import { caching } from './caching/definition.ts';
import { contentLimit } from './content-limit/definition.ts';
import { guardrail } from './guardrail/definition.ts';
import { logging } from './logging/definition.ts';
import { redaction } from './redaction/definition.ts';
import { residency } from './residency/definition.ts';
import { retention } from './retention/definition.ts';

/** Every kind of rule there is. A new one is a folder beside these, a line here and a line in graphql.ts. */
export const kinds = {
  redaction,
  logging,
  retention,
  contentLimit,
  guardrail,
  access,
  residency,
  agentLimit,
  caching,
};
