import { gzipSync } from 'node:zlib';
import type { Fault } from '../table.ts';
import { begun, goodStream, head, httpChunk, type Script, SSE, says, sse, streams, type Wire, whole } from '../wire.ts';

const never: Script = () => {};
const fin: Script = (wire) => wire.fin();
const rst: Script = (wire) => wire.rst();
const both = (script: Script) => ({ streamed: script, whole: script });
const json = Buffer.from(JSON.stringify(whole()));
const stream = goodStream.join('');

async function drip(wire: Wire, text: string, everyMs: number): Promise<void> {
  for (const byte of text) {
    if (wire.gone) return;
    wire.write(byte);
    await wire.wait(everyMs);
  }
}

/** Models whose connection was broken once: the next time they are asked it holds. */
const broken = new Set<string>();

/** Answers well and keeps the connection, and breaks it when it is used again, as a server does that restarts. */
const race =
  (good: Script): Script =>
  (wire) => {
    const model = String(wire.asked.body.model);
    if (wire.turn === 1 || broken.has(model)) return good(wire);
    broken.add(model);
    return wire.rst();
  };

const kept = { connection: 'keep-alive' };
const keptStream: Script = (wire) => {
  wire.write(head(200, { ...SSE, ...kept }));
  wire.write(httpChunk(stream));
  wire.write('0\r\n\r\n');
};
const keptWhole: Script = (wire) => {
  wire.write(head(200, { 'content-type': 'application/json', 'content-length': String(json.length), ...kept }));
  wire.write(json);
};

const hints =
  (status: string) =>
  (good: Script): Script =>
  (wire) => {
    wire.write(`HTTP/1.1 ${status}\r\n${status.startsWith('103') ? 'link: </a>; rel=preload\r\n' : ''}\r\n`);
    return good(wire);
  };

const old =
  (type: string, body: string): Script =>
  (wire) => {
    wire.write(`HTTP/1.0 200 OK\r\ncontent-type: ${type}\r\n\r\n${body}`);
    wire.fin();
  };

const redirect = (status: number) => both(says(status, '', { location: '/trap/elsewhere' }));

/** Announces another length than it has. */
const ofLength =
  (type: string, body: string | Buffer, length: number): Script =>
  (wire) => {
    wire.write(head(200, { 'content-type': type, 'content-length': String(length), connection: 'close' }));
    wire.write(body);
    wire.fin();
  };

const encoded = (encoding: string, body: Buffer) => ({
  streamed: says(200, body, { 'content-type': 'text/event-stream', 'content-encoding': encoding }),
  whole: says(200, body, { 'content-encoding': encoding }),
});

/** 200 MB of blanks in 200 KB: gzip allows members one after the other. */
const megabyte = gzipSync(Buffer.alloc(1024 * 1024, 0x20));
const bomb = says(200, Buffer.concat(Array.from({ length: 200 }, () => megabyte)), { 'content-encoding': 'gzip' });

const badChunk: Script = async (wire) => {
  wire.write(head(200, SSE));
  for (const piece of begun) wire.write(httpChunk(piece));
  await wire.wait(10);
  wire.write('zz\r\nnonsense\r\n');
  await wire.wait(50);
  wire.fin();
};
const badWholeChunk: Script = (wire) => {
  wire.write(head(200, { 'content-type': 'application/json', 'transfer-encoding': 'chunked', connection: 'close' }));
  wire.write(`${httpChunk(json.subarray(0, 40))}zz\r\nnonsense\r\n`);
  wire.fin();
};

