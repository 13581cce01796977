import { LRUCache } from 'lru-cache';
import type { Target } from '../core/chat.ts';
import type { ModelBook, ModelCard } from '../core/decision.ts';
import { oncePer } from '../core/once-per.ts';
import { didYouMean, nearest } from '../core/suggest.ts';
import type { RouteBook } from '../routing/index.ts';
import { Refusal } from './http/refusal.ts';
import type { Visit } from './visit.ts';

const ROUTE = 'route/';

/** As `targetOf`, among what the caller's organization has. */
export async function targetFor({ rooms, caller }: Pick<Visit, 'rooms' | 'caller'>, name: string): Promise<Target> {
  const { organizationId } = caller;
  return targetOf(name, await rooms.models.book(organizationId), await rooms.routing.routes(organizationId));
}

/**
 * What a vendor's `model` means here: `route/support` a route, `anthropic/claude-…` a model, and a bare name the one
 * model of that name that the organization can use.
 * @throws Refusal 404 `model_not_found` for a bare name that nobody has, or more than one
 */
export function targetOf(name: string, models: ModelBook, routes: RouteBook): Target {
  if (name.startsWith(ROUTE)) {
    const route = name.slice(ROUTE.length);
    if (routes.get(route)) return { route };
    throw missing(`There is no published route '${shown(route)}'.${didYouMean(nearest(route, routes.slugs()))}`);
  }
  if (models.get(name)) return { model: name };
  const offers = offersOf(name, models);
  if (offers.length === 1) return { model: offers[0]!.name };
  const usable = offers.filter(({ enabled, hasCredential }) => enabled && hasCredential);
  const [only, ...others] = usable.length > 0 ? usable : offers;
  if (only && others.length === 0) return { model: only.name };
  if (only) {
    const names = [only, ...others].map((card) => `'${card.name}'`).join(' or ');
    throw missing(`'${shown(name)}' is a model of several providers here. Say which one: ${names}.`);
  }
  const names = [...models.list().map((card) => card.name), ...routes.slugs().map((slug) => `${ROUTE}${slug}`)];
  const hint = didYouMean(nearest(name, names));
  throw missing(`The model '${shown(name)}' does not exist or you do not have access to it.${hint}`);
}

/** Dated names are not listed, and are known by their price; a provider that takes any name says nothing by taking one. */
function offersOf(name: string, models: ModelBook): readonly ModelCard[] {
  const { names, slugs, offers } = indexOf(models.list());
  const known = offers.get(name);
  if (known) return known;
  const found = slugs.flatMap((slug) => {
    const card = models.get(`${slug}/${name}`);
    return card && (card.prices !== null || names.has(card.name)) ? [card] : [];
  });
  if (found.length > 0) offers.set(name, found);
  return found;
}

interface Index {
  readonly names: ReadonlySet<string>;
  readonly slugs: readonly string[];
  /** By bare names that have been asked for. */
  readonly offers: LRUCache<string, readonly ModelCard[]>;
}
const REMEMBERED_NAMES = 500;
/** A book hands out the same list until it changes. */
const indexOf = oncePer(
  (listed: readonly ModelCard[]): Index => ({
    names: new Set(listed.map((card) => card.name)),
    slugs: [...new Set(listed.map(({ providerSlug }) => providerSlug))],
    offers: new LRUCache<string, readonly ModelCard[]>({ max: REMEMBERED_NAMES }),
  }),
);

function missing(message: string): Refusal {
  return new Refusal(404, message, 'model', 'model_not_found');
}

function shown(name: string): string {
  return name.length > 100 ? `${name.slice(0, 100)}…` : name;
}
