import { patternFinder } from './detector.ts';

/** US Social Security: area 001 to 899 but 666, group 01 to 99, serial 0001 to 9999; without hyphens only by its name. */
const HYPHENATED = '(?!000|666|9\\d\\d)\\d{3}([- ])(?!00)\\d{2}\\1(?!0000)\\d{4}';
const NAMED =
  '(?<=\\b(?:ssn|social security(?: (?:number|no\\.?))?)[^\\d\\n]{0,12})(?!000|666|9)\\d{3}(?!00)\\d{2}(?!0000)\\d{4}';

export const ssn = patternFinder(
  'SSN',
  new RegExp(`(?<![\\w.,-])(?:${HYPHENATED}|${NAMED})(?![\\w]|[-.,]\\d)`, 'gi'),
  64,
  { hint: /\d/u, begun: /\d[\d -]*[.,]?$/g },
);
