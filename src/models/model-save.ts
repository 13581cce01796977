import type { Caller } from '../core/caller.ts';
import { actorOf, diffOf } from '../core/change.ts';
import type { ProviderCard } from '../core/decision.ts';
import { parse } from '../core/parse.ts';
import { ValidationProblem } from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';
import { nearest } from '../core/suggest.ts';
import { type Changes, idempotencyOf } from '../platform/changes.ts';
import type { DatedBook } from './book.ts';
import { type ModelChanged, refuseUnknown, topicOf } from './change.ts';
import { type ModelSaveInput, modelSaveInput } from './inputs.ts';
import { type SettingRow, saveSetting, settingOf } from './store.ts';

/** Adds a model, or changes what is known of one; see the door. */
export function modelSave(changes: Changes, runtime: Runtime) {
  const write = settingWrite(changes, runtime);
  return async (caller: Caller, given: ModelSaveInput, providers: readonly ProviderCard[]): Promise<ModelChanged> => {
    const input = parse(modelSaveInput, given);
    refuseUnknownProvider(input.model, providers);
    return write(caller, 'modelSave', input, (before) => ({
      model: input.model,
      enabled: input.enabled ?? before?.enabled ?? true,
      added: true,
      contextTokens: input.contextTokens === undefined ? (before?.contextTokens ?? null) : input.contextTokens,
      maxOutputTokens: input.maxOutputTokens === undefined ? (before?.maxOutputTokens ?? null) : input.maxOutputTokens,
    }));
  };
}

/** Switches a model on or off for an organization; see the door. */
export function modelSetEnabled(changes: Changes, runtime: Runtime) {
  const write = settingWrite(changes, runtime);
  return async (caller: Caller, model: string, enabled: boolean, book: DatedBook): Promise<ModelChanged> => {
    refuseUnknown(model, book, 'id');
    return write(caller, 'modelSetEnabled', { model }, (before) => ({
      model,
      enabled,
      added: before?.added ?? false,
      contextTokens: before?.contextTokens ?? null,
      maxOutputTokens: before?.maxOutputTokens ?? null,
    }));
  };
}

function settingWrite(changes: Changes, { clock }: Runtime) {
  return async <Input extends { readonly model: string; readonly idempotencyKey?: string | null | undefined }>(
    caller: Caller,
    operation: string,
    input: Input,
    decide: (before: SettingRow | null) => SettingRow,
  ): Promise<ModelChanged> => {
    const { organizationId } = caller;
    const change = await changes.make(
      topicOf(organizationId),
      async (tx) => {
        const before = await settingOf(tx, organizationId, input.model);
        const after = decide(before);
        await saveSetting(tx, organizationId, after, new Date(clock.now()));
        return {
          organizationId,
          actor: actorOf(caller),
          action: before || !after.added ? 'model.update' : 'model.add',
          resourceType: 'Model',
          resourceId: after.model,
          diff: diffOf(before && { ...before }, { ...after }),
        };
      },
      idempotencyOf(caller, operation, input),
    );
    return { model: change.resourceId, change };
  };
}

function refuseUnknownProvider(model: string, providers: readonly ProviderCard[]): void {
  const slug = model.slice(0, model.indexOf('/'));
  if (providers.some((provider) => provider.slug === slug)) return;
  const suggestions = nearest(
    slug,
    providers.map((provider) => provider.slug),
  );
  throw ValidationProblem.at(
    'model',
    'UNKNOWN',
    `There is no provider '${slug}'. Save it first with providerSave; what its models are called comes after the slash.`,
    suggestions,
  );
}
