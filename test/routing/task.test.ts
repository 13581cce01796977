import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Task } from '../../src/core/chat.ts';
import { languageOf } from '../../src/routing/language.ts';
import { classify } from '../../src/routing/task/classify.ts';

test.each<[Task, string]>([
  ['CREATIVE', 'Write a short story about a lighthouse keeper who is afraid of the dark.'],
  ['FACTUAL', 'Who painted the ceiling of the Sistine Chapel?'],
  ['CODE', 'Write a Python function that reverses a linked list.'],
  ['MATH', 'Solve the equation 3x + 5 = 20 for x.'],
  ['EXTRACTION', 'Extract all dates and names from the following e-mail: Dear Ann, on 3 May Bob …'],
  ['SUMMARISATION', 'Summarize this article in three sentences: The city council met on Monday …'],
  ['TRANSLATION', 'Translate into French: the cat sat on the mat.'],
  ['CHAT', 'Hey, how are you today?'],
  ['CHAT', ''],
])('%s: "%s"', (task, text) => {
  expect(classify(text).task).toBe(task);
});

test('a clear wish is surer than a vague one, and no sign at all is hardly sure', () => {
  const clear = classify('Translate this into German: good evening').confidence;
  expect(clear).toBeGreaterThan(0.8);
  expect(classify('Thunder clouds are').confidence).toBeLessThan(0.4);
});

test.each([
  ['en', 'What is the best way to learn how to swim?'],
  ['de', 'Ich möchte wissen, wie das Wetter in der Stadt ist.'],
  ['fr', 'Quelle est la capitale de la France et pour quelle raison ?'],
  ['es', 'Escribe una carta para los vecinos del edificio.'],
  ['ja', '東京の天気はどうですか'],
  ['ru', 'Какая сегодня погода?'],
  ['zh', '今天天气怎么样'],
  [null, 'ok 42'],
])('language %s: "%s"', (language, text) => {
  expect(languageOf(text)).toBe(language);
});

const TRAIN = ['../../../shared/data', '/work/shared/data']
  .map((folder) => new URL(`${folder}/llmrouter/train.json`, import.meta.url).pathname)
  .find((path) => existsSync(path));

/**
 * LLMRouter's prompts (MIT) come from benchmarks but do not say from which. These are the ones whose looks leave no
 * doubt, which makes them easier than the rest: what is printed is an upper bound.
 */
function sureLabel(question: string): Task | null {
  if (/^\s*(def |from typing|import )|Write a (python )?function/i.test(question)) return 'CODE';
  if (/\\boxed|\\frac|\\sqrt/.test(question)) return 'MATH';
  if (/according to the (passage|text|author)/i.test(question) && question.length > 400) return 'EXTRACTION';
  if (/^(who|when|where|which) [^?\n\d]{5,100}\??$/i.test(question.trim())) return 'FACTUAL';
  return null;
}

test.skipIf(!TRAIN)('of benchmark prompts whose task is beyond doubt, at least nine in ten are recognised', () => {
  const prompts = JSON.parse(readFileSync(TRAIN!, 'utf8')) as { question: string }[];
  const tally: Record<string, { right: number; of: number }> = {};
  for (const { question } of prompts) {
    const label = sureLabel(question);
    if (!label) continue;
    tally[label] ??= { right: 0, of: 0 };
    tally[label].of++;
    if (classify(question).task === label) tally[label].right++;
  }
  console.log(
    Object.entries(tally)
      .map(([task, { right, of }]) => `${task} ${right}/${of}`)
      .join(', '),
  );
  const sum = (of: 'right' | 'of') => Object.values(tally).reduce((total, counts) => total + counts[of], 0);
  expect(sum('right') / sum('of')).toBeGreaterThan(0.9);
});
