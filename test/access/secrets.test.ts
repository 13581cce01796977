import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isMistyped, newSecret, prefixOf } from '../../src/access/secrets.ts';
import { Secret } from '../../src/core/secret.ts';

test('a secret says what it is, holds 256 random bits and ends in a checksum', () => {
  expect(newSecret().reveal()).toMatch(/^gp_live_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}$/);
});

test('a thousand secrets are a thousand different ones, and none looks mistyped', () => {
  const secrets = Array.from({ length: 1000 }, () => newSecret().reveal());
  expect(new Set(secrets).size).toBe(1000);
  expect(secrets.filter(isMistyped)).toEqual([]);
});

test('one wrong character anywhere in the random part or the checksum shows', () => {
  const secret = newSecret().reveal();
  const places = Array.from(secret, (_, place) => place).filter((place) => place >= 8 && secret[place] !== '_');
  fc.assert(
    fc.property(fc.constantFrom(...places), fc.constantFrom(...'0aZ9kQ'), (place, character) => {
      const typed = secret.slice(0, place) + character + secret.slice(place + 1);
      expect(isMistyped(typed)).toBe(typed !== secret);
    }),
  );
});

test('a text of another form is not mistyped: operators may choose their own', () => {
  for (const text of ['', 'my-own-admin-key-of-some-length', 'gp_live_short', `${newSecret().reveal()}x`]) {
    expect(isMistyped(text)).toBe(false);
  }
});

test('four characters of the random part are shown, and four of a text of another form', () => {
  const secret = newSecret();
  expect(prefixOf(secret)).toBe(secret.reveal().slice(0, 12));
  expect(prefixOf(new Secret('my-own-admin-key-of-some-length'))).toBe('my-o');
});