export const transportFaults: readonly Fault[] = [
  { id: 'T1', title: 'connection refused', ends: 'fails', at: 'closed', ...both(never) },
  { id: 'T2', title: 'a name nobody knows', ends: 'fails', at: 'unknown-name', ...both(never) },
  { id: 'T3', title: 'TLS: self-signed', ends: 'fails', at: 'self-signed', ...both(never), maxAsked: 0 },
  { id: 'T3-name', title: 'TLS: for another name', ends: 'fails', at: 'tls-other-name', ...both(never), maxAsked: 0 },
  { id: 'T3-expired', title: 'TLS: expired', ends: 'fails', at: 'tls-expired', ...both(never), maxAsked: 0 },
  {
    id: 'T3-good',
    title: 'TLS: as it should be',
    ends: 'answers',
    at: 'tls',
    streamed: streams(goodStream),
    whole: says(200, json),
  },
  { id: 'T3-plain', title: 'TLS asked, plain HTTP spoken', ends: 'fails', at: 'tls-on-plain', ...both(never) },
  { id: 'T4', title: 'accepts, then FIN', ends: 'fails', ...both(fin) },
  { id: 'T5', title: 'accepts, then RST', ends: 'fails', ...both(rst) },
  {
    id: 'T6',
    title: 'kept connection closed as it is used',
    ends: 'answers',
    streamed: race(keptStream),
    whole: race(keptWhole),
  },
  { id: 'T7', title: 'accepts, then silence', ends: 'fails', hangs: true, ...both(never), maxAsked: 1 },
  {
    id: 'T8',
    title: 'headers a byte at a time',
    ends: 'fails',
    hangs: true,
    maxAsked: 1,
    ...both((wire) => drip(wire, head(200, SSE), 100)),
  },
  { id: 'T9', title: 'peer vanished', ends: 'fails', hangs: true, ...both((wire) => wire.vanish()), maxAsked: 1 },
  {
    id: 'T10',
    title: 'half of the headers, then FIN',
    ends: 'fails',
    ...both((wire) => {
      wire.write('HTTP/1.1 200 OK\r\ncontent-type: text/event-str');
      wire.fin();
    }),
  },
  {
    id: 'T11',
    title: 'no HTTP at all',
    ends: 'fails',
    ...both((wire) => {
      wire.write('\x16\x03 what did you say?\r\n\r\n');
      wire.fin();
    }),
  },
  { id: 'T12', title: '64 KB of headers', ends: 'fails', ...both(says(200, json, { 'x-much': 'a'.repeat(65_536) })) },
  {
    id: 'T13',
    title: 'two content-lengths',
    ends: 'fails',
    ...both((wire) => {
      wire.write(`HTTP/1.1 200 OK\r\ncontent-length: ${json.length}\r\ncontent-length: 3\r\n\r\n`);
      wire.write(json);
      wire.fin();
    }),
  },
  {
    id: 'T13-cr',
    title: 'a line break within a header',
    ends: 'fails',
    ...both((wire) => {
      wire.write('HTTP/1.1 200 OK\r\nx-a: b\rset-cookie: c\r\ncontent-length: 2\r\n\r\n{}');
      wire.fin();
    }),
  },
  {
    id: 'T14',
    title: '103 early hints first',
    ends: 'answers',
    streamed: hints('103 Early Hints')(streams(goodStream)),
    whole: hints('103 Early Hints')(says(200, json)),
  },
  // HTTP allows it; undici takes a 100 that it has not asked for as a broken answer, and there is no way to tell it.
  {
    id: 'T14-100',
    title: '100 continue first',
    ends: 'fails',
    streamed: hints('100 Continue')(streams(goodStream)),
    whole: hints('100 Continue')(says(200, json)),
  },
  {
    id: 'T14-http10',
    title: 'HTTP/1.0 without a length',
    ends: 'answers',
    streamed: old('text/event-stream', stream),
    whole: old('application/json', String(json)),
  },
  {
    id: 'T14-http10-cut',
    title: 'HTTP/1.0 cut short',
    ends: 'breaks',
    streamed: old('text/event-stream', begun.join('')),
    whole: old('application/json', String(json).slice(0, 60)),
  },
  { id: 'T15', title: '302 to another place', ends: 'fails', ...redirect(302), maxAsked: 1 },
  { id: 'T15-307', title: '307 to another place', ends: 'fails', ...redirect(307), maxAsked: 1 },
  {
    id: 'T16-short',
    title: 'content-length too short',
    ends: 'breaks',
    streamed: ofLength('text/event-stream', stream, begun.join('').length),
    whole: ofLength('application/json', json, json.length - 20),
  },
  {
    id: 'T16-long',
    title: 'content-length too long, cut in the middle',
    ends: 'breaks',
    streamed: ofLength('text/event-stream', begun.join(''), 10_000),
    whole: ofLength('application/json', json, json.length + 500),
  },
  { id: 'T16-chunk', title: 'bad chunk size', ends: 'breaks', streamed: badChunk, whole: badWholeChunk },
  {
    id: 'T17',
    title: 'corrupt gzip',
    ends: 'fails',
    ...encoded('gzip', Buffer.from('\x1f\x8b\x08 not gzip at all, really')),
  },
  { id: 'T17-bomb', title: 'gzip bomb, 200 MB', ends: 'fails', ...both(bomb), maxAsked: 1 },
  { id: 'T17-unknown', title: 'unknown encoding', ends: 'fails', ...encoded('middle-out', gzipSync(sse('x'))) },
];
