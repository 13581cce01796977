import { patternFinder, whole } from './detector.ts';

/**
 * Numbers of persons in other countries, where the number carries a check of its own or its country's name stands
 * before it. Sources: the authorities' own descriptions of each number.
 */
const NUMBERS: readonly { readonly shape: string; readonly holds: (text: string) => boolean }[] = [
  // United Kingdom, National Insurance: two letters, six digits, A to D.
  {
    shape: '(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\\d{2} ?\\d{2} ?\\d{2} ?[A-D]',
    holds: () => true,
  },
  // Spain, DNI and NIE: the letter is the number modulo 23.
  { shape: '[XYZ]?\\d{7,8}-?[A-HJ-NP-TV-Z]', holds: spanish },
  // Italy, codice fiscale.
  { shape: '[A-Z]{6}\\d{2}[A-EHLMPRST]\\d{2}[A-Z]\\d{3}[A-Z]', holds: () => true },
  // France, numéro de sécurité sociale: 13 digits and 97 less their remainder.
  { shape: '[12] ?\\d{2} ?(?:0[1-9]|1[0-2]) ?(?:\\d{2}|2[AB]) ?\\d{3} ?\\d{3} ?\\d{2}', holds: french },
  // Brazil, CPF, in its own punctuation.
  { shape: '\\d{3}\\.\\d{3}\\.\\d{3}-\\d{2}', holds: brazilian },
  // India, Aadhaar in three groups: Verhoeff.
  { shape: '[2-9]\\d{3} \\d{4} \\d{4}', holds: verhoeff },
  // Finland, henkilötunnus: the character is the number modulo 31.
  { shape: '\\d{6}[-+A-FU-Y]\\d{3}[0-9A-FHJ-NPR-Y]', holds: finnish },
];

const ANY = new RegExp(
  `(?<![\\p{L}\\p{N}.,-])(?:${NUMBERS.map(({ shape }) => `(${shape})`).join('|')})(?![\\p{L}\\p{N}]|[-.,]\\p{N})`,
  'gu',
);

export const nationalId = patternFinder('NATIONAL_ID', ANY, 48, {
  hint: /\d|[A-Z]{2}/u,
  begun: /[A-Z\d][A-Z\d .+-]*,?$/g,
  confirm(found) {
    const which = NUMBERS.findIndex((_, place) => found[place + 1] !== undefined);
    return NUMBERS[which]!.holds(found[0].replace(/[ .]/g, '')) ? whole(found) : null;
  },
});

function spanish(text: string): boolean {
  const digits = text.replace('-', '').replace(/^[XYZ]/, (letter) => String('XYZ'.indexOf(letter)));
  if (digits.length !== 9) return false;
  return 'TRWAGMYFPDXBNJZSQVHLCKE'[Number(digits.slice(0, 8)) % 23] === digits[8];
}

function french(text: string): boolean {
  const number = text.slice(0, 13).replace('2A', '19').replace('2B', '18');
  return 97n - (BigInt(number) % 97n) === BigInt(text.slice(13));
}

function brazilian(text: string): boolean {
  const digits = [...text.replace('-', '')].map(Number);
  if (digits.every((digit) => digit === digits[0])) return false;
  const check = (count: number) => {
    const sum = digits.slice(0, count).reduce((all, digit, place) => all + digit * (count + 1 - place), 0);
    return ((sum * 10) % 11) % 10;
  };
  return check(9) === digits[9] && check(10) === digits[10];
}

function finnish(text: string): boolean {
  const number = Number(text.slice(0, 6) + text.slice(7, 10));
  const [day, month] = [Number(text.slice(0, 2)), Number(text.slice(2, 4))];
  return (
    day >= 1 && day <= 31 && month >= 1 && month <= 12 && '0123456789ABCDEFHJKLMNPRSTUVWXY'[number % 31] === text[10]
  );
}

/** J. Verhoeff, "Error Detecting Decimal Codes", 1969: the dihedral group of order ten. */
function verhoeff(text: string): boolean {
  let check = 0;
  for (const [place, digit] of [...text].reverse().entries()) {
    let value = Number(digit);
    for (let round = 0; round < place % 8; round++) value = PERMUTATION[value]!;
    check = dihedral(check, value);
  }
  return check === 0;
}

const PERMUTATION = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];

function dihedral(a: number, b: number): number {
  if (a < 5) return b < 5 ? (a + b) % 5 : ((a + b) % 5) + 5;
  return b < 5 ? ((a - b + 5) % 5) + 5 : (a - b + 5) % 5;
}
