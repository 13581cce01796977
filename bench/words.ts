/**
 * What the upstream says: words that carry the time they were sent at, in letters, so that whoever reads them knows how
 * long they were on the way, whatever was wrapped around them. `~` begins one; no detector takes letters for data.
 */
const LETTERS = 7;
const MODULUS = 26 ** LETTERS;

/** µs of the machine's monotonic clock, which all processes share. */
export const nowUs = (): number => Number(process.hrtime.bigint() / 1000n);

export function wordOf(us: number): string {
  let rest = us % MODULUS;
  let word = '';
  for (let place = 0; place < LETTERS; place++) {
    word = String.fromCharCode(97 + (rest % 26)) + word;
    rest = Math.floor(rest / 26);
  }
  return `~${word}`;
}

const WORD = /~([a-z]{7})/g;

/** How long each word of `text` was on its way until `us`, in µs. Words that two reads tear apart are not counted. */
export function agesIn(text: string, us: number): number[] {
  const ages: number[] = [];
  for (const [, letters] of text.matchAll(WORD)) {
    let sent = 0;
    for (const letter of letters!) sent = sent * 26 + letter.charCodeAt(0) - 97;
    ages.push((us - sent + MODULUS) % MODULUS);
  }
  return ages;
}
