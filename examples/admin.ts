/** A change of the control plane: save a route, publish it, use it, change it, and go back. Deletes nothing. */
import {
  AuditEventsDocument,
  createGlidepath,
  RouteDocument,
  RoutePublishDocument,
  RouteRollbackDocument,
  RouteSaveDocument,
  type RouteSummaryFragment,
  unwrap,
} from '../src/client/index.ts';

const glidepath = createGlidepath({
  url: process.env.GLIDEPATH_URL ?? 'http://127.0.0.1:4000',
  apiKey: process.env.GLIDEPATH_KEY,
});
const slug = 'example';

const first = await publish(await save('sim/small-1'));
await use();
await publish(await save('sim/large-1'));
await use();
await goBackTo(first.published!.version);
await use();
await tellWhatIsRecorded(first.id);

/** A new version of the route; saving alone changes nothing for callers. */
async function save(model: string): Promise<RouteSummaryFragment> {
  const { route: known } = await glidepath.request(RouteDocument, { ref: { slug }, versions: 1 });
  const input = {
    ...(known && { id: known.id, expectedRevision: known.revision }),
    slug,
    name: 'Example',
    note: `answers come from ${model}`,
    rules: [{ name: 'always', targets: [{ model }, { model: 'sim/echo-1' }] }],
  };
  const { route, warnings } = unwrap((await glidepath.request(RouteSaveDocument, { input })).routeSave);
  for (const { message } of warnings) console.log(`warning: ${message}`);
  console.log(`saved version ${route.draft?.version}: ${route.draft?.note}`);
  return route;
}

async function publish(route: RouteSummaryFragment): Promise<RouteSummaryFragment> {
  const version = route.draft!.version;
  const variables = { id: route.id, version, expectedRevision: route.revision };
  const published = unwrap((await glidepath.request(RoutePublishDocument, variables)).routePublish);
  console.log(`published version ${version}`);
  return published.route;
}

async function goBackTo(toVersion: number): Promise<void> {
  const variables = { id: first.id, toVersion, reason: 'the example is over' };
  unwrap((await glidepath.request(RouteRollbackDocument, variables)).routeRollback);
  console.log(`rolled back to version ${toVersion}`);
}

async function use(): Promise<void> {
  const { model, cost } = await glidepath.complete({ route: slug, user: 'Which model are you?' });
  console.log(`  the route answers with ${model}, for ${cost.total.display}`);
}

async function tellWhatIsRecorded(resourceId: string): Promise<void> {
  const variables = { filter: { resourceId }, first: 5 };
  const { auditEvents } = await glidepath.request(AuditEventsDocument, variables);
  console.log('\nthe last changes of this route:');
  for (const { at, action, actor, diff } of auditEvents.nodes) {
    const fields = new Set(diff.map(({ path }) => path[0]));
    console.log(`  ${at}  ${action.padEnd(15)} by ${actor.name}: ${[...fields].join(', ')}`);
  }
}
