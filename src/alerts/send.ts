import { keepable } from '../core/plain-text.ts';
import type { Clock } from '../core/runtime.ts';
import type { Egress } from '../platform/egress.ts';
import type { Mailer } from '../platform/mail.ts';
import { signatureOf, type Target } from './target.ts';

export interface Outcome {
  readonly delivered: boolean;
  readonly httpStatus: number | null;
  /** The start of the answer, or why there was none. */
  readonly response: string | null;
}

interface Ways {
  readonly egress: Egress;
  readonly mailer: Mailer | null;
  readonly clock: Clock;
}

const TIMEOUT_MS = 10_000;
const SNIPPET = 500;

/** One attempt. Never throws: whatever happens is the outcome. */
export async function send(id: string, target: Target, body: unknown, ways: Ways): Promise<Outcome> {
  try {
    switch (target.type) {
      case 'WEBHOOK': {
        const text = JSON.stringify(body);
        const timestamp = String(Math.floor(ways.clock.now() / 1000));
        const signature = signatureOf(target.secret, timestamp, text);
        const own = { 'glidepath-delivery': id, 'glidepath-timestamp': timestamp, 'glidepath-signature': signature };
        return await post(target.url, text, { ...target.headers, ...own }, ways);
      }
      case 'SLACK':
        return await post(target.url, JSON.stringify({ text: spoken(body) }), {}, ways);
      case 'EMAIL':
        if (!ways.mailer) return { delivered: false, httpStatus: null, response: 'There is no mail server.' };
        await ways.mailer.send({ to: target.to, subject: subjectOf(body), text: spoken(body) });
        return { delivered: true, httpStatus: null, response: null };
    }
  } catch (error) {
    const { message, cause } = error as Error;
    const why = cause instanceof Error ? `${message}: ${cause.message}` : message;
    return { delivered: false, httpStatus: null, response: keepable(why.slice(0, SNIPPET)) };
  }
}

async function post(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  { egress, clock }: Ways,
): Promise<Outcome> {
  const late = new AbortController();
  const cancel = clock.after(TIMEOUT_MS, () => late.abort(new Error('There was no answer within 10 s.')));
  try {
    const response = await egress.fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'Glidepath', ...headers },
      body,
      signal: late.signal,
    });
    const text = await response.text();
    return { delivered: response.ok, httpStatus: response.status, response: keepable(text.slice(0, SNIPPET)) };
  } finally {
    cancel();
  }
}

interface Said {
  readonly severity: string;
  readonly title: string;
  readonly message: string;
}

function subjectOf(body: unknown): string {
  const { severity, title } = body as Said;
  return `[${severity}] ${title}`.replaceAll(/[\r\n]+/g, ' ');
}

function spoken(body: unknown): string {
  return `${subjectOf(body)}\n${(body as Said).message}`;
}
