/** The zeros of all scripts that have their digits, which follow them, among the first 65,536 characters. */
const ZEROS = '٠۰߀०০੦૦୦௦౦೦൦෦๐໐༠၀႐០᠐᥆᧐᪀᪐᭐᮰᱀᱐꘠꣐꤀꧐꧰꩐꯰';
const FIRST = 0x0660;
/** What they are in ASCII, by their codes; 0: they stay. */
const ascii = new Uint8Array(0x10000);
ascii[0x3000] = 0x20;
for (let code = 0x21; code < 0x7f; code++) ascii[code + 0xfee0] = code;
for (const zero of ZEROS) for (let digit = 0; digit < 10; digit++) ascii[zero.charCodeAt(0) + digit] = 0x30 + digit;

const digits = [...ZEROS].map((zero) => `${zero}-${String.fromCharCode(zero.charCodeAt(0) + 9)}`).join('');
const FOLDABLE = new RegExp(`[${digits}\\u3000\\uff01-\\uff5e]`);

/**
 * A text as detectors read it: `０９０－１２３４－５６７８` and `٠٩٠` are what they are to people. Digits of every script, and all that East
 * Asian keyboards write in full width, are ASCII's. Each stays one UTF-16 code unit, so that places are the same in both
 * texts.
 */
export function folded(text: string): string {
  if (!FOLDABLE.test(text)) return text;
  const bytes = Buffer.from(text, 'utf16le');
  const codes = new Uint16Array(bytes.buffer, bytes.byteOffset, text.length);
  for (let place = 0; place < codes.length; place++) {
    const code = codes[place]!;
    if (code >= FIRST) codes[place] = ascii[code] || code;
  }
  return bytes.toString('utf16le');
}
