import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { SecuredResponse } from '../../src/secured-response.ts';

/** Names and values in turn, as they came. */
async function headersOf(answer: (response: ServerResponse) => void): Promise<readonly string[]> {
  const server = createServer({ ServerResponse: SecuredResponse }, (_request, response) => answer(response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const asking = get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', agent: false });
  const [response] = (await once(asking, 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  server.close();
  return response.rawHeaders;
}

const secure = [
  ...['x-content-type-options', 'nosniff', 'x-frame-options', 'DENY', 'referrer-policy', 'no-referrer'],
  ...['cross-origin-resource-policy', 'same-origin'],
];

test.each<[string, (response: ServerResponse) => void]>([
  ['says nothing of its own', (response) => response.end('…')],
  ['names a status', (response) => response.writeHead(404).end()],
  ['has headers', (response) => response.writeHead(200, { 'x-own': '1', 'x-left-out': undefined }).end()],
  ['has a message of its own', (response) => response.writeHead(200, 'Fine', { 'x-own': '1' }).end()],
  ['has set some before', (response) => response.setHeader('x-own', '1').writeHead(200, { 'x-more': '2' }).end()],
  ['has them raw', (response) => response.writeHead(200, ['x-own', '1']).end()],
])('an answer that %s is secured', async (_what, answer) => {
  const headers = await headersOf(answer);
  expect(headers.join('\n')).toContain([...secure, 'cache-control', 'no-store'].join('\n'));
  expect(headers).not.toContain('x-left-out');
});

test.each<[string, (response: ServerResponse) => void]>([
  ['in its own case', (response) => response.writeHead(200, { 'Cache-Control': 'no-cache' }).end()],
  ['beforehand', (response) => response.setHeader('Cache-Control', 'no-cache').writeHead(200).end()],
  ['in both ways', (response) => response.setHeader('x', '1').writeHead(200, { 'Cache-Control': 'no-cache' }).end()],
])('what an answer says %s is said once, and counts', async (_how, answer) => {
  const headers = await headersOf(answer);
  const said = headers.filter((_, place) => headers[place - 1]?.toLowerCase() === 'cache-control' && place % 2 === 1);
  expect(said).toEqual(['no-cache']);
  expect(headers).toEqual(expect.arrayContaining(secure));
});
