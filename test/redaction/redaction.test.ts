import { describe, expect, test } from 'vitest';
import type { Message } from '../../src/core/chat.ts';
import type { ContentEvent } from '../../src/core/event.ts';
import { createRedaction } from '../../src/redaction/index.ts';
import { aRequest } from '../support/requests.ts';
import { aDemand, keyring, owner } from './demands.ts';

/** What each action leaves, in every place where something can be said. */

const { redact } = createRedaction(keyring);
const MAIL = 'frida@example.org';
const asking = (...parts: Message['parts']) => aRequest({ messages: [{ role: 'USER', parts }] });
const text = (said: string) => ({ kind: 'text', text: said }) as const;
const partOf = (redacted: ReturnType<typeof redact>) => redacted.request.messages[0]!.parts[0]!;

test('without rules, the request leaves and the answer comes back as it is', () => {
  const request = aRequest();
  const redacted = redact(request, [], owner);
  expect(redacted.request).toBe(request);
  const event = { kind: 'textDelta', index: 0, text: MAIL } as const;
  expect(redacted.restore(event)).toEqual([event]);
});

test.each([
  ['MASK', /^To \[EMAIL\]\.$/],
  ['HASH', /^To \[EMAIL:[0-9a-f]{16}\]\.$/],
  ['REMOVE', /^To \.$/],
  ['TOKENIZE', /^To \[EMAIL_[a-z2-7]{8}\]\.$/],
] as const)('%s leaves what it says', (action, left) => {
  const redacted = redact(asking(text(`To ${MAIL}.`)), [aDemand({ action })], owner);
  expect(partOf(redacted)).toEqual(text(expect.stringMatching(left)));
  expect(redacted.verdicts()).toMatchObject([{ outcome: 'REDACTED', findings: { EMAIL: 1 } }]);
});

test('BLOCK says so, and a rule that only watches says what it would have done', () => {
  expect(redact(asking(text(MAIL)), [aDemand({ action: 'BLOCK' })], owner).blocked()).toHaveLength(1);
  const watched = redact(asking(text(MAIL)), [aDemand({ action: 'BLOCK' }, 'MONITOR')], owner);
  expect(partOf(watched)).toEqual(text(MAIL));
  expect(watched.blocked()).toEqual([]);
  expect(watched.verdicts()).toMatchObject([{ mode: 'MONITOR', outcome: 'BLOCKED' }]);
});

test('where rules meet, the harder action is done, and each rule counts', () => {
  const redacted = redact(asking(text(MAIL)), [aDemand({ action: 'TOKENIZE' }), aDemand({ action: 'MASK' })], owner);
  expect(partOf(redacted)).toEqual(text('[EMAIL]'));
  expect(redacted.verdicts()).toHaveLength(2);
});

test('tokens and hashes are the same within their owner, and others elsewhere', () => {
  const sent = (action: 'TOKENIZE' | 'HASH', of = owner) =>
    partOf(redact(asking(text(MAIL)), [aDemand({ action })], of));
  for (const action of ['TOKENIZE', 'HASH'] as const) {
    expect(sent(action)).toEqual(sent(action));
    expect(sent(action)).not.toEqual(sent(action, { organizationId: 'org_2', projectId: 'prj_2' }));
  }
});

describe('JSON', () => {
  const demand = aDemand({ detectors: ['EMAIL', 'CREDIT_CARD', 'API_KEY'] });

  test('is read with its keys and numbers', () => {
    const json = { password: 'xK9-pQ2vL8wZ4n', [MAIL]: 1, deep: [{ card: 4_111_111_111_111_111 }] };
    const redacted = redact(
      asking({ kind: 'toolResult', toolCallId: 't', result: { json }, isError: false }),
      [demand],
      owner,
    );
    expect(partOf(redacted)).toMatchObject({
      result: { json: { password: '[API_KEY]', '[EMAIL]': 1, deep: [{ card: '[CREDIT_CARD]' }] } },
    });
  });

  test('stays JSON while it is streamed, and escapes hide nothing', () => {
    const raw = '{"to":"frida\\u0040example.org","card":4111111111111111,"ok":true}';
    const redacted = redact(aRequest(), [demand], owner);
    const part = { kind: 'toolCall', toolCallId: 't', name: 'send', rawArguments: raw, arguments: null } as const;
    const events = [...raw].flatMap((argumentsDelta) =>
      redacted.restore({ kind: 'toolCallDelta', index: 0, argumentsDelta }),
    );
    const ends = redacted.restore({ kind: 'partFinished', index: 0, part });
    const streamed = [...events, ...ends].map((event) => (event.kind === 'toolCallDelta' ? event.argumentsDelta : ''));
    const wanted = { to: '[EMAIL]', card: '[CREDIT_CARD]', ok: true };
    expect(JSON.parse(streamed.join(''))).toEqual(wanted);
    expect(ends.at(-1)).toMatchObject({ part: { arguments: wanted } });
  });

  test('has values put back as JSON writes them', () => {
    const own = aDemand({
      detectors: [],
      customPatterns: [{ name: 'QUOTE', regex: '"[a-z]+"' }],
      action: 'TOKENIZE',
      direction: 'INPUT',
    });
    const redacted = redact(asking(text('Say "hello".')), [own], owner);
    const sent = partOf(redacted);
    const token = /\[QUOTE_[a-z2-7]+\]/.exec(sent.kind === 'text' ? sent.text : '')![0];
    const rawArguments = `{"say":"${token}"}`;
    const part = { kind: 'toolCall', toolCallId: 't', name: 'say', rawArguments, arguments: { say: token } } as const;
    const [event] = redacted.restore({ kind: 'partFinished', index: 0, part });
    expect(event).toMatchObject({ part: { arguments: { say: '"hello"' } } });
  });
});

test('text files are read and written back, other files are refused', () => {
  const file = (mimeType: string, content: string) =>
    asking({ kind: 'media', mimeType, source: { base64: Buffer.from(content).toString('base64') } });
  const redacted = redact(file('text/csv', `name,mail\nFrida,${MAIL}`), [aDemand()], owner);
  const sent = partOf(redacted);
  const base64 = sent.kind === 'media' && 'base64' in sent.source ? sent.source.base64 : '';
  expect(Buffer.from(base64, 'base64').toString()).toBe('name,mail\nFrida,[EMAIL]');
  expect(redacted.blocked()).toEqual([]);
  expect(redact(file('image/png', 'x'), [aDemand()], owner).blocked()).toHaveLength(1);
});

test('another answer of the same call counts nothing twice, and starts over', () => {
  const request = asking(text(MAIL));
  const redacted = redact(request, [aDemand({ action: 'TOKENIZE' })], owner);
  redacted.again({ ...request, messages: [...request.messages, { role: 'USER', parts: [text('And?')] }] });
  expect(redacted.verdicts()).toMatchObject([{ findings: { EMAIL: 1 } }]);
  const delta = (said: string): ContentEvent => ({ kind: 'textDelta', index: 0, text: said });
  redacted.restore(delta('[EMAIL_'));
  redacted.reset(0);
  const ends = redacted.restore({ kind: 'partFinished', index: 0, part: { ...text('Fine.'), citations: [] } });
  expect(ends).toEqual([{ kind: 'partFinished', index: 0, part: { ...text('Fine.'), citations: [] } }]);
});
