import { type LookupAddress, type LookupAllOptions, lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { invariant } from '../core/assert.ts';
import { destinationOf } from '../core/destination.ts';

/** Where the process may connect to. */
export interface EgressGuard {
  /** True for a host (and port) that the operator named: its addresses are not looked at. */
  allowsHost(hostname: string, port: number): boolean;
  /** Addresses written in a URL never pass through `lookup`. @throws EgressRefused */
  checkLiteral(hostname: string): void;
  /** Resolves a name, and fails with EgressRefused when one of its addresses is not public and not allowed. */
  readonly lookup: LookupFunction;
}

/** Says nothing about what the name resolved to: whoever set the URL may not know our network. */
export class EgressRefused extends Error {
  readonly code = 'ERR_EGRESS_REFUSED';

  constructor() {
    super('This destination is not public. An operator can allow it in GLIDEPATH_EGRESS_ALLOW.');
  }
}

/** Turns a name into all of its addresses, as the platform's own does. */
export type Resolve = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** @param allow as core/destination.ts reads them; a name without a port is allowed on all */
export function guardOf(allow: readonly string[], resolve: Resolve = lookup): EgressGuard {
  const hosts = new Set<string>();
  const blocks = new BlockList();
  for (const entry of allow) {
    const destination = destinationOf(entry);
    invariant(destination, 'what the operator allows is read with the environment');
    if (destination.kind === 'host') hosts.add(nameOf(destination.host));
    else blocks.addSubnet(destination.address, destination.bits, destination.family);
  }
  const isOpen = (address: string) => {
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    return isPublic(address) || blocks.check(address, family);
  };

  return {
    allowsHost: (hostname, port) => hosts.has(nameOf(hostname)) || hosts.has(`${nameOf(hostname)}:${port}`),
    checkLiteral(hostname) {
      const address = hostname.replace(/^\[|\]$/g, '');
      if (isIP(address) !== 0 && !isOpen(address)) throw new EgressRefused();
    },
    lookup(hostname, options, callback) {
      resolve(hostname, { ...options, all: true }, (error, addresses) => {
        if (error) return callback(error, '', 0);
        // One private address among public ones is a trick or a mistake: neither is worth a connection.
        if (!addresses.every(({ address }) => isOpen(address))) return callback(new EgressRefused(), '', 0);
        const [first] = addresses;
        if (options.all) callback(null, addresses);
        else callback(null, first?.address ?? '', first?.family ?? 0);
      });
    },
  };
}

/** Case and a trailing dot mean nothing in a name. */
function nameOf(hostname: string): string {
  return hostname.toLowerCase().replace(/\.(?=:|$)/, '');
}

/**
 * Not private, local, shared, documentation, multicast or otherwise set apart (IANA special-purpose registries, 2026).
 * Of IPv6 only 2000::/3 is public at all, so mapped IPv4, NAT64, loopback, link-local and site-local fall away by
 * themselves; what is left to refuse are the ways of wrapping an IPv4 address (6to4, Teredo) and documentation.
 */
export function isPublic(address: string): boolean {
  if (isIP(address) === 4) return !setApart4.check(address, 'ipv4');
  return isIP(address) === 6 && globalUnicast.check(address, 'ipv6') && !setApart6.check(address, 'ipv6');
}

function blockList(family: 'ipv4' | 'ipv6', subnets: readonly string[]): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [address = '', bits] = subnet.split('/');
    list.addSubnet(address, Number(bits), family);
  }
  return list;
}

const setApart4 = blockList('ipv4', [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
]);
const globalUnicast = blockList('ipv6', ['2000::/3']);
const setApart6 = blockList('ipv6', ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']);
