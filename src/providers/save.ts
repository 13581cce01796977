import type { z } from 'zod';
import type { Caller } from '../core/caller.ts';
import { actorOf, type ChangeReceipt, diffOf } from '../core/change.ts';
import { parse } from '../core/parse.ts';
import { ConflictProblem, NotFoundProblem, ValidationProblem } from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';
import { type Changes, idempotencyOf } from '../platform/changes.ts';
import type { Transaction } from '../platform/database/database.ts';
import { type CatalogueRow, rowOf } from './catalogue.ts';
import { addressOf } from './catalogue-row.ts';
import { topicOf } from './change.ts';
import { demandEnvironment } from './environment-keys.ts';
import { type ProviderSaveInput, providerSaveInput } from './inputs.ts';
import { hasEnvironmentKey, type ProviderRow, providerById, providerBySlug, saveProvider } from './store.ts';

export interface ProviderChanged {
  readonly providerId: string;
  readonly change: ChangeReceipt;
}

/** Makes a provider or changes one; see the door. */
export function providerSave(changes: Changes, { ids, clock }: Runtime) {
  return async (caller: Caller, given: ProviderSaveInput): Promise<ProviderChanged> => {
    const input = parse(providerSaveInput, given);
    const { organizationId } = caller;
    const change = await changes.make(
      topicOf(organizationId),
      async (tx) => {
        const before = await providerToChange(tx, organizationId, input);
        const after = changed(before, input, ids.next('prv'));
        // Its keys go to its address.
        if (before && before.baseUrl !== after.baseUrl && (await hasEnvironmentKey(tx, before.id))) {
          demandEnvironment(caller);
        }
        await saveProvider(tx, organizationId, after, new Date(clock.now()));
        return {
          organizationId,
          actor: actorOf(caller),
          action: before ? 'provider.update' : 'provider.create',
          resourceType: 'Provider',
          resourceId: after.id,
          diff: diffOf(before && shown(before), shown(after)),
        };
      },
      idempotencyOf(caller, 'providerSave', input),
    );
    return { providerId: change.resourceId, change };
  };
}

type Input = z.output<typeof providerSaveInput>;

async function providerToChange(tx: Transaction, organizationId: string, input: Input): Promise<ProviderRow | null> {
  const { id, slug, kind, expectedRevision } = input;
  const before = id ? await providerById(tx, organizationId, id) : null;
  if (id && !before) throw new NotFoundProblem('Provider', id);
  const named = await providerBySlug(tx, organizationId, slug);
  if (named && named.id !== before?.id) {
    const message = `There is a provider '${slug}' already. To change it, pass its id ${named.id}.`;
    throw ValidationProblem.at('slug', 'TAKEN', message);
  }
  if (before && typeof expectedRevision === 'number' && expectedRevision !== before.revision) {
    throw new ConflictProblem(
      `Provider '${before.slug}' has been changed in the meantime. Read it again (it is at revision ${before.revision}) and repeat.`,
      before.revision,
    );
  }
  if (before && before.kind !== kind) {
    throw ValidationProblem.at(
      'kind',
      'FIXED',
      `A provider stays of its kind, ${before.kind}. Save a new one instead.`,
    );
  }
  return before;
}

/** What the input leaves out stays as it was. */
function changed(before: ProviderRow | null, input: Input, newId: string): ProviderRow {
  const row = rowOf(input.kind);
  const baseUrl = input.baseUrl === undefined ? (before?.baseUrl ?? null) : input.baseUrl;
  if (row.needs.includes('baseUrl') && baseUrl === null) {
    throw ValidationProblem.at(
      'baseUrl',
      'REQUIRED',
      `A provider of kind ${row.kind} needs a base URL: it has none of its own.`,
    );
  }
  const settings = settingsOf(row, input.settings, before);
  if (baseUrl === null && row.baseUrl !== null && addressOf(row.baseUrl, settings) === null) {
    const wanted = row.settings.map(({ name, description }) => `${name} (${description})`).join('; ');
    throw ValidationProblem.at('settings', 'REQUIRED', `A provider of kind ${row.kind} needs settings: ${wanted}.`);
  }
  return {
    id: before?.id ?? newId,
    slug: input.slug,
    kind: input.kind,
    displayName: input.displayName ?? before?.displayName ?? row.displayName,
    baseUrl,
    settings,
    enabled: input.enabled ?? before?.enabled ?? true,
    dataHandling: input.dataHandling === undefined ? (before?.dataHandling ?? null) : input.dataHandling,
    revision: (before?.revision ?? 0) + 1,
  };
}

/** @throws ValidationProblem for a setting that this kind of provider does not have */
function settingsOf(row: CatalogueRow, given: Input['settings'], before: ProviderRow | null): ProviderRow['settings'] {
  if (!given) return before?.settings ?? {};
  const known = row.settings.map(({ name }) => name);
  for (const { name } of given) {
    if (known.includes(name)) continue;
    const message = `A provider of kind ${row.kind} has no setting '${name}'.`;
    throw ValidationProblem.at('settings', 'UNKNOWN', message, known);
  }
  return Object.fromEntries(given.map(({ name, value }) => [name, value]));
}

function shown({ slug, kind, displayName, baseUrl, settings, enabled, dataHandling }: ProviderRow) {
  return { slug, kind, displayName, baseUrl, enabled, dataHandling: dataHandling && { ...dataHandling }, ...settings };
}
