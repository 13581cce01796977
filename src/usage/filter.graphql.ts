import { told } from '../core/told.ts';
import { builder, ErrorCode } from '../graphql/builder.ts';
import { TimeRangeInput, timeRange } from '../graphql/range.ts';
import { TagInput } from '../graphql/words.ts';
import type { RequestFilter } from './filter.ts';
import { requestStatuses } from './record.ts';

export const RequestStatus = builder.enumType('RequestStatus', {
  description: 'How a call ended. A call that is still under way is no request yet.',
  values: requestStatuses,
});

export const RequestFilterInput = builder.inputType('RequestFilter', {
  description: 'A call must fit every field that is given; a list is fitted by any of its values.',
  fields: (t) => ({
    range: t.field({ type: TimeRangeInput, description: 'When the call came in.' }),
    status: t.field({ type: [RequestStatus] }),
    errorCode: t.field({ type: [ErrorCode] }),
    model: t.stringList({ description: 'provider/model of the answer, or of the last attempt.' }),
    provider: t.stringList({ description: 'Slugs.' }),
    route: t.idList({ description: 'Ids or slugs.' }),
    team: t.idList(),
    project: t.idList(),
    apiKey: t.idList(),
    endUser: t.stringList(),
    runId: t.string({ description: 'The agent run that the call belonged to.' }),
    traceId: t.string({ description: 'The trace that the call was part of: 32 hexadecimal digits.' }),
    tag: t.field({ type: [TagInput], description: 'All of them must be on the call.' }),
    minTotalMs: t.int({ description: 'Calls that took at least this long.' }),
  }),
});

/** @param now Unix ms, the end of a range that ends now. @param path of the filter in the operation's input */
export function requestFilter(
  input: typeof RequestFilterInput.$inferInput | null | undefined,
  now: number,
  path: string,
): RequestFilter {
  const { range, route, tag, minTotalMs, team, project, apiKey, runId, traceId, ...own } = input ?? {};
  const { status, errorCode, model, provider, endUser } = own;
  const lists = {
    status,
    errorCode,
    model,
    provider,
    endUser,
    teamId: team,
    projectId: project,
    apiKeyId: apiKey,
    runId: runId == null ? null : [runId],
    traceId: traceId == null ? null : [traceId.toLowerCase()],
  };
  return {
    range: range ? timeRange(range, now, `${path}.range`) : null,
    lists: told(lists),
    routes: route ?? null,
    tags: tag ?? [],
    minTotalMs: minTotalMs ?? null,
  };
}
