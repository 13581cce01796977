import { patternFinder, type Starts } from './detector.ts';

/** RFC 5321: 64 characters before the @; after it, most domains are short, and 128 are enough for all others. */
const EMAIL =
  /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}_][\p{L}\p{N}._%+'-]{0,63}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,40}[\p{L}\p{N}])?\.){1,3}\p{L}{2,18}(?![\p{L}\p{N}-])/gu;

/** UTF-16 units of 64 characters. */
const MOST_BEFORE = 128;

/** Before an @, where a word begins. */
const starts: Starts = (text) => (from) => {
  for (let sign = text.indexOf('@', from); sign >= 0; sign = text.indexOf('@', sign + 1)) {
    let first = -1;
    for (let at = sign - 1; at >= Math.max(from, sign - MOST_BEFORE) && mayStandBefore(text.charCodeAt(at)); at--) {
      if (at === 0 || !goesOn(text.charCodeAt(at - 1))) first = at;
    }
    if (first >= 0) return first;
  }
  return -1;
};

/** In an address's first part; what is not ASCII may be a letter. */
function mayStandBefore(code: number): boolean {
  return goesOn(code) || code === QUOTE || code > ASCII;
}

/** Surely the same word as what comes next. */
function goesOn(code: number): boolean {
  return code <= ASCII && WORD[code] === 1;
}

const [QUOTE, ASCII] = [0x27, 0x7f];
const WORD = Uint8Array.from({ length: ASCII + 1 }, (_, code) => Number(/[\w.%+-]/.test(String.fromCharCode(code))));

export const email = patternFinder('EMAIL', EMAIL, 260, {
  hint: /@/u,
  starts,
  begun: /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}_][\p{L}\p{N}._%+'@-]*$/gu,
});
