import { patternFinder } from './detector.ts';

/** RFC 5321: 64 characters before the @; after it, most domains are short, and 128 are enough for all others. */
const EMAIL =
  /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}_][\p{L}\p{N}._%+'-]{0,63}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,40}[\p{L}\p{N}])?\.){1,3}\p{L}{2,18}(?![\p{L}\p{N}-])/gu;

export const email = patternFinder('EMAIL', EMAIL, 260, {
  hint: /@/u,
  begun: /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}_][\p{L}\p{N}._%+'@-]*$/gu,
});
