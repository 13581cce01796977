import { codeAt } from '../../core/code-at.ts';
import { patternFinder, type Starts } from './detector.ts';

/** RFC 5321: 64 characters before the @; after it, most domains are short, and 128 are enough for all others. */
const EMAIL =
  /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}_][\p{L}\p{N}._%+'-]{0,63}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,40}[\p{L}\p{N}])?\.){1,3}\p{L}{2,18}(?![\p{L}\p{N}-])/gu;

/** UTF-16 units of 64 characters. */
const MOST_BEFORE = 128;

/** Before an @, where a word begins. */
const starts: Starts = (text) => {
  let sign = -1;
  /** Before this sign, the first of them last. */
  let places: number[] = [];
  return (from) => {
    for (;;) {
      while (places.length > 0 && places.at(-1)! < from) places.pop();
      if (places.length > 0) return places.at(-1)!;
      sign = text.indexOf('@', Math.max(from, sign + 1));
      if (sign < 0) return -1;
      places = wordsBefore(text, sign);
    }
  };
};

function wordsBefore(text: string, sign: number): number[] {
  const places: number[] = [];
  for (let at = sign - 1; at >= Math.max(0, sign - MOST_BEFORE); at--) {
    const code = codeAt(text, at);
    if (code <= ASCII && !IN_NAME.test(text[at]!)) break;
    if ((code <= ASCII && !BEGINS.test(text[at]!)) || isTrail(code)) continue;
    if (!goesOn(text, at)) places.push(at);
  }
  return places;
}

/** Whether what stands before this place belongs to the same word. */
function goesOn(text: string, at: number): boolean {
  return SAME_WORD.test(text.slice(isTrail(codeAt(text, at - 1)) ? at - 2 : at - 1, at));
}

/** Of ASCII; any other character may stand in a name. */
const IN_NAME = /[\w.%+'-]/;
const BEGINS = /\w/;
const SAME_WORD = /[\p{L}\p{N}._%+-]/u;
const ASCII = 0x7f;

/** The second half of a character beyond the first 65,536. */
function isTrail(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}

export const email = patternFinder('EMAIL', EMAIL, 260, {
  hint: /@/u,
  starts,
  begun: /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}_][\p{L}\p{N}._%+'@-]*$/gu,
});
