import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Secret } from '../../src/core/secret.ts';
import { createKeyring } from '../../src/platform/keyring.ts';

const keyring = createKeyring(new Secret('0123456789abcdef0123456789abcdef'));
const stranger = createKeyring(new Secret('another secret of about that size'));

test('a hash is the same in every process with the secret, and 32 bytes long', () => {
  const sibling = createKeyring(new Secret('0123456789abcdef0123456789abcdef'));
  expect(sibling.hash('api-key', 'text')).toEqual(keyring.hash('api-key', 'text'));
  expect(keyring.hash('api-key', 'text')).toHaveLength(32);
});

test('a hash differs by secret, by purpose and by text', () => {
  const hashes = [
    keyring.hash('api-key', 'text'),
    stranger.hash('api-key', 'text'),
    keyring.hash('other', 'text'),
    keyring.hash('api-key', 'text '),
  ];
  expect(new Set(hashes.map((hash) => hash.toString('hex'))).size).toBe(4);
});

test('the hash of a known secret, purpose and text stays what it was: stored keys depend on it', () => {
  expect(keyring.hash('api-key', 'text').toString('hex')).toBe(
    'e5b1daf90cf74bfbf2039c9def3e1ea16e0830e659fec70e824e99c43f70ace6',
  );
});

test('whatever is sealed opens again, under its own aad', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (plain, aad) => {
      expect(keyring.open(keyring.seal(plain, aad), aad)).toBe(plain);
    }),
  );
});

test('sealing twice gives two values that have nothing in common', () => {
  const [one, two] = [keyring.seal('the same', 'row'), keyring.seal('the same', 'row')];
  expect(one.subarray(0, 12)).not.toEqual(two.subarray(0, 12));
  expect(one.subarray(28)).not.toEqual(two.subarray(28));
  expect(one).toHaveLength(12 + 16 + 'the same'.length);
});

test('a value does not open in another row, nor under another secret', () => {
  const sealed = keyring.seal('sk-provider', 'org_1:crd_1');
  expect(() => keyring.open(sealed, 'org_1:crd_2')).toThrow('GLIDEPATH_SECRET_KEY');
  expect(() => stranger.open(sealed, 'org_1:crd_1')).toThrow('GLIDEPATH_SECRET_KEY');
});

test('a value with any byte changed or missing does not open', () => {
  const sealed = keyring.seal('sk-provider', 'row');
  for (let place = 0; place < sealed.length; place++) {
    const forged = Buffer.from(sealed);
    forged[place] = forged[place]! ^ 1;
    expect(() => keyring.open(forged, 'row')).toThrow();
    expect(() => keyring.open(sealed.subarray(0, place), 'row')).toThrow();
  }
});
