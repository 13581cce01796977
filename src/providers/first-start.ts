import { diffOf, systemActor } from '../core/change.ts';
import type { Runtime } from '../core/runtime.ts';
import type { Changes } from '../platform/changes.ts';
import type { Database } from '../platform/database/database.ts';
import { type CatalogueRow, catalogue } from './catalogue.ts';
import { addressOf } from './catalogue-row.ts';
import { topicOf } from './change.ts';
import { lastFourOf } from './credentials.ts';
import type { Environment } from './directory.ts';
import { type ProviderRow, providersOf, saveCredential, saveProvider } from './store.ts';

/** A provider that can answer from the start, and its models for routes, as the provider names them. */
export interface SeededProvider {
  readonly slug: string;
  readonly large: string;
  readonly small: string;
}

/**
 * Makes the simulator, and every provider whose key (and settings) are in the environment; those that the catalogue
 * names models for are returned. A provider that stands already, by slug, is left as people made it, and one that was seeded before is not seeded again.
 */
export function firstStart(database: Database, changes: Changes, environment: Environment, runtime: Runtime) {
  return async (organizationId: string): Promise<readonly SeededProvider[]> => {
    const there = new Set((await providersOf(database, organizationId)).map(({ slug }) => slug));
    const seeded: SeededProvider[] = [];
    for (const row of catalogue as readonly CatalogueRow[]) {
      const envName = row.secretNames.find((name) => environment[name]);
      if (envName === undefined && (row.needs.includes('secret') || !row.seeded)) continue;
      if (row.baseUrl !== null && addressOf(row.baseUrl, settingsFrom(environment, row)) === null) continue;
      if (!there.has(row.slug)) await seed(changes, runtime, organizationId, row, envName ?? null, environment);
      if (row.seeded) seeded.push({ slug: row.slug, ...row.seeded });
    }
    return seeded;
  };
}

async function seed(
  changes: Changes,
  { ids, clock }: Runtime,
  organizationId: string,
  row: CatalogueRow,
  envName: string | null,
  environment: Environment,
): Promise<void> {
  const { slug, kind, displayName } = row;
  const provider: ProviderRow = {
    id: ids.next('prv'),
    slug,
    kind,
    displayName,
    baseUrl: null,
    settings: settingsFrom(environment, row),
    enabled: true,
    dataHandling: null,
    revision: 1,
  };
  const at = new Date(clock.now());
  await changes.make(
    topicOf(organizationId),
    async (tx) => {
      await saveProvider(tx, organizationId, provider, at);
      if (envName !== null) {
        const credential = {
          id: ids.next('crd'),
          providerId: provider.id,
          label: 'environment',
          envName,
          ciphertext: null,
          weight: 1,
        };
        await saveCredential(tx, organizationId, { ...credential, lastFour: lastFourOf(environment[envName]) }, at);
      }
      return {
        organizationId,
        actor: systemActor,
        action: 'provider.seed',
        resourceType: 'Provider',
        resourceId: provider.id,
        diff: diffOf(null, { slug, kind, displayName, envName }),
      };
    },
    { organizationId, actorId: systemActor.id, key: `first-start:provider:${slug}`, input: slug },
  );
}

function settingsFrom(environment: Environment, { settings }: CatalogueRow): Readonly<Record<string, string>> {
  const found = settings.map(({ name, environment: variable }) => [name, environment[variable]] as const);
  return Object.fromEntries(found.filter((entry): entry is readonly [string, string] => !!entry[1]));
}
