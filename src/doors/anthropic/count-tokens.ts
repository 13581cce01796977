import { inputTokens } from '../../core/prompt-size.ts';
import { toRequest } from '../call-input.ts';
import { say } from '../http/say.ts';
import { targetFor } from '../target.ts';
import type { Endpoint } from '../visit.ts';
import { countBody, readBody } from './body.ts';
import { askedInput } from './input.ts';

/** `POST /v1/messages/count_tokens`: what the gateway itself goes by before a call. An estimate, and said to be one. */
export const countTokens: Endpoint = {
  method: 'POST',
  path: /^\/v1\/messages\/count_tokens$/,
  scope: 'COMPLETIONS_WRITE',
  async answer(visit) {
    const body = await readBody(visit.request, countBody);
    const target = await targetFor(visit, body.model);
    const request = toRequest(askedInput(body, target, false), visit.caller);
    say(visit.response, { input_tokens: inputTokens(request) }, { 'x-glidepath-usage-source': 'ESTIMATED' });
  },
};
