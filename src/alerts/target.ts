import { createHmac } from 'node:crypto';
import { z } from 'zod';

/** Where a channel leads to. Sealed in the database: the URLs of Slack and of many webhooks are secrets. */
export type Target =
  | {
      readonly type: 'WEBHOOK';
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly secret: string;
    }
  | { readonly type: 'SLACK'; readonly url: string }
  | { readonly type: 'EMAIL'; readonly to: readonly string[] };

const url = z
  .string()
  .max(2000)
  .refine((text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ''), 'must be an http or https URL');
/** Ours, and those that would change how the message is read. */
const RESERVED = /^(glidepath-.*|host|content-length|content-type|transfer-encoding|connection)$/i;
const headers = z
  .record(z.string().regex(/^[\w-]{1,64}$/, 'must be a header name'), z.string().regex(/^[\x20-\x7e]{0,1000}$/))
  .refine((all) => !Object.keys(all).some((name) => RESERVED.test(name)), 'names a header that is not yours to set')
  .nullish()
  .transform((value) => value ?? {});

export const targetInput = z.union([
  z.object({ type: z.literal('WEBHOOK'), url, headers }),
  z.object({ type: z.literal('SLACK'), url }),
  z.object({ type: z.literal('EMAIL'), to: z.array(z.email().max(254)).min(1).max(20) }),
]);

/** What everybody who may read channels may see. */
export function summaryOf(target: Target): string {
  switch (target.type) {
    case 'WEBHOOK':
      return `${new URL(target.url).origin}, signed with a secret that ends in ${target.secret.slice(-4)}`;
    case 'SLACK':
      return new URL(target.url).origin;
    case 'EMAIL':
      return target.to.join(', ');
  }
}

/**
 * What a receiver checks: HMAC-SHA256 over `<timestamp>.<body>` with the channel's secret, in hex. The timestamp, in
 * Unix seconds, is signed too, so that an old message cannot be sent again later.
 */
export function signatureOf(secret: string, timestamp: string, body: string): string {
  return `v1=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;
}
