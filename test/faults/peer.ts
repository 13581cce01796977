import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installPortkey, portkeyServer } from '../support/portkey.ts';
import { authority } from './certificate.ts';
import { type Cell, placesOf } from './house.ts';
import { type Outcome, outcomeOf } from './judge.ts';
import type { FaultProvider } from './provider.ts';
import type { Fault, Mode } from './table.ts';

/**
 * Another gateway that one can install and run without an account, met with the same faults: @portkey-ai/gateway 1.15.2,
 * in a folder of its own that goes away afterwards.
 */
export interface Peer {
  meet(fault: Fault, mode: Mode, withFallback: boolean): Promise<Outcome>;
  close(): Promise<void>;
}

/** @param folder where the packages are already; left out, they are installed into a temporary one */
export async function openPeer(provider: FaultProvider, port: number, folder?: string): Promise<Peer> {
  const home = folder ?? (await mkdtemp(join(tmpdir(), 'glidepath-peer-')));
  if (!folder) await installPortkey(home);
  const trusted = join(home, 'authority.pem');
  await writeFile(trusted, authority);
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: trusted };
  const child = spawn(process.execPath, [...portkeyServer(home, port)], { stdio: 'ignore', env });
  const url = `http://127.0.0.1:${port}`;
  await answering(url, child);
  return {
    async meet(fault, mode, withFallback) {
      return outcomeOf(fault, await ask(url, configOf(provider, fault, withFallback), mode));
    },
    async close() {
      child.kill();
      if (!folder) await rm(home, { recursive: true, force: true });
    },
  };
}

/** What it cannot be told to reach is not held against it. */
export function peerCanMeet({ fault, door }: Cell): boolean {
  return door === 'POST' && fault.at !== 'anthropic' && fault.at !== 'google';
}

/** It has one clock, for everything. */
const TIMEOUT_MS = 3000;

/** The same number of tries as ours. */
function configOf(provider: FaultProvider, { id, at }: Fault, withFallback: boolean): object {
  const base = `http://127.0.0.1:${provider.port}/v1`;
  const target = (custom_host: string, model: string) => ({
    provider: 'openai',
    api_key: 'not-a-real-key',
    custom_host,
    override_params: { model },
    request_timeout: TIMEOUT_MS,
    retry: { attempts: 1 },
  });
  const hosts: Readonly<Record<string, string>> = placesOf(provider);
  const faulty = target(hosts[at ?? ''] ?? base, `${id}.peer`);
  return withFallback ? { strategy: { mode: 'fallback' }, targets: [faulty, target(base, 'healthy')] } : faulty;
}

type Said = { readonly text: string; readonly code: string | null; readonly crash: string | null };

const failed: Said = { text: '', code: 'ERROR', crash: null };

async function ask(url: string, config: object, mode: Mode): Promise<Said | null> {
  const signal = AbortSignal.timeout(TIMEOUT_MS * 3);
  try {
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-portkey-config': JSON.stringify(config) },
      body: JSON.stringify({
        model: 'any',
        stream: mode === 'streamed',
        messages: [{ role: 'user', content: 'What is the capital?' }],
      }),
      signal,
    });
    const body = await response.text();
    if (!response.ok) return failed;
    return mode === 'streamed' ? ofStream(body) : ofWhole(body);
  } catch {
    // A connection that breaks is an error that a client notices.
    return signal.aborted ? null : failed;
  }
}

function ofWhole(body: string): Said {
  try {
    const { error, choices } = JSON.parse(body);
    if (error) return failed;
    const message = choices?.[0]?.message;
    if (!message) return { text: body, code: null, crash: null };
    return { text: message.content ?? message.refusal ?? '', code: null, crash: null };
  } catch {
    return { text: `not JSON: ${body}`, code: null, crash: null };
  }
}

/** As a client reads it: text until the end, an error where one is said. */
function ofStream(body: string): Said {
  let text = '';
  for (const [, data = ''] of body.matchAll(/^data: ?(\{.*)$/gm)) {
    try {
      const { error, choices } = JSON.parse(data);
      if (error) return failed;
      text += choices?.[0]?.delta?.content ?? choices?.[0]?.delta?.refusal ?? '';
    } catch {
      return failed;
    }
  }
  return { text: text === '' && !body.includes('data:') && body.trim() !== '' ? body : text, code: null, crash: null };
}

async function answering(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (child.exitCode !== null) throw new Error(`the other gateway ended with code ${child.exitCode}`);
    const up = await fetch(url).then(
      () => true,
      () => false,
    );
    if (up) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`the other gateway does not answer on ${url}`);
}
