import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { loadavg } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { asking } from '../faults/house.ts';
import { complete } from '../support/completions.ts';
import { startGateway } from './process.ts';

/**
 * What subscribers cost that never read: `npm run bench:non-readers`. A run says more than sockets hold; a thousand
 * connections follow it and read nothing. Printed is how the gateway's process grows, its garbage collected, by followers that
 * read, which is what following costs at all, and by those that do not.
 */
const FOLLOWERS = Number(process.argv[2] ?? 1000);
const follow = {
  reading: (id: string) => overHttp(id, true),
  silent: (id: string) => overHttp(id, false),
  silentSocket: overSocket,
};
const RUN = { tokensPerSecond: 2000, reply: 'word '.repeat(19_000) };

const gateway = await startGateway({ GLIDEPATH_LOG_LEVEL: 'silent' });
const speaking = { ...gateway, ask: asking(gateway) };
try {
  // What the first calls load and compile is nobody's.
  for (let n = 0; n < 50; n++) await complete(speaking, inputOf({ reply: 'Hello' }));
  await measured(10, follow.reading);
  const rows = [
    ['that read', await measured(FOLLOWERS, follow.reading)],
    ['that do not read', await measured(FOLLOWERS, follow.silent)],
    ['that do not read, again', await measured(FOLLOWERS, follow.silent)],
    ['on WebSockets, unread', await measured(FOLLOWERS, follow.silentSocket)],
  ] as const;
  for (const [who, grown] of rows) console.log(`${FOLLOWERS} ${who.padEnd(24)} ${grown}`);
  console.log(`${gateway.rss().toFixed(0)} MB in the end, with the machine at a load of ${loadavg()[0]!.toFixed(2)}`);
} finally {
  await gateway.close();
}

async function measured(followers: number, following: (id: string) => Promise<{ destroy(): void }>): Promise<string> {
  const before = await gateway.memory();
  const { completion } = await complete(speaking, inputOf(RUN), 0);
  const sockets = await Promise.all(Array.from({ length: followers }, () => following(completion!.id)));
  let most = 0;
  for (let second = 0; second < 20; second++) {
    most = Math.max(most, gateway.rss());
    await pause(1000);
  }
  const open = await gateway.memory();
  for (const socket of sockets) socket.destroy();
  await pause(3000);
  const after = await gateway.memory();
  const grown = (now: typeof before) =>
    `+${(now.rss - before.rss).toFixed(0)} MB (heap +${(now.heap - before.heap).toFixed(0)}, outside it +${(now.external - before.external).toFixed(0)})`;
  return `${grown(open)} while open, ${grown(after)} afterwards; with garbage +${(most - before.rss).toFixed(0)} MB at the most`;
}

function inputOf(simulate: object): object {
  return {
    target: { model: 'sim/echo-1' },
    messages: [{ role: 'USER', parts: [{ text: 'Speak.' }] }],
    debug: { simulate },
  };
}

function eventsOf(id: string): string {
  return `subscription { completionEvents(id: "${id}") { __typename ... on TextDelta { text } } }`;
}

async function overHttp(id: string, reads: boolean): Promise<Socket> {
  const { hostname, port } = new URL(gateway.url);
  const body = JSON.stringify({ query: eventsOf(id) });
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  await once(socket, 'connect');
  if (reads) socket.resume();
  else socket.pause();
  socket.write(
    `POST /graphql HTTP/1.1\r\nhost: ${hostname}\r\nauthorization: Bearer ${gateway.key}\r\n` +
      `accept: text/event-stream\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  return socket;
}

async function overSocket(id: string): Promise<{ destroy(): void }> {
  const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  socket.on('error', () => {});
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${gateway.key}` } }));
  await once(socket, 'message');
  socket.pause();
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: eventsOf(id) } }));
  return { destroy: () => socket.terminate() };
}
