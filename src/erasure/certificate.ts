import { createPublicKey, verify } from 'node:crypto';
import type { Signer } from '../platform/keyring.ts';
import type { ThingsErased } from './progress.ts';

/** What a certificate says. Nothing of it tells who the subject was to those who do not know already. */
export interface Certified {
  readonly erasure: string;
  readonly organization: string;
  readonly subject: { readonly kind: string; readonly hash: string };
  readonly reason: string;
  readonly requestedBy: string;
  readonly requestedAt: string;
  readonly finishedAt: string;
  readonly keepAggregates: boolean;
  readonly calls: number;
  readonly things: Readonly<Record<string, ThingsErased>>;
  /** Calls that a legal hold kept, by policy. */
  readonly held: Readonly<Record<string, number>>;
}

const TYPE = 'glidepath-erasure+jws';

/** A compact JWS (RFC 7515) signed with EdDSA: any JOSE library can check it, with the public key alone. */
export function certify(signer: Signer, said: Certified): string {
  const head = encoded({ alg: 'EdDSA', typ: TYPE });
  const signed = `${head}.${encoded(said)}`;
  return `${signed}.${signer.sign(signed).toString('base64url')}`;
}

/** @param publicKey PEM @returns what it says, or null when it is none, or was changed, or another key signed it */
export function certified(certificate: string, publicKey: string): Certified | null {
  const [head, said, signature] = certificate.trim().split('.');
  if (!head || !said || !signature) return null;
  const key = createPublicKey(publicKey);
  if (!verify(null, Buffer.from(`${head}.${said}`), key, Buffer.from(signature, 'base64url'))) return null;
  const { alg, typ } = decoded(head) as { readonly alg?: unknown; readonly typ?: unknown };
  return alg === 'EdDSA' && typ === TYPE ? (decoded(said) as Certified) : null;
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function decoded(text: string): unknown {
  return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
}
