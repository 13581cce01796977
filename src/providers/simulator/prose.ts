import { type Chance, pick } from './chance.ts';

/** Harmless sentences that sound like an answer and mention what was asked about. */
export function proseOf(asked: string, sentences: number, chance: Chance): string {
  const subject = subjectOf(asked);
  return Array.from({ length: sentences }, () => sentence(subject, chance)).join(' ');
}

function sentence(subject: string, chance: Chance): string {
  const text = `${pick(openings, chance)} ${pick(verbs, chance)} ${pick(objects, chance)} ${pick(endings, chance)}.`;
  const named = text.replace('{subject}', subject);
  return named.charAt(0).toUpperCase() + named.slice(1);
}

/** The last few words of the question: what it is usually about. */
function subjectOf(asked: string): string {
  const words = asked.match(/[\p{L}\p{N}'-]+/gu) ?? [];
  return words.length === 0 ? 'the question' : `"${words.slice(-4).join(' ')}"`;
}

const openings = [
  'a short look at {subject}',
  'in practice {subject}',
  'the first thing about {subject}',
  'seen from a distance, {subject}',
  'whoever works with {subject} every day',
  'most of what is known about {subject}',
] as const;

const verbs = ['depends on', 'comes down to', 'is shaped by', 'rewards', 'is explained by', 'begins with'] as const;

const objects = [
  'a few plain habits',
  'the order in which things happen',
  'careful measurement',
  'the people who keep it running',
  'small steps taken early',
  'a clear idea of the goal',
] as const;

const endings = [
  'and can be tried within an hour',
  'long before it shows',
  'in all but the rarest cases',
  'which is why notes are worth keeping',
  'and the rest follows',
  'as the second attempt usually shows',
] as const;
