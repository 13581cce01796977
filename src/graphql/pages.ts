import SchemaBuilder, { BasePlugin, type PothosOutputFieldConfig, type SchemaTypes } from '@pothos/core';
import type { Pricing } from './cost.ts';
import { refusal } from './refusals.ts';

const NAME = 'pages';

declare global {
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> {
      [NAME]: PagesPlugin<Types>;
    }
  }
}

const MAX_PAGE = 100;

/**
 * A list that can grow is read page by page, and the caller says how long a page is: `first` or `last`, 1 to 100. Every
 * field with these arguments is held to it, and costs as many times its selection as it asks for; no room can forget.
 * Both happen where the operation is priced (cost.ts), so a nested page is refused before its parent was read.
 */
class PagesPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override onOutputFieldConfig(field: PothosOutputFieldConfig<Types>): PothosOutputFieldConfig<Types> {
    if ('first' in field.args && 'last' in field.args) {
      const complexity = (args: PageArguments, pricing: Pricing) => {
        pricing.asksArguments = true;
        return { field: 1, multiplier: pageSize(args, field.name) };
      };
      return { ...field, extensions: { ...field.extensions, complexity } };
    }
    // The page has been multiplied already; its edges and nodes would multiply it again.
    if (field.parentType.endsWith('Connection') && field.type.kind === 'List') {
      return { ...field, extensions: { ...field.extensions, complexity: { field: 1, multiplier: 1 } } };
    }
    return field;
  }
}

interface PageArguments {
  readonly first?: number | null;
  readonly last?: number | null;
}

function pageSize({ first, last }: PageArguments, fieldName: string): number {
  const size = first ?? last;
  if (size === null || size === undefined) {
    throw refusal('BAD_USER_INPUT', `Say how many: ${fieldName}(first: 20). A page holds 1 to ${MAX_PAGE}.`);
  }
  if (first !== null && first !== undefined && last !== null && last !== undefined) {
    throw refusal('BAD_USER_INPUT', `${fieldName} takes first or last, not both.`);
  }
  if (size < 1 || size > MAX_PAGE) {
    throw refusal('BAD_USER_INPUT', `A page of ${fieldName} holds 1 to ${MAX_PAGE}, not ${size}.`);
  }
  return size;
}

SchemaBuilder.registerPlugin(NAME, PagesPlugin);

export default NAME;
