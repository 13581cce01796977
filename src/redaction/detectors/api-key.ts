import { readFileSync } from 'node:fs';
import { type Finder, type Finding, firstOf } from './detector.ts';
import { type KeywordIndex, keywordIndex } from './keyword-index.ts';
import { privateKeys } from './private-key.ts';

/** As it stands in secret-rules.json, which names its source and licence. */
interface RuleRow {
  readonly id: string;
  readonly pattern: string;
  readonly ignoreCase?: boolean;
  /** In lower case; a text without any of them has no match. */
  readonly keywords: readonly string[];
  /** Least bits per character of a secret. */
  readonly entropy?: number;
  /** Which group is the secret; left out, the first that matched. */
  readonly group?: number;
  /** A match, and the keyword where it is no part of it, begins at most this far before its secret; LEAD when left out. */
  readonly lead?: number;
  /** The secret goes on for as long as its characters do. */
  readonly open?: boolean;
  readonly allow?: readonly Allowance[];
}

/** What looks like a secret and is none. */
interface Allowance {
  readonly target?: 'match' | 'line';
  readonly patterns?: readonly string[];
  readonly words?: readonly string[];
}

type Allows = (text: string) => boolean;

interface Rule extends Omit<RuleRow, 'pattern' | 'lead' | 'allow'> {
  readonly pattern: RegExp;
  readonly lead: number;
  readonly allow: readonly { readonly target: 'secret' | 'match' | 'line'; readonly allows: Allows }[];
}

/** The widest rule matches 479 characters, and allowances look at a line this far around them. */
const REACH = 600;
/** Of nearly all rules: 95 characters lead to a password of NuGet, and 117 to what is taken of a webhook of Teams. */
const LEAD = 128;
const LONGEST_LINE = 120;
/** Longer than any token there is; what follows is no part of it. */
const LONGEST_RUN = 32_768;
/** As much of a secret as says whether it is one. */
const JUDGED = 1024;
const OPEN_CHARACTER = /[A-Za-z0-9+/=_.~@\\-]/;

/** What may be, or become, a secret with spaces in it. All others are one run of other characters. */
const BEGUN = [
  /-{1,5}$|-----BEGIN[^\n]{0,130}$/gi,
  /\bdata:[\s\S]{0,420}$/gi,
  /<add (?:key=[\s\S]{0,250}|k?e?y?)$/gi,
  /"type": {0,9}\S*$/gi,
  /(?<=\s)(?:-[uH]|--user|--header)(?<=\bcurl\b[\s\S]{0,250})[\s\S]{0,180}$/g,
  /\bZXlK[\w/\\+\r\n-]*=*$/gi,
  /(?:xoxe|hooks)[\s\S]{0,180}$/gi,
  /\S+$/g,
];

/** What has spaces in it begins like this. All others are long, or have a digit in them. */
const HINT = /\d|(?<!\S)(?:\S{10}|-[uH-])|(?i:data:|"type":|<add|hooks|xoxe)/u;

/** Keys, tokens and passwords, by the rules of gitleaks: 220 patterns, and private keys by their headers. */
export const apiKey: Finder = {
  reach: REACH,
  hint: HINT,
  find(text, from) {
    const { keywords, everywhere } = load();
    const findings: Finding[] = privateKeys(text, from);
    for (const rule of keywords.rulesIn(text, from)) {
      /** What begins inside an open secret ends where it ends. */
      let covered = from;
      for (const { found, start, end } of matches(rule, text, from)) {
        const judged = text.slice(start, Math.min(end, start + JUDGED));
        if (start < covered || isAllowed(rule, everywhere, text, found, judged)) continue;
        if (rule.open) covered = end;
        findings.push({ start, end, label: 'API_KEY', ...(rule.open && end === text.length && { open: true }) });
      }
    }
    return findings.sort((a, b) => a.start - b.start);
  },
  begun(text, from) {
    let first = firstOf(BEGUN, text, from);
    for (const rule of load().ofLines) {
      for (const { found, start } of matches(rule, text, from)) {
        const after = text.slice(found.index + found[0].length);
        const lineGoesOn = after.length < LONGEST_LINE && !after.includes('\n');
        if (lineGoesOn && start >= from) first = Math.min(first, start);
      }
    }
    return first;
  },
};

