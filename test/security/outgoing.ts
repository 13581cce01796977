import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createEgress } from '../../src/platform/egress.ts';
import { openNameServer } from '../support/name-server.ts';
import type { Figure } from './run.ts';

/** Names that are asked of a name server that lies. */
const REBOUND = 30;

/** Addresses that lead inside, in the ways that people have found to write them. */
export function insideUrls(port: number): readonly string[] {
  const hosts = [
    ...['127.0.0.1', '127.0.0.2', '127.1', '127.0.1', '127.255.255.254', '0', '0.0.0.0', '0.0.0.1', '0x0', '00000000'],
    ...[
      '2130706433',
      '0x7f000001',
      '017700000001',
      '0177.0.0.1',
      '0x7f.0.0.1',
      '0x7f.1',
      '127.0x1',
      '0177.1',
      '127.00.00.01',
    ],
    ...[
      'localhost',
      'LOCALHOST',
      'localhost.',
      'LocalHost.',
      'sub.localhost',
      '①②⑦.⓪.⓪.①',
      '127。0。0。1',
      '127｡0｡0｡1',
      '１２７.0.0.1',
    ],
    ...[
      '10.0.0.1',
      '10.255.255.255',
      '0xa000001',
      '167772161',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.0.1',
      '192.168.255.254',
    ],
    ...[
      '169.254.169.254',
      '169.254.170.2',
      '2852039166',
      '0xa9fea9fe',
      '0251.0376.0251.0376',
      '169.254.0.1',
      '169.254.169.254.',
    ],
    ...['100.64.0.1', '100.100.100.200', '100.127.255.255', '192.0.0.1', '192.0.0.192', '192.0.2.1', '192.88.99.1'],
    ...[
      '198.18.0.1',
      '198.19.255.255',
      '198.51.100.1',
      '203.0.113.1',
      '224.0.0.1',
      '239.255.255.255',
      '240.0.0.1',
      '255.255.255.255',
    ],
    ...[
      '[::1]',
      '[::]',
      '[0:0:0:0:0:0:0:1]',
      '[0000::1]',
      '[::ffff:127.0.0.1]',
      '[::ffff:7f00:1]',
      '[::ffff:10.0.0.1]',
    ],
    ...['[::ffff:169.254.169.254]', '[::ffff:0:127.0.0.1]', '[::127.0.0.1]', '[::7f00:1]', '[64:ff9b::127.0.0.1]'],
    ...[
      '[64:ff9b::7f00:1]',
      '[64:ff9b::a9fe:a9fe]',
      '[64:ff9b:1::1]',
      '[2002:7f00:1::]',
      '[2002:a9fe:a9fe::]',
      '[2002:c0a8:1::]',
    ],
    ...[
      '[2001:0:4136:e378:8000:63bf:3fff:fdd2]',
      '[2001::1]',
      '[2001:10::1]',
      '[2001:20::1]',
      '[2001:db8::1]',
      '[3fff::1]',
    ],
    ...['[fe80::1]', '[febf::1]', '[fec0::1]', '[feff::1]', '[fc00::1]', '[fd00::1]', '[fd00:ec2::254]', '[fdff::1]'],
    ...['[ff02::1]', '[ff05::2]', '[100::1]', '[5f00::1]', '[1::1]', '[4000::1]', '[8000::1]', '[e000::1]'],
  ];
  const plain = hosts.map((host) => `http://${host}:${port}/`);
  const dressed = ['127.0.0.1', '[::1]', '169.254.169.254'].flatMap((host) => [
    `http://user:password@${host}:${port}/`,
    `http://example.com@${host}:${port}/`,
    `http://example.com%40${host}:${port}/`,
    `http://${host}:${port}#@example.com/`,
    `http://${host}:${port}?@example.com/`,
    `http:\\\\${host}:${port}\\`,
    `http:${host}:${port}`,
    `https://${host}:${port}/`,
  ]);
  const schemes = [
    'file:///etc/passwd',
    'ftp://127.0.0.1/',
    'gopher://127.0.0.1/',
    'data:text/plain,x',
    'ws://127.0.0.1/',
  ];
  return [...plain, ...dressed, ...schemes];
}

export async function outgoingFigures(): Promise<readonly Figure[]> {
  let connected = 0;
  const server = createServer((_request, response) => response.end('inside'));
  server.on('connection', () => connected++);
  await new Promise<void>((listening) => server.listen(0, listening));
  const { port } = server.address() as AddressInfo;
  const egress = createEgress({ allow: [] });
  const urls = insideUrls(port);
  const answers = await Promise.all(
    urls.map((url) =>
      egress.fetch(url, { signal: AbortSignal.timeout(10_000) }).then(
        () => url,
        () => null,
      ),
    ),
  );
  const answered = answers.filter((url) => url !== null);

  // A destination that is allowed sends the asker on to one that is not.
  const redirecting = createServer((_request, response) =>
    response.writeHead(307, { location: `http://127.0.0.1:${port}/` }).end(),
  );
  await new Promise<void>((listening) => redirecting.listen(0, '127.0.0.1', listening));
  const from = (redirecting.address() as AddressInfo).port;
  const allowed = createEgress({ allow: [`127.0.0.1:${from}`, `localhost:${from}`] });
  const { status } = await allowed.fetch(`http://localhost:${from}/`, { method: 'POST', body: 'a secret' });

  // Names whose server says that they lead inside, alone or beside an address outside.
  const names = await openNameServer((nth) => (nth % 3 === 0 ? ['1.1.1.1', '127.0.0.1'] : ['127.0.0.1']));
  const rebound = createEgress({ allow: [], resolve: names.resolve });
  const rebinding = await Promise.all(
    Array.from({ length: REBOUND }, (_, nth) =>
      rebound.fetch(`http://rebinding-${nth}.example:${port}/`).then(
        () => 1,
        () => 0,
      ),
    ),
  );
  await Promise.all([egress.close(), allowed.close(), rebound.close(), names.close()]);
  for (const one of [server, redirecting]) {
    one.closeAllConnections();
    one.close();
  }
  return [
    {
      name: `addresses that lead inside, of ${urls.length}: answered`,
      value: String(answered.length),
      goal: '0',
      reached: answered.length === 0,
    },
    {
      name: `names of a server that leads inside, of ${REBOUND}: answered`,
      value: String(rebinding.filter(Boolean).length),
      goal: '0',
      reached: rebinding.every((answered) => answered === 0),
    },
    {
      name: 'connections made by them, and by a redirect',
      value: String(connected),
      goal: '0',
      reached: connected === 0 && status === 307,
    },
  ];
}
