import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns';
import type { AddressInfo } from 'node:net';
import type { Resolve } from '../../src/platform/egress-guard.ts';

/** A name server on this machine whose answers change as a test wants, and how to ask it. */
export interface NameServer {
  /** Asks it by UDP, each time anew. */
  readonly resolve: Resolve;
  /** Which names were asked for, in order. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

const HEADER_BYTES = 12;
const NAME_AT_QUESTION = [0xc0, HEADER_BYTES];
const [TYPE_A, CLASS_IN] = [1, 1];

/** @param answer the IPv4 addresses of a name when it is asked for the nth time, from 1 */
export async function openNameServer(answer: (nth: number) => readonly string[]): Promise<NameServer> {
  const asked: string[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (query, { port, address }) => {
    const { name, end } = questionOf(query);
    asked.push(name);
    const records = answer(asked.length).map((ip) => {
      const record = Buffer.from([...NAME_AT_QUESTION, 0, TYPE_A, 0, CLASS_IN, 0, 0, 0, 0, 0, 4]);
      return Buffer.concat([record, Buffer.from(ip.split('.').map(Number))]);
    });
    // The question's id, a recursive answer without error, one question and the answers, nothing beside.
    const counts = [0, 1, 0, records.length, 0, 0, 0, 0];
    const header = Buffer.concat([query.subarray(0, 2), Buffer.from([0x81, 0x80, ...counts])]);
    socket.send(Buffer.concat([header, query.subarray(HEADER_BYTES, end), ...records]), port, address);
  });
  await new Promise<void>((listening) => socket.bind(0, '127.0.0.1', listening));
  const resolver = new Resolver({ tries: 1 });
  resolver.setServers([`127.0.0.1:${(socket.address() as AddressInfo).port}`]);
  return {
    resolve: (hostname, _options, callback) =>
      resolver.resolve4(hostname, (error, addresses = []) =>
        callback(
          error,
          addresses.map((address) => ({ address, family: 4 })),
        ),
      ),
    asked,
    close: () => new Promise((closed) => socket.close(closed)),
  };
}

function questionOf(query: Buffer): { readonly name: string; readonly end: number } {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = query[at]!; length > 0; length = query[at]!) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  // The root's empty label, the type and the class.
  return { name: labels.join('.'), end: at + 5 };
}
