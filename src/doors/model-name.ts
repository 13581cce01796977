import type { CompletionState } from '../completions/index.ts';

/** As the provider calls the model that answered, which is what its own API would say. */
export function modelOf({ attempts, model }: Pick<CompletionState, 'attempts' | 'model'>): string {
  const said = attempts.findLast((attempt) => attempt.outcome === 'SUCCEEDED')?.responseModel;
  return said ?? (model === null ? '' : bareName(model));
}

/** `openai/gpt-5` -> `gpt-5` */
export function bareName(model: string): string {
  return model.slice(model.indexOf('/') + 1);
}
