import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

/** Prompts of 14 benchmark tasks; see SOURCE.md beside it. */
const DATA = resolve(import.meta.dirname, '../../../shared/data/llmrouter/train.json');

/**
 * `count` prompts, spread evenly over a JSON list of `{ "question": … }`.
 * Without the data a few prompts of our own take their place, over and over, and it says so.
 * @param path of the list; the data set's own by default
 */
export async function readPrompts(path: string | undefined, count: number): Promise<string[]> {
  const file = path ?? DATA;
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (path) throw error; // it was asked for by name
    console.log(`There are no prompts at ${file} (npm run demo -- PROMPTS.json takes others).`);
    console.log(`Instead, ${ownPrompts.length} prompts of the demo's own, over and over.\n`);
    return Array.from({ length: count }, (_, place) => ownPrompts[place % ownPrompts.length]!);
  }
  const questions = (JSON.parse(text) as { question: string }[]).map(({ question }) => question);
  if (!questions.every((question) => typeof question === 'string')) {
    throw new TypeError(`${file} is no JSON list of { "question": "…" }.`);
  }
  const wanted = Math.min(count, questions.length);
  return Array.from({ length: wanted }, (_, place) => questions[Math.floor((place * questions.length) / wanted)]!);
}

const ownPrompts = [
  'Write a haiku about a harbour at night.',
  'Explain to a ten-year-old why the sky is blue.',
  'Translate into French: the meeting has been moved to Thursday.',
  'A train leaves at 9:40 and arrives at 13:05. How long does it take?',
  'Name three risks of storing passwords in a spreadsheet.',
  'Summarize in one sentence: cats sleep most of the day and hunt at dusk.',
  'Write a SQL query for the ten customers with the highest turnover.',
  'What should I ask before I buy a used bicycle?',
];