interface Match {
  readonly found: RegExpExecArray;
  /** Of the secret. */
  readonly start: number;
  readonly end: number;
}

/** Of secrets from `from` on: one from every place that any begins at, so that it does not matter where the search began. */
function matches(rule: Rule, text: string, from: number): Match[] {
  const matches: Match[] = [];
  const { pattern } = rule;
  /** Where the run ends that open secrets were found in: it is walked through once. */
  let runUntil = 0;
  pattern.lastIndex = Math.max(0, from - rule.lead);
  for (let found = pattern.exec(text); found; found = pattern.exec(text)) {
    pattern.lastIndex = found.index + 1;
    const secret = secretOf(rule, found, text);
    if (!secret) continue;
    const [start, end] = secret;
    if (rule.open && end > runUntil) runUntil = runEnd(text, end);
    matches.push({ found, start, end: rule.open ? runUntil : end });
  }
  return matches;
}

function secretOf({ group }: Rule, found: RegExpExecArray, text: string): readonly [number, number] | null {
  const places = found.indices!;
  const matched = places.findIndex((place, index) => index > 0 && place && place[0] < place[1]);
  const place = places[group ?? matched] ?? places[0];
  if (!place) return null;
  // Some rules take the quotes around a secret for a part of it.
  const quoted = /["']/.test(text[place[0]]!) && text[place[0]] === text[place[1] - 1] && place[1] - place[0] > 2;
  if (quoted) return [place[0] + 1, place[1] - 1];
  return place;
}

function isAllowed(rule: Rule, everywhere: Allows, text: string, found: RegExpExecArray, secret: string): boolean {
  if (rule.entropy !== undefined && bitsPerCharacter(secret) <= rule.entropy) return true;
  if (everywhere(secret)) return true;
  return rule.allow.some(({ target, allows }) => {
    if (target === 'secret') return allows(secret);
    const before = text.slice(Math.max(0, found.index - LONGEST_LINE), found.index);
    const matchEnd = found.index + found[0].length;
    if (target === 'line') {
      const after = text.slice(matchEnd, matchEnd + LONGEST_LINE);
      return allows(/[^\n]*$/.exec(before)![0] + found[0] + /^[^\n]*/.exec(after)![0]);
    }
    // The rules' own patterns begin with up to 50 characters of a name, which the search itself does not need.
    return allows(/[\w.-]{0,50}$/.exec(before)![0] + found[0]);
  });
}

function runEnd(text: string, from: number): number {
  let end = from;
  while (end < text.length && end - from < LONGEST_RUN && OPEN_CHARACTER.test(text[end]!)) end++;
  return end;
}

/** C. E. Shannon's entropy of its characters. */
export function bitsPerCharacter(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

interface Loaded {
  readonly keywords: KeywordIndex<Rule>;
  /** Rules whose allowances look at what follows in the line. */
  readonly ofLines: readonly Rule[];
  readonly everywhere: Allows;
}

let loaded: Loaded | null = null;

/** 65 kB and 221 patterns, read and compiled when the first policy asks for them. */
function load(): Loaded {
  if (loaded) return loaded;
  const file = new URL('./secret-rules.json', import.meta.url);
  const data = JSON.parse(readFileSync(file, 'utf8')) as { rules: RuleRow[]; allow: Allowance };
  const rules = data.rules.map(
    ({ pattern, lead = LEAD, allow = [], ...rule }): Rule => ({
      ...rule,
      lead,
      pattern: new RegExp(pattern, rule.ignoreCase ? 'dgi' : 'dg'),
      allow: allow.map((one) => ({ target: one.target ?? 'secret', allows: allowance(one) })),
    }),
  );
  const ofLines = rules.filter(({ allow }) => allow.some(({ target }) => target === 'line'));
  loaded = { keywords: keywordIndex(rules), ofLines, everywhere: allowance(data.allow) };
  return loaded;
}

function allowance({ patterns = [], words = [] }: Allowance): Allows {
  const compiled = patterns.map((pattern) => new RegExp(pattern));
  return (text) => {
    const lower = text.toLowerCase();
    return words.some((word) => lower.includes(word)) || compiled.some((pattern) => pattern.test(text));
  };
}
