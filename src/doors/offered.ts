import type { Visit } from './visit.ts';

export interface Offered {
  /** What to give as `model`. */
  readonly id: string;
  readonly provider: string;
}

/** Every published route, and every listed model that can be asked now. */
export async function offered({ rooms, caller }: Pick<Visit, 'rooms' | 'caller'>): Promise<Offered[]> {
  const [book, routes] = await Promise.all([
    rooms.models.book(caller.organizationId),
    rooms.routing.routes(caller.organizationId),
  ]);
  return [
    ...routes.slugs().map((slug) => ({ id: `route/${slug}`, provider: 'glidepath' })),
    ...book
      .list()
      .filter(({ enabled, hasCredential }) => enabled && hasCredential)
      .map(({ name, providerSlug }) => ({ id: name, provider: providerSlug })),
  ];
}
