import { expect, test } from 'vitest';
import { parseBody } from '../../src/doors/openai/body.ts';
import { responsesBody } from '../../src/doors/openai/responses/body.ts';
import { leftBehind } from '../support/left-behind.ts';

const MEGABYTE = 1_000_000;

test('what was read of a conversation leaves nothing to full collections', async () => {
  const asked = JSON.stringify({ model: 'gpt-5', input: [{ role: 'user', content: 'x'.repeat(MEGABYTE) }] });
  const read = async () => {
    const { input } = parseBody(responsesBody, JSON.parse(asked));
    expect(input).toMatchObject([{ type: 'message', role: 'user' }]);
  };
  expect(await leftBehind(30, read)).toBeLessThan(10 * MEGABYTE);
});
