import { patternFinder, whole } from './detector.ts';

/** ISO/IEC 7812: 12 to 19 digits, often written in groups. */
const CARD = /(?<![\d.,-])(?<!\d )\d(?:[ -]?\d){11,18}(?![\d]|[.,-]\d)/g;

export const creditCard = patternFinder('CREDIT_CARD', CARD, 48, {
  hint: /\d/u,
  begun: /\d[\d -]*[.,]?$/g,
  confirm(found) {
    const digits = found[0].replace(/[ -]/g, '');
    return issued(digits) && luhn(digits) ? whole(found) : null;
  },
});

/** Begins as issuers' numbers do, and is no single digit repeated. */
function issued(digits: string): boolean {
  return /^(?:[3-6]|2[0-7]|1[38])/.test(digits) && !/^(\d)\1+$/.test(digits);
}

/** Hans Peter Luhn, US patent 2,950,048: every second digit from the right doubled, all digits summed. */
export function luhn(digits: string): boolean {
  let sum = 0;
  for (let place = 0; place < digits.length; place++) {
    const digit = Number(digits[digits.length - 1 - place]);
    const doubled = place % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
