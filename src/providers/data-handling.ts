import type { DataHandling } from '../core/decision.ts';
import type { ProviderRow } from './store.ts';

/** What the vendor says in public of what it does with what it is sent, as long as nothing else was agreed. */
export interface PublicDataHandling {
  readonly trainsOnInputs: boolean;
  readonly zeroRetention: boolean;
  /** Where that stands, and when it was read. */
  readonly source: string;
}

/** With who says so: the vendor's page, or, when the organization has stated something itself, null. */
export interface StatedDataHandling extends DataHandling {
  readonly source: string | null;
}

/**
 * Pure. What the organization states holds, all of it, since contracts differ; without it what the vendor says in public,
 * unless the provider is reached at an address of the organization's own, which is then somebody else's server.
 * @returns null while nobody has stated anything
 */
export function handlingOf(
  { dataHandling: vendor }: { readonly dataHandling: PublicDataHandling | null },
  { dataHandling: stated, baseUrl }: Pick<ProviderRow, 'dataHandling' | 'baseUrl'>,
): StatedDataHandling | null {
  if (stated) return { ...stated, source: null };
  if (!vendor || baseUrl !== null) return null;
  // Where a call is answered depends on more than a setting: models with names of their own, profiles over regions.
  return { regions: [], ...vendor };
}
