import type { Modality } from '../core/chat.ts';
import type { ToldFeature } from '../core/decision.ts';
import facts from './facts.json' with { type: 'json' };
import { bookedName } from './price-book.ts';

/** What is told of a model, beside its price. */
export interface ToldFacts {
  readonly contextTokens: number | null;
  readonly maxOutputTokens: number | null;
  readonly input: readonly Modality[];
  readonly output: readonly Modality[];
  readonly features: readonly ToldFeature[];
}

/** By price book and name. Written by write-facts.ts from models.dev. */
export type FactsFile = Readonly<Record<string, Readonly<Record<string, ToldFacts>>>>;

const books = facts as FactsFile;

/** @returns null for a model that the data does not know, also not by the name of its family */
export function toldFacts(book: string, modelId: string): ToldFacts | null {
  const models = books[book];
  return models?.[modelId] ?? models?.[bookedName(book, modelId) ?? ''] ?? null;
}
