import { group, patternFinder } from './detector.ts';

/** Numbers of patients have no shape of their own: the words before them tell. */
const NAMED =
  '(?:mrn|medical record(?: (?:number|no\\.?|id))?|patient(?: |-|_)?(?:id|number|no\\.?)|health (?:insurance|plan|card)(?: (?:number|no\\.?|id))?|nhs(?: (?:number|no\\.?))?|medicare(?: (?:number|no\\.?|id))?|npi|dea(?: number)?|versichertennummer|krankenversicherungsnummer)';

const NUMBER = new RegExp(
  `(?<![\\p{L}\\p{N}])${NAMED}(?: is| was)?[ \\t]{0,2}[:=#]{0,2}[ \\t"']{0,3}(?<number>(?=[A-Z-]{0,4}\\p{N})[A-Z\\p{N}](?:[ -]?[A-Z\\p{N}]){4,17})(?![\\p{L}\\p{N}])`,
  'dgiu',
);

/** The words that tell, whole or begun, and what has come of the number. */
const BEGUN = new RegExp(
  `(?<![\\p{L}\\p{N}])(?:${NAMED}[\\s\\S]{0,60}|[mphnvkd][\\p{L}.]{0,27}(?:[ _-][\\p{L}.]{0,12}){0,3})$`,
  'giu',
);

/** Their beginnings, and that of a number. */
const HINT = /\p{N}|(?<!\p{L})(?:mrn|medic|patient|health|nhs|npi|dea|versicherten|krankenv)/iu;

export const medicalId = patternFinder('MEDICAL_ID', NUMBER, 96, {
  hint: HINT,
  lead: 64,
  begun: BEGUN,
  confirm: confirmed,
});

function confirmed(found: RegExpExecArray): { start: number; end: number } | null {
  const { start, end } = group(found, 'number');
  const words = found.groups!.number!.split(' ');
  // The words that follow a number are no part of it.
  while (words.length > 1 && !/\p{N}/u.test(words.at(-1)!)) words.pop();
  const length = words.join(' ').length;
  return (words.join('').match(/\p{N}/gu)?.length ?? 0) >= 4 ? { start, end: Math.min(end, start + length) } : null;
}
