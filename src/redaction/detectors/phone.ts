import { patternFinder, type Starts } from './detector.ts';

/** A letter of a word that numbers are written apart from: between those of the others there are no spaces. */
const SPACED = String.raw`(?![\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}])\p{L}`;

/**
 * Telephone numbers, in E.164 and as people write them at home. Digits in groups are common, so a row of them counts
 * only when its shape is a telephone's or the words before it say that it is one.
 */
const CANDIDATE = new RegExp(
  String.raw`(?<!${SPACED}|[\p{N}.$€£#=*^/+-]|\p{N}[ ),])(?:\+|\()?\p{Nd}(?:[ .-]?[()]{0,2}[ .-]?\p{Nd}){6,16}(?:\s?(?:x|ext\.?)\s?\p{Nd}{1,5})?(?!${SPACED}|\p{N}|[-.,/:]\p{N}|[)]?[ ]?[*^=+×÷])`,
  'gu',
);

const SAYS_SO =
  /(?:phone|tele?(?:phone|fon)?|mobile|cell|fax|desk|office|call(?:ing|ed)?|dial|contact|reach|ring|messages?|sms|whats\s?app|handy|nummer|portable|tél)\b[^\p{N}\n]{0,28}\n?[ \t]{0,4}$/iu;
const SAYS_SO_AFTER = /^[ -]{0,2}(?:office|fax|mobile|desk|cell|home|phone)\b/i;

const LONGEST_HINT = 48;

const YEAR = '(?:1[89]|20)\\d\\d';
const DAY = '(?:0?[1-9]|[12]\\d|3[01])';
const DATE = new RegExp(`^(?:${YEAR}([-. ])${DAY}\\1${DAY}|${DAY}([-. ])${DAY}\\2${YEAR})(?:[ -]\\d{1,2})*$`);

/** From its first digit, and the word that may follow it. */
const BEGUN = /[\p{Nd}+(][\p{Nd}\s.()+xet-]*[\s\S]{0,12}$/giu;

/** What may be a digit of another script: those of the first 65,536 characters are ASCII's here (../folded.ts). */
const OTHER_SCRIPT = /[\ud801-\ud83a\ud83e]/;
/** Where a candidate may begin, as far as ASCII goes: what it may not come after is the same. */
const SEVEN_DIGITS = /(?=[+(\d])(?<![A-Za-z\d.$#=*^/+-]|\d[ ),])[+(]?\d(?:[ .()-]{0,4}\d){6}/g;

/** V8 is slow to look for \p{Nd}, at every place of a text that has no others than ASCII's. */
const starts: Starts = (text) => {
  if (OTHER_SCRIPT.test(text)) return null;
  return (from) => {
    SEVEN_DIGITS.lastIndex = from;
    return SEVEN_DIGITS.exec(text)?.index ?? -1;
  };
};

export const phone = patternFinder('PHONE', CANDIDATE, 112, {
  hint: /\p{Nd}/u,
  begun: BEGUN,
  starts,
  confirm: confirmed,
});

function confirmed(found: RegExpExecArray, text: string): { start: number; end: number } | null {
  const written = found[0].replace(/\s?(?:x|ext\.?)\s?\p{Nd}{1,5}$/u, '');
  const groups = written.split(/[^\p{Nd}]+/u).filter((digits) => digits !== '');
  const digits = groups.join('');
  if (digits.length < 7 || digits.length > 15 || isDate(written) || /^(\d)\1+$/.test(digits)) return null;
  const end = found.index + found[0].length;
  const before = text.slice(Math.max(0, found.index - LONGEST_HINT), found.index);
  const said = SAYS_SO.test(before) || SAYS_SO_AFTER.test(text.slice(end, end + 10));
  if (!shaped(written, groups, digits) && !(said && plausible(groups, digits))) return null;
  // "230-6030 1-week camp": what follows after a space and stands alone counts something else.
  const more = /(?<=\p{Nd}) \p{Nd}$/u.exec(found[0]);
  return { start: found.index, end: more && digits.length > 8 ? found.index + more.index : end };
}

/** So few other things are written like this that no word is needed. */
function shaped(written: string, groups: readonly string[], digits: string): boolean {
  if (written.startsWith('+')) return digits.length >= 8;
  if (digits.startsWith('00')) return groups.length > 1 && digits.length >= 10;
  if (/^\(\d{2,4}\)/.test(written)) return groups.length > 1;
  if (groups.length < 2 || groups.length > 5 || groups.some(({ length }) => length > 8)) return false;
  const separators = new Set(written.match(/[ .-]/g));
  if (separators.size > 1 && !digits.startsWith('0')) return false;
  if (digits.startsWith('0')) return digits.length >= 9 && groups[0]!.length >= 2;
  // 905-674-3793, 930.167.3943
  if (groups.length === 3) return /^3,3,4$/.test(lengths(groups)) && /^[2-9]/.test(digits) && !separators.has(' ');
  return false;
}

function plausible(groups: readonly string[], digits: string): boolean {
  return groups.length > 1 ? groups.every(({ length }) => length <= 8) : digits.length >= 7 && digits.length <= 12;
}

function isDate(written: string): boolean {
  return DATE.test(written);
}

function lengths(groups: readonly string[]): string {
  return groups.map(({ length }) => length).join(',');
}
