import type { Finding } from './detector.ts';

const BEGIN = /-----BEGIN[ A-Z0-9_]{0,100}PRIVATE KEY(?: BLOCK)?-----/gi;
const END = /KEY(?: BLOCK)?-----/gi;
/** An RSA key of 16,384 bits has some 12,500 characters. */
const LONGEST_KEY = 16_384;
const SHORTEST_BODY = 64;

/** Blocks from their BEGIN to their END; without an END, all that follows. */
export function privateKeys(text: string, from: number): Finding[] {
  const findings: Finding[] = [];
  BEGIN.lastIndex = from;
  for (let begin = BEGIN.exec(text); begin; begin = BEGIN.exec(text)) {
    const body = begin.index + begin[0].length;
    const limit = Math.min(text.length, body + LONGEST_KEY);
    END.lastIndex = body;
    const end = END.exec(text);
    const closed = end !== null && end.index < limit;
    const stop = closed ? end.index + end[0].length : limit;
    if (closed && end.index - body < SHORTEST_BODY) continue;
    if (!closed && body + SHORTEST_BODY > text.length) {
      findings.push({ start: begin.index, end: text.length, label: 'API_KEY', open: true });
      break;
    }
    findings.push({
      start: begin.index,
      end: stop,
      label: 'API_KEY',
      ...(!closed && stop === text.length && { open: true }),
    });
    BEGIN.lastIndex = stop;
  }
  return findings;
}
