import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { installPortkey, portkeyServer } from '../test/support/portkey.ts';
import { freePort } from '../test/support/ports.ts';
import { openGlidepath } from './glidepath.ts';
import { answering, onPath, type Started, start } from './processes.ts';

/** One way from the load to the upstream. */
export interface Contestant {
  readonly name: string;
  readonly port: number;
  /** Null where nothing stands between. */
  readonly process: Started | null;
  /** Its ways in: how a question is put there. */
  readonly doors: readonly Door[];
  readonly startupMs: number | null;
  /** Not pinned to the measured core: how its workers share the machine is all that is asked of it. */
  readonly onAllCores?: boolean;
  /** 99th percentile of the event loop's delay since the last time, in ms; of Glidepath only. */
  loopDelayMs?(): Promise<number>;
}

export interface Door {
  readonly name: string;
  readonly answer: Question;
  readonly stream: Question;
}

export interface Question {
  /** `words` and `everyMs` tell the upstream what to stream. */
  request(words: number, everyMs: number): string;
  readonly socket?: { readonly path: string; readonly authorization: string };
  /** What an answer that is one has in it. */
  readonly expect: string;
}

const SAID = 'A control tower sees every plane';
const PROMPT = 'Write one sentence about control towers for the pilots of a small airfield.';
export const promptOf = (words: number, everyMs: number) =>
  words === 0 ? PROMPT : `${PROMPT} Use ${words} words, ${everyMs} ms apart.`;

export const post = (path: string, headers: Readonly<Record<string, string>>, body: string): string =>
  [
    `POST ${path} HTTP/1.1`,
    'host: 127.0.0.1',
    'content-type: application/json',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');

/** OpenAI's chat completions, which everybody here understands. */
export function openaiDoor(headers: Readonly<Record<string, string>>): Door {
  const request = (stream: boolean) => (words: number, everyMs: number) =>
    post(
      '/v1/chat/completions',
      headers,
      JSON.stringify({
        model: 'gpt-4o-mini',
        max_tokens: 1024,
        ...(stream && { stream: true, stream_options: { include_usage: true } }),
        messages: [
          { role: 'system', content: 'You answer in one sentence.' },
          { role: 'user', content: promptOf(words, everyMs) },
        ],
      }),
    );
  return {
    name: 'OpenAI',
    answer: { request: request(false), expect: SAID },
    stream: { request: request(true), expect: '[DONE]' },
  };
}
const plain = openaiDoor({ authorization: 'Bearer not-a-real-key' });

export interface Bench {
  readonly contestants: readonly Contestant[];
  close(): Promise<void>;
}

/** @param only names; none: everybody who can be had here */
export async function openBench(
  upstreamPort: number,
  only: readonly string[],
  profileTo: string | null,
): Promise<Bench> {
  const home = await mkdtemp(join(tmpdir(), 'glidepath-bench-'));
  const wanted = (name: string) => only.length === 0 || only.includes(name);
  const contestants: Contestant[] = [];
  const closing: (() => Promise<void>)[] = [() => rm(home, { recursive: true, force: true })];

  const enter = async (name: string, doors: readonly Door[], open: (port: number) => Promise<Started>) => {
    if (!wanted(name)) return;
    const port = await freePort();
    const from = performance.now();
    const process = await open(port);
    await answering(port);
    contestants.push({ name, port, process, doors, startupMs: performance.now() - from });
    closing.push(() => process.end());
  };
  const node = (port: number, ...args: string[]) =>
    start(process.execPath, ['--max-semi-space-size=32', ...args], {
      PORT: String(port),
      UPSTREAM: `http://127.0.0.1:${upstreamPort}`,
    });

  if (wanted('direct')) {
    contestants.push({ name: 'direct', port: upstreamPort, process: null, doors: [plain], startupMs: null });
  }
  if (onPath('nginx')) await enter('nginx', [plain], (port) => startNginx(home, port, upstreamPort));
  await enter('passthrough', [plain], async (port) => node(port, join(import.meta.dirname, 'passthrough.ts')));
  const portkey = openaiDoor({
    authorization: 'Bearer not-a-real-key',
    'x-portkey-provider': 'openai',
    'x-portkey-custom-host': `http://127.0.0.1:${upstreamPort}/v1`,
  });
  const portkeyHome = join(home, 'portkey');
  // Before its start, which is measured.
  if (wanted('portkey')) await installPortkey(portkeyHome);
  await enter('portkey', [portkey], async (port) => node(port, ...portkeyServer(portkeyHome, port)));

  for (const [name, storage, all, workers] of [
    ['glidepath embedded', 'embedded', true, null],
    ['glidepath', 'servers', true, null],
    ['glidepath minimum', 'servers', false, null],
    ['glidepath on all cores', 'servers', true, 1],
    ['glidepath with a worker per core', 'servers', true, availableParallelism()],
  ] as const) {
    if (!wanted(name)) continue;
    const setting = { name, storage, all, workers, upstreamPort, home: join(home, name), profileTo };
    const glidepath = await openGlidepath(setting);
    contestants.push(glidepath.contestant);
    closing.push(glidepath.close);
  }
  return {
    contestants,
    async close() {
      for (const close of closing.reverse()) await close();
    },
  };
}

async function startNginx(home: string, port: number, upstreamPort: number): Promise<Started> {
  const folder = join(home, 'nginx');
  await mkdir(folder);
  const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${folder}/${kind};`,
  );
  await writeFile(
    join(folder, 'nginx.conf'),
    `worker_processes 1; daemon off; pid ${folder}/pid; error_log /dev/null;
     events { worker_connections 4096; }
     http {
       access_log off; ${temp.join(' ')} keepalive_requests 10000000;
       upstream provider { server 127.0.0.1:${upstreamPort}; keepalive 1024; keepalive_requests 10000000; }
       server {
         listen 127.0.0.1:${port};
         location / { proxy_pass http://provider; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off; }
       }
     }`,
  );
  return start('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')]);
}
