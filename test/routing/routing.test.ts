import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Caller } from '../../src/core/caller.ts';
import type { FieldChange } from '../../src/core/change.ts';
import {
  ConflictProblem,
  IdempotencyConflictProblem,
  NotFoundProblem,
  ValidationProblem,
} from '../../src/core/problem.ts';
import { type House, openHouse } from './house.ts';

let house: House;
let caller: Caller;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());
beforeEach(() => {
  caller = house.stranger();
});

describe('saving', () => {
  test('makes a draft, which serves nothing', async () => {
    const { change } = await house.save(caller, ['sim/small-1']);
    expect(change).toMatchObject({ revision: 1n, replayed: false });
    expect(await house.serving(caller, 'support')).toBeNull();
  });

  test('again writes the next version and leaves the published one alone', async () => {
    const { routeId: id } = await house.save(caller, ['sim/small-1']);
    await house.publish(caller, id, 1, 1);
    const second = await house.save(caller, ['sim/large-1', 'openai/gpt'], { id, expectedRevision: 2 });
    expect(second.routeId).toBe(id);
    expect(modelsIn(second.diff)).toEqual([
      ['REPLACE', 'rules.0.targets.0.model', 'sim/small-1', 'sim/large-1'],
      ['ADD', 'rules.0.targets.1.model', null, 'openai/gpt'],
    ]);
    expect(await house.serving(caller, 'support')).toEqual(['sim/small-1']);
  });

  test('an unknown model is refused at its place, with the nearest names', async () => {
    const problem = await house.save(caller, ['sim/small-1', 'openai/gtp']).catch((error) => error);
    expect(problem).toBeInstanceOf(ValidationProblem);
    expect(problem.issues).toEqual([
      {
        path: ['rules', '0', 'targets', '1', 'model'],
        code: 'UNKNOWN',
        message: "There is no model 'openai/gtp'.",
        suggestions: ['openai/gpt'],
      },
    ]);
    expect(await house.auditOf(caller)).toEqual([]);
  });

  test('warns of targets that would be skipped or cost nobody knows what', async () => {
    const { warnings } = await house.save(caller, ['keyless/model']);
    expect(warnings.map(({ path }) => path.join('.'))).toEqual(['rules.0.targets.0.model', 'rules.0.targets.0.model']);
    expect(warnings.map(({ message }) => message).join(' ')).toMatch(/no credential.*Nobody knows the price/);
  });

  test('warns when every target is switched off', async () => {
    const targets = [{ model: 'sim/small-1', enabled: false }];
    const { warnings } = await house.save(caller, [], { rules: [{ name: 'always', targets }] });
    expect(warnings).toMatchObject([{ path: ['rules', '0', 'targets'] }]);
  });

  test('a slug that is taken needs the id of its route', async () => {
    const { routeId } = await house.save(caller, ['sim/small-1']);
    const problem = await house.save(caller, ['sim/large-1']).catch((error) => error);
    expect(problem.issues).toMatchObject([{ path: ['slug'], code: 'SLUG_TAKEN' }]);
    expect(problem.message).toContain(routeId);
  });

  test('a route keeps its slug, because callers know it by that', async () => {
    const { routeId: id } = await house.save(caller, ['sim/small-1']);
    const problem = await house.save(caller, ['sim/small-1'], { id, slug: 'help' }).catch((error) => error);
    expect(problem.issues).toMatchObject([{ path: ['slug'], code: 'SLUG_FIXED' }]);
  });

  test('over somebody else’s change is a conflict that says where the route is now', async () => {
    const { routeId: id } = await house.save(caller, ['sim/small-1']);
    await house.save(caller, ['sim/large-1'], { id, expectedRevision: 1 });
    const problem = await house.save(caller, ['openai/gpt'], { id, expectedRevision: 1 }).catch((error) => error);
    expect(problem).toBeInstanceOf(ConflictProblem);
    expect(problem.currentRevision).toBe(2);
  });

  test('of two at the same time with the same revision, one wins', async () => {
    const { routeId: id } = await house.save(caller, ['sim/small-1']);
    const outcomes = await Promise.allSettled([
      house.save(caller, ['sim/large-1'], { id, expectedRevision: 1 }),
      house.save(caller, ['openai/gpt'], { id, expectedRevision: 1 }),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  test('twice with one idempotency key saves once', async () => {
    const first = await house.save(caller, ['sim/small-1'], { idempotencyKey: 'once' });
    const again = await house.save(caller, ['sim/small-1'], { idempotencyKey: 'once' });
    expect(again).toMatchObject({ routeId: first.routeId, diff: [], change: { replayed: true } });
    expect(again.change.auditEventId).toBe(first.change.auditEventId);
    await expect(house.save(caller, ['sim/large-1'], { idempotencyKey: 'once' })).rejects.toThrow(
      IdempotencyConflictProblem,
    );
    expect(await house.auditOf(caller)).toHaveLength(1);
  });
});

describe('publishing', () => {
  test('lets a version serve traffic at once', async () => {
    const { routeId: id } = await house.save(caller, ['sim/small-1', 'openai/gpt']);
    const { diff } = await house.publish(caller, id, 1, 1);
    expect(await house.serving(caller, 'support')).toEqual(['sim/small-1', 'openai/gpt']);
    expect(diff[0]).toMatchObject({ path: ['publishedVersion'], before: null, after: 1 });
  });

  test('reaches another instance, which had the version before at hand', async () => {
    const { routeId: id } = await house.save(caller, ['sim/small-1']);
    await house.publish(caller, id, 1, 1);
    expect(await house.servingElsewhere(caller, 'support')).toEqual(['sim/small-1']);
    await house.save(caller, ['openai/gpt'], { id });
    await house.publish(caller, id, 2, 3);
    expect(await house.servingElsewhere(caller, 'support')).toEqual(['openai/gpt']);
  });

  test('replaces what was served, and the diff is between the two versions', async () => {
    const { routeId: id } = await house.save(caller, ['sim/small-1']);
    await house.save(caller, ['sim/small-1'], { id, rules: rulesWithTimeout(5000) });
    await house.publish(caller, id, 1, 2);
    const { diff } = await house.publish(caller, id, 2, 3);
    expect(diff.map(({ path, before, after }) => [path.join('.'), before, after])).toEqual([
      ['publishedVersion', 1, 2],
      ['rules.0.targets.0.timeoutMs', 60_000, 5000],
    ]);
  });

  test('over somebody else’s change is a conflict, and changes nothing', async () => {
    const { routeId: id } = await house.save(caller, ['sim/small-1']);
    await expect(house.publish(caller, id, 1, 7)).rejects.toThrow(ConflictProblem);
    expect(await house.serving(caller, 'support')).toBeNull();
  });

  test('needs a version that exists', async () => {
    const { routeId: id } = await house.save(caller, ['sim/small-1']);
    await expect(house.publish(caller, id, 2, 1)).rejects.toThrow(NotFoundProblem);
  });

  test('warns of targets that will be skipped', async () => {
    const { routeId: id } = await house.save(caller, ['keyless/model']);
    expect((await house.publish(caller, id, 1, 1)).warnings).toHaveLength(2);
  });
});

describe('rolling back', () => {
  test('serves the earlier version again, and leaves the later one to be published once more', async () => {
    const { routeId: id } = await house.save(caller, ['sim/small-1']);
    await house.save(caller, ['openai/gpt'], { id });
    await house.publish(caller, id, 2, 2);
    await house.rollback(caller, id, 1);
    expect(await house.serving(caller, 'support')).toEqual(['sim/small-1']);
    await house.publish(caller, id, 2, 4);
    expect(await house.serving(caller, 'support')).toEqual(['openai/gpt']);
  });

  test.each([
    ['a version that was never published before', 3],
    ['the version that is published', 2],
  ])('to %s is refused', async (_what, toVersion) => {
    const { routeId: id } = await house.save(caller, ['sim/small-1']);
    await house.save(caller, ['openai/gpt'], { id });
    await house.save(caller, ['sim/large-1'], { id });
    await house.publish(caller, id, 2, 3);
    await expect(house.rollback(caller, id, toVersion)).rejects.toThrow(ValidationProblem);
  });

  test('needs a reason', async () => {
    const { routeId: id } = await house.save(caller, ['sim/small-1']);
    const book = await house.models.book('any');
    await expect(house.routing.rollback(caller, { id, toVersion: 1, reason: ' ' }, book)).rejects.toThrow('say why');
  });
});

test('every change leaves its audit event: who, what, and why', async () => {
  const { routeId: id } = await house.save(caller, ['sim/small-1'], { note: 'first' });
  await house.save(caller, ['openai/gpt'], { id });
  await house.publish(caller, id, 2, 2);
  await house.rollback(caller, id, 1);
  const events = await house.auditOf(caller);
  expect(events.map(({ action, reason }) => [action, reason])).toEqual([
    ['route.save', 'first'],
    ['route.save', null],
    ['route.publish', null],
    ['route.rollback', 'it was better'],
  ]);
  for (const event of events) {
    expect(event).toMatchObject({ actorId: caller.apiKeyId, resourceType: 'Route', resourceId: id });
  }
});

test('another organization’s route does not exist: not to save, publish, roll back or serve', async () => {
  const { routeId: id } = await house.save(caller, ['sim/small-1']);
  await house.publish(caller, id, 1, 1);
  const other = house.stranger();
  const notThere = new NotFoundProblem('Route', id);
  await expect(house.save(other, ['sim/small-1'], { id })).rejects.toEqual(notThere);
  await expect(house.publish(other, id, 1, 2)).rejects.toEqual(notThere);
  await expect(house.rollback(other, id, 1)).rejects.toEqual(notThere);
  expect(await house.serving(other, 'support')).toBeNull();
  expect(await house.save(other, ['sim/large-1'])).toBeDefined();
});

describe('the first start', () => {
  const simulator = { slug: 'sim', small: 'small-1', large: 'large-1' };
  const openai = { slug: 'openai', small: 'gpt', large: 'openai/gpt' };

  test('publishes a default route on the simulator, and two for every provider with a key', async () => {
    await house.routing.firstStart(caller.organizationId, [simulator, openai]);
    const routes = await house.routing.routes(caller.organizationId);
    expect(routes.slugs()).toEqual(['default', 'openai-large', 'openai-small']);
    expect(await house.serving(caller, 'default')).toEqual(['sim/small-1', 'sim/large-1']);
    expect(await house.serving(caller, 'openai-small')).toEqual(['openai/gpt']);
  });

  test('adds nothing when it comes again, except for a provider that is new', async () => {
    await house.routing.firstStart(caller.organizationId, [simulator]);
    await house.routing.firstStart(caller.organizationId, [simulator]);
    expect(await house.auditOf(caller)).toHaveLength(1);
    await house.routing.firstStart(caller.organizationId, [simulator, openai]);
    expect(await house.auditOf(caller)).toHaveLength(3);
  });

  test('of two instances at once seeds once', async () => {
    const start = () => house.routing.firstStart(caller.organizationId, [simulator, openai]);
    await Promise.all([start(), start()]);
    expect(await house.auditOf(caller)).toHaveLength(3);
  });

  test('leaves what people changed as they left it', async () => {
    await house.routing.firstStart(caller.organizationId, [simulator]);
    const route = await house.database.prisma.route.findFirstOrThrow({
      where: { organizationId: caller.organizationId, slug: 'default' },
    });
    await house.save(caller, ['openai/gpt'], { id: route.id, slug: 'default' });
    await house.publish(caller, route.id, 2, 2);
    await house.routing.firstStart(caller.organizationId, [simulator]);
    expect(await house.serving(caller, 'default')).toEqual(['openai/gpt']);
  });

  test('leaves a route of that name alone that somebody made before', async () => {
    await house.save(caller, ['sim/large-1'], { slug: 'openai-large' });
    await house.routing.firstStart(caller.organizationId, [openai]);
    expect(await house.serving(caller, 'openai-large')).toBeNull();
    expect(await house.serving(caller, 'openai-small')).toEqual(['openai/gpt']);
  });
});

const rulesWithTimeout = (timeoutMs: number) => [{ name: 'always', targets: [{ model: 'sim/small-1', timeoutMs }] }];

function modelsIn(diff: readonly FieldChange[]) {
  const changes = diff.filter(({ path }) => path.at(-1) === 'model');
  return changes.map(({ op, path, before, after }) => [op, path.join('.'), before, after]);
}
