import { Secret } from '../../src/core/secret.ts';
import { createKeyring } from '../../src/platform/keyring.ts';

export const testKeyring = createKeyring(new Secret('a secret key for tests, and for nothing else'));
