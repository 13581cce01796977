import { isIP } from 'node:net';

/** Where an operator lets the process go besides the public network: a name, an address, or a block of them. */
export type Destination =
  | { readonly kind: 'host'; readonly host: string }
  | { readonly kind: 'block'; readonly family: 'ipv4' | 'ipv6'; readonly address: string; readonly bits: number };

/**
 * @param text `host[:port]`, an address, or a CIDR block; an address is a block of its own
 * @returns null for what is none: half of a block, `10.0.0.0/`, would be every network
 */
export function destinationOf(text: string): Destination | null {
  const [written = '', bits, ...more] = text.split('/');
  const address = written.replace(/^\[|\]$/g, '');
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  const most = family === 'ipv6' ? 128 : 32;
  if (isIP(address) === 0)
    return /^(\[[\da-f:.]+\]|[\w.-]+)(:\d{1,5})?$/i.test(text) ? { kind: 'host', host: text } : null;
  if (bits === undefined) return { kind: 'block', family, address, bits: most };
  const isBlock = more.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= most;
  return isBlock ? { kind: 'block', family, address, bits: Number(bits) } : null;
}
