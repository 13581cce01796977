import { expect, test } from 'vitest';
import type { Answers } from '../../src/platform/answers/answers.ts';

export interface AnswersUnderTest {
  readonly answers: Answers;
  /** Resolves when `ms` have passed for the store. */
  pass(ms: number): Promise<void>;
}

export function answersContract(open: () => Promise<AnswersUnderTest>): void {
  test('gives back what was set, as it was, and null for anything else', async () => {
    const { answers } = await open();
    const text = 'größer ✓ \u0000 "quoted"\n';
    await answers.set('a', text, 60_000);
    expect(await answers.get('a')).toBe(text);
    expect(await answers.get('b')).toBeNull();
    await answers.set('a', '', 60_000);
    expect(await answers.get('a')).toBe('');
  });

  test('forgets an answer when its time is over', async () => {
    const { answers, pass } = await open();
    await answers.set('short', 'x', 40);
    await answers.set('long', 'x', 60_000);
    await pass(50);
    expect(await answers.get('short')).toBeNull();
    expect(await answers.get('long')).toBe('x');
  });

  test('purges by the beginning of the key, whatever characters are in it, and says how many there were', async () => {
    const { answers } = await open();
    const doomed = Array.from({ length: 1200 }, (_, n) => `org_[1]*?\\:${n}`);
    const kept = ['org_1:1', 'org_[1]*', 'x org_[1]*?\\:1'];
    await Promise.all([...doomed, ...kept].map((key) => answers.set(key, 'x', 60_000)));
    expect(await answers.count('org_[1]*?\\:')).toBe(doomed.length);
    expect(await answers.purge('org_[1]*?\\:')).toBe(doomed.length);
    expect(await answers.count('org_[1]*?\\:')).toBe(0);
    expect(await answers.get(doomed[7]!)).toBeNull();
    expect(await Promise.all(kept.map((key) => answers.get(key)))).toEqual(['x', 'x', 'x']);
    expect(await answers.purge('nothing begins like this')).toBe(0);
  });
}
