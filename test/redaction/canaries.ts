import type { detectors } from '../../src/core/admission.ts';

/** One of each kind of thing that must not leave, none of them anybody's. */
export const canaries: Readonly<Record<(typeof detectors)[number], readonly string[]>> = {
  EMAIL: ['frida.canary+test@mail.example-post.co.uk', 'jürgen@köln.example'],
  PHONE: ['+49 30 901820-77', '(555) 867-5309', '+14155552671', '0207 946 0958'],
  IBAN: ['DE89370400440532013000', 'GB29 NWBK 6016 1331 9268 19', 'FR1420041010050500013M02606'],
  CREDIT_CARD: ['4111111111111111', '5500 0055 5555 5559', '3782-822463-10005'],
  IP_ADDRESS: ['203.0.113.77', '2001:db8:85a3::8a2e:370:7334'],
  SSN: ['536-22-1234'],
  NATIONAL_ID: ['QQ123456C'.replace('QQ', 'AB'), '12345678Z', 'RSSMRA85T10A562S', '529.982.247-25'],
  API_KEY: [
    `ghp_${'aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY1zA2'}`,
    `AKIA${'QYLPMN5HFIQR7XYA'}`,
    `xoxb-${'123456789012-1234567890123'}-abcDEF123ghiJKL456mnoPQR`,
    `eyJ${'hbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9'}.eyJ${'zdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkNhbmFyeSJ9'}.dQw4w9WgXcQdQw4w9WgXcQdQw4w9`,
  ],
  DATE_OF_BIRTH: ['date of birth: 1984-07-23', 'born on 23 July 1984'],
  MEDICAL_ID: ['MRN: 8675309-22', 'NHS number 943 476 5919'],
  PERSON_NAME: ['Dr. Frida Kahlo', 'Wolfgang Amadeus Mozart'],
  ADDRESS: ['221B Baker Street', 'Hauptstraße 17'],
};

/** The part of a canary that must not be seen: without the words that give it away. */
export function bare(canary: string): string {
  return canary.replace(/^(?:date of birth: |born on |MRN: |NHS number )/, '');
}
