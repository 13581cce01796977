import type { ModelCard } from '../../core/decision.ts';
import { Refusal } from '../http/refusal.ts';
import { say } from '../http/say.ts';
import { offered } from '../offered.ts';
import type { Endpoint } from '../visit.ts';

/** `GET /v1/models` */
export const models: Endpoint = {
  method: 'GET',
  path: /^\/v1\/models$/,
  scope: null,
  async answer(visit) {
    const data = (await offered(visit)).map(({ id, provider }) => modelBody(id, provider));
    say(visit.response, { object: 'list', data });
  },
};

/** `GET /v1/models/{model}`, dated and unlisted names included. */
export const model: Endpoint = {
  method: 'GET',
  path: /^\/v1\/models\/(?<model>.+)$/,
  scope: null,
  async answer({ response, rooms, caller, params }) {
    const name = decoded(params.model ?? '');
    const slug = name.startsWith('route/') ? name.slice('route/'.length) : null;
    if (slug !== null && (await rooms.routing.routes(caller.organizationId)).get(slug)) {
      return say(response, modelBody(name, 'glidepath'));
    }
    const card = (await rooms.models.book(caller.organizationId)).get(name);
    if (!card) throw new Refusal(404, `The model '${name.slice(0, 100)}' does not exist`, 'model', 'model_not_found');
    return say(response, bodyOf(card));
  },
};

function bodyOf({ name, providerSlug }: ModelCard) {
  return modelBody(name, providerSlug);
}

/** When a model was made is not known here; theirs is a date of the vendor's books. */
function modelBody(id: string, owned_by: string) {
  return { id, object: 'model', created: 0, owned_by };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
