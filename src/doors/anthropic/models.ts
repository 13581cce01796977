import { Refusal } from '../http/refusal.ts';
import { say } from '../http/say.ts';
import { offered } from '../offered.ts';
import type { Endpoint } from '../visit.ts';

const PAGE = 20;
const MOST = 1000;

/** `GET /v1/models`, a page at a time: routes and models that can be asked now. */
export const models: Endpoint = {
  method: 'GET',
  path: /^\/v1\/models$/,
  scope: null,
  async answer(visit) {
    const { query, response } = visit;
    const all = await offered(visit);
    const limit = Math.min(Math.max(Math.trunc(Number(query.get('limit') ?? PAGE)) || PAGE, 1), MOST);
    const [after, before] = [query.get('after_id'), query.get('before_id')];
    const from = after === null ? 0 : all.findIndex(({ id }) => id === after) + 1;
    const end = before === null ? all.length : all.findIndex(({ id }) => id === before);
    const page = all.slice(from, Math.max(from, end)).slice(0, limit);
    const answer = {
      data: page.map(modelBody),
      has_more: from + page.length < all.length,
      first_id: page[0]?.id ?? null,
      last_id: page.at(-1)?.id ?? null,
    };
    say(response, answer);
  },
};

/** `GET /v1/models/{model}` */
export const model: Endpoint = {
  method: 'GET',
  path: /^\/v1\/models\/(?<model>.+)$/,
  scope: null,
  async answer(visit) {
    const { params, response } = visit;
    const found = (await offered(visit)).find(({ id }) => id === params.model);
    if (!found) throw new Refusal(404, `model: ${params.model?.slice(0, 100)}`);
    say(response, modelBody(found));
  },
};

/** When a model came out is not known here. */
function modelBody({ id }: { readonly id: string }) {
  return { type: 'model', id, display_name: id, created_at: '1970-01-01T00:00:00Z' };
}
