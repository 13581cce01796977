import type { Scope } from '../../../src/core/caller.ts';

export type Speech = 'openai' | 'anthropic' | 'exports' | 'operations';

/** Where people who are signed in may ask as well; keys alone may elsewhere. */
export const peopleToo: readonly Speech[] = ['exports'];

/** Something that can be asked at a door, and the scope that it takes; null: any of those may. */
export type DoorRow = readonly [speech: Speech, method: string, path: string, scope: Scope | null];

/**
 * Everything that can be asked at a door that is no GraphQL: who may is said here once more, apart from the code, with
 * names of nothing in the paths.
 */
export const doorRights: readonly DoorRow[] = [
  ['openai', 'POST', '/v1/chat/completions', 'COMPLETIONS_WRITE'],
  ['openai', 'POST', '/v1/responses', 'COMPLETIONS_WRITE'],
  ['openai', 'POST', '/v1/embeddings', 'COMPLETIONS_WRITE'],
  ['openai', 'POST', '/v1/images/generations', 'COMPLETIONS_WRITE'],
  ['openai', 'POST', '/v1/audio/speech', 'COMPLETIONS_WRITE'],
  ['openai', 'POST', '/v1/audio/transcriptions', 'COMPLETIONS_WRITE'],
  ['openai', 'POST', '/v1/files', 'FILES_WRITE'],
  ['openai', 'GET', '/v1/files', 'FILES_READ'],
  ['openai', 'GET', '/v1/files/fil_none', 'FILES_READ'],
  ['openai', 'GET', '/v1/files/fil_none/content', 'FILES_READ'],
  ['openai', 'DELETE', '/v1/files/fil_none', 'FILES_WRITE'],
  ['openai', 'GET', '/v1/models', null],
  ['openai', 'GET', '/v1/models/sim/echo-1', null],
  ['anthropic', 'POST', '/v1/messages', 'COMPLETIONS_WRITE'],
  ['anthropic', 'POST', '/v1/messages/count_tokens', 'COMPLETIONS_WRITE'],
  ['anthropic', 'POST', '/v1/files', 'FILES_WRITE'],
  ['anthropic', 'GET', '/v1/files', 'FILES_READ'],
  ['anthropic', 'GET', '/v1/files/fil_none', 'FILES_READ'],
  ['anthropic', 'GET', '/v1/files/fil_none/content', 'FILES_READ'],
  ['anthropic', 'DELETE', '/v1/files/fil_none', 'FILES_WRITE'],
  ['anthropic', 'GET', '/v1/models', null],
  ['anthropic', 'GET', '/v1/models/sim/echo-1', null],
  ['exports', 'GET', '/exports/xpo_none', null],
  ['operations', 'GET', '/operations/None', null],
  ['operations', 'POST', '/operations/None', null],
];

/** How a key is shown there. */
export function showing(speech: Speech, key: string): Record<string, string> {
  return speech === 'anthropic'
    ? { 'x-api-key': key, 'anthropic-version': '2023-06-01' }
    : { authorization: `Bearer ${key}` };
}
