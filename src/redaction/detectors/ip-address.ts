import { isIPv6 } from 'node:net';
import { patternFinder, whole } from './detector.ts';

const BYTE = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
/** Not within a longer row of numbers: those are versions and object identifiers. */
const IPV4 = `(?<![\\w.])(?:${BYTE}\\.){3}${BYTE}(?![\\w]|\\.\\d)`;
const IPV6 = '(?<![\\w:.])(?=[\\da-fA-F:]*:[\\da-fA-F]*:)[\\da-fA-F:]{3,39}(?![\\w:])';

const ADDRESS = new RegExp(`${IPV4}|${IPV6}`, 'g');

/** Those that mean no machine in particular, or this one, are left: masks, `0.0.0.0`, `127.0.0.1`, `::1`. */
const NOBODY = /^(?:0\.|127\.|255\.|::1?$)/;

export const ipAddress = patternFinder('IP_ADDRESS', ADDRESS, 64, {
  hint: /\d/u,
  begun: /[\da-fA-F:][\da-fA-F:.]*$/g,
  confirm: confirmed,
});

function confirmed(found: RegExpExecArray, text: string): { start: number; end: number } | null {
  if (NOBODY.test(found[0])) return null;
  if (found[0].includes(':')) return isIPv6(found[0]) && /\d/.test(found[0]) ? whole(found) : null;
  const before = text.slice(Math.max(0, found.index - 10), found.index);
  return /\b(?:v|version|section|§)\s*$/i.test(before) ? null : whole(found);
}
