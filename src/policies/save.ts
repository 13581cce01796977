import { z } from 'zod';
import type { Caller } from '../core/caller.ts';
import { actorOf, diffOf, type FieldChange } from '../core/change.ts';
import type { Json } from '../core/json.ts';
import { parse } from '../core/parse.ts';
import { idempotencyKey } from '../core/plain-text.ts';
import { ConflictProblem, NotFoundProblem, ValidationProblem } from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';
import { type Changes, idempotencyOf } from '../platform/changes.ts';
import type { Transaction } from '../platform/database/database.ts';
import { kindNames, type PolicyChange } from './change.ts';
import { rulesInput, type StoredRule } from './rules.ts';
import { insertVersion, type PolicyRow, policyById, policyBySlug, rulesOf, topicOf, writePolicy } from './store.ts';

const slug = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'is 1 to 63 lower-case letters, digits and hyphens');
const words = z
  .array(z.string().min(1).max(64))
  .max(20)
  .nullish()
  .transform((list) => list ?? []);

const saveInput = z.object({
  id: z.string().nullish(),
  expectedRevision: z.number().int().nullish(),
  slug,
  name: z.string().min(1).max(200),
  description: z
    .string()
    .max(2000)
    .nullish()
    .transform((text) => text ?? ''),
  frameworks: words,
  replaceable: z.boolean(),
  replaces: words,
  rules: rulesInput,
  note: z.string().max(2000).nullish(),
  idempotencyKey,
});
type PolicyToSave = z.output<typeof saveInput>;
/** `rules` are checked by their kinds. */
export type PolicySaveInput = Omit<z.input<typeof saveInput>, 'rules'> & { readonly rules: readonly object[] };

/** Writes a new version of a policy, which holds at once wherever the policy is bound; without `id` a new policy. */
export function savePolicy(changes: Changes, { ids, clock }: Runtime) {
  return async (caller: Caller, given: PolicySaveInput): Promise<PolicyChange> => {
    const wanted = parse(saveInput, given);
    const { organizationId, apiKeyId } = caller;
    let diff: readonly FieldChange[] = [];
    const change = await changes.make(
      topicOf(organizationId),
      async (tx) => {
        const before = await policyToChange(tx, organizationId, wanted);
        const policy = rowOf(wanted, before, before?.id ?? ids.next('pol'));
        const rulesBefore = before && (await rulesOf(tx, before.id, before.version));
        const at = new Date(clock.now());
        await writePolicy(tx, organizationId, policy, at);
        await insertVersion(tx, {
          policyId: policy.id,
          version: policy.version,
          rules: wanted.rules,
          note: wanted.note ?? null,
          createdBy: apiKeyId,
          createdAt: at,
        });
        diff = diffOf(before && shown(before, rulesBefore ?? []), shown(policy, wanted.rules));
        return {
          organizationId,
          actor: actorOf(caller),
          action: before ? 'policy.change' : 'policy.create',
          resourceType: 'Policy',
          resourceId: policy.id,
          reason: wanted.note ?? null,
          diff,
        };
      },
      idempotencyOf(caller, 'policySave', wanted),
    );
    return { policyId: change.resourceId, change, diff };
  };
}

/** The policy that `input` means; null when it is to be made. */
async function policyToChange(tx: Transaction, organizationId: string, input: PolicyToSave): Promise<PolicyRow | null> {
  if (!input.id) {
    const taken = await policyBySlug(tx, organizationId, input.slug);
    if (!taken) return null;
    const message = `There is a policy '${input.slug}' already. To save a new version of it, pass its id ${taken.id}.`;
    throw ValidationProblem.at('slug', 'SLUG_TAKEN', message);
  }
  const policy = await policyById(tx, organizationId, input.id);
  if (!policy) throw new NotFoundProblem('Policy', input.id);
  if (typeof input.expectedRevision === 'number') mustBe(policy, input.expectedRevision);
  if (input.slug !== policy.slug) {
    const message = `Policies that replace this one name it '${policy.slug}', so it keeps that slug.`;
    throw ValidationProblem.at('slug', 'SLUG_FIXED', message);
  }
  return policy;
}

/** @throws ConflictProblem when somebody changed the policy since the caller read it */
export function mustBe({ slug, revision }: PolicyRow, expectedRevision: number): void {
  if (expectedRevision === revision) return;
  throw new ConflictProblem(
    `Policy '${slug}' has been changed in the meantime. Read it again (it is at revision ${revision}) and repeat.`,
    revision,
  );
}

function rowOf(wanted: PolicyToSave, before: PolicyRow | null, id: string): PolicyRow {
  const { slug, name, description, frameworks, replaceable, replaces } = wanted;
  const counts = { version: (before?.version ?? 0) + 1, revision: (before?.revision ?? 0) + 1 };
  return { id, slug, name, description, frameworks, replaceable, replaces, ...counts };
}

/** Rules by their place and kind, so that the diff says which of them changed and in what. */
function shown(policy: PolicyRow, rules: readonly StoredRule[]): Json {
  const { id: _id, revision: _revision, ...fields } = policy;
  const byPlace = rules.map(({ kind, config }, place) => [`${place} ${kindNames[kind]}`, { ...config }] as const);
  return { ...fields, rules: Object.fromEntries(byPlace) } as Json;
}
