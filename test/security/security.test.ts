import { describe, expect, test } from 'vitest';
import { detectors } from '../../src/core/admission.ts';
import { finders } from '../../src/redaction/detectors/index.ts';
import { found, hostilePatterns, hostileTexts } from './hostile.ts';
import { dataIsHere, redactionFigures } from './redaction.ts';

/** What `npm run security` prints, as far as it does not depend on how busy the machine is. */

test.skipIf(!dataIsHere)('detectors find what they promise on public data, and leave harmless text alone', () => {
  const missed = redactionFigures().filter(({ reached, value }) => !reached && !value.endsWith('ms'));
  expect(missed).toEqual([]);
});

describe('hostile input', () => {
  test.each(detectors)('does not keep %s from ending', (name) => {
    for (const text of Object.values(hostileTexts)) expect(finders[name].find(text, 0)).toBeInstanceOf(Array);
  });

  test('does not keep patterns of users from ending', () => {
    for (const [pattern, text] of hostilePatterns) found(pattern, text);
  });
});
