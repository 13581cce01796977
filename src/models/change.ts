import type { ChangeReceipt } from '../core/change.ts';
import type { ModelBook } from '../core/decision.ts';
import { ValidationProblem } from '../core/problem.ts';
import { modelsInstead } from '../core/suggest.ts';

export interface ModelChanged {
  /** `provider/model` */
  readonly model: string;
  readonly change: ChangeReceipt;
}

/** What snapshots of an organization's prices and model settings are refreshed by. */
export function topicOf(organizationId: string): string {
  return `models:${organizationId}`;
}

/** @throws ValidationProblem with the nearest names */
export function refuseUnknown(name: string, book: ModelBook, path: string): void {
  if (book.get(name)) return;
  const { names, hint } = modelsInstead(name, book);
  throw ValidationProblem.at(path, 'UNKNOWN', `There is no model '${name}'.${hint}`, names);
}
