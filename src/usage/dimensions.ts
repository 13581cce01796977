import type { Bind } from './sql.ts';

/** What sums can be grouped by, and the column that says it. */
const dimensionColumns = {
  MODEL: 'model',
  PROVIDER: 'provider',
  ROUTE: 'route_slug',
  TEAM: 'team_id',
  PROJECT: 'project_id',
  API_KEY: 'api_key_id',
  END_USER: 'end_user',
  RUN: 'run_id',
  STATUS: 'status',
  ERROR_CODE: 'error_code',
} as const;

export type DimensionName = keyof typeof dimensionColumns;

export const dimensionNames = Object.keys(dimensionColumns) as DimensionName[];

/** A property of calls, or the value of one of their tags. */
export type Dimension = { readonly by: DimensionName } | { readonly tagKey: string };

/** `MODEL`, or `tag:feature` */
export function nameOf(dimension: Dimension): string {
  return 'by' in dimension ? dimension.by : `tag:${dimension.tagKey}`;
}

/** Text, null for calls that have no such thing. */
export function sqlOf(dimension: Dimension, bind: Bind): string {
  return 'by' in dimension ? dimensionColumns[dimension.by] : `tags ->> ${bind(dimension.tagKey, 'text')}`;
}
