import type { Detector } from '../../core/admission.ts';
import { address } from './address.ts';
import { apiKey } from './api-key.ts';
import { creditCard } from './credit-card.ts';
import { dateOfBirth } from './date-of-birth.ts';
import type { Finder } from './detector.ts';
import { email } from './email.ts';
import { iban } from './iban.ts';
import { ipAddress } from './ip-address.ts';
import { medicalId } from './medical-id.ts';
import { nationalId } from './national-id.ts';
import { personName } from './person-name.ts';
import { phone } from './phone.ts';
import { ssn } from './ssn.ts';

/** Every detector by its name. Where two find the same stretch, the one written further up names it. */
export const finders: Readonly<Record<Detector, Finder>> = {
  API_KEY: apiKey,
  EMAIL: email,
  IBAN: iban,
  CREDIT_CARD: creditCard,
  SSN: ssn,
  NATIONAL_ID: nationalId,
  MEDICAL_ID: medicalId,
  DATE_OF_BIRTH: dateOfBirth,
  IP_ADDRESS: ipAddress,
  PHONE: phone,
  ADDRESS: address,
  PERSON_NAME: personName,
};

export type { Finder, Finding } from './detector.ts';
