import { group, patternFinder } from './detector.ts';

/** A date is somebody's only when the words before it say so. */
const NAMED =
  '(?:date of birth|birth ?date|birthday|born(?: on)?|d\\.?o\\.?b\\.?|geb(?:oren(?: am)?|urtsdatum|\\.)|né(?:e)? le|nacid[oa] el|fecha de nacimiento)';
const MONTH =
  '(?:jan(?:uary|uar)?|feb(?:ruary|ruar)?|mar(?:ch)?|märz|apr(?:il)?|may|mai|june?|juni|july?|juli|aug(?:ust)?|sep(?:t(?:ember)?)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?)';
const DATE = `(?:\\d{4}[-/.]\\d{1,2}[-/.]\\d{1,2}|\\d{1,2}[-/.]\\d{1,2}[-/.]\\d{2,4}|${MONTH}\\.? \\d{1,2}(?:st|nd|rd|th)?,? \\d{4}|\\d{1,2}(?:st|nd|rd|th|\\.)? (?:of )?${MONTH},? \\d{4})`;

const BIRTH = new RegExp(
  `(?<![\\p{L}\\p{N}])${NAMED}[^\\p{L}\\p{N}\\n]{0,4}(?:(?:is|was|on|the)[: ]{1,2}){0,2}(?<date>${DATE})(?!\\p{N})`,
  'dgiu',
);

/** The words that say so, whole or begun, and what has come of the date. */
const BEGUN = new RegExp(
  `(?<![\\p{L}\\p{N}])(?:${NAMED}[\\s\\S]{0,60}|[dbgnf][\\p{L}.]{0,10}(?: [\\p{L}.]{0,10}){0,2})$`,
  'giu',
);

/** Their beginnings, and those of a date. */
const HINT =
  /\d|jan|feb|m[aä]r|apr|ma[iy]|ju[ln]|aug|sep|o[ck]t|nov|de[cz]|date|birth|born|d\.?o\.?b|geb|né|nacid|fecha/iu;

export const dateOfBirth = patternFinder('DATE_OF_BIRTH', BIRTH, 96, {
  hint: HINT,
  lead: 48,
  begun: BEGUN,
  confirm: (found) => group(found, 'date'),
});
