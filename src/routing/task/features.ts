import type { Task } from '../../core/chat.ts';

/** A sign in the text, and what it says for or against each task (in logits, set by hand). */
export interface Feature {
  readonly sign: RegExp;
  readonly says: Readonly<Partial<Record<Task, number>>>;
}

/**
 * Signs of what a text wants. All are plain alternatives without nested repetition, so each reads a text once. English
 * mostly; signs of code and arithmetic belong to no language.
 */
export const features: readonly Feature[] = [
  // Code
  { sign: /```|^\s*(def|class|import|from|function|const|let|public|#include)\s/m, says: { CODE: 3 } },
  { sign: /[;{}]\s*$/m, says: { CODE: 1.2 } },
  { sign: /"""|=>|\)\s*->|\bself\.|\breturn\s/, says: { CODE: 1.5 } },
  {
    sign: /\b(python|javascript|typescript|java|rust|golang|sql|regex|c\+\+|bash|html|css|react|api endpoint)\b/i,
    says: { CODE: 1.6 },
  },
  {
    sign: /\b(write|implement|create|complete|fix|debug|refactor|optimi[sz]e)\b.{0,40}\b(function|method|class|script|program|code|query|unit test|component|algorithm)\b/i,
    says: { CODE: 3.2 },
  },
  {
    sign: /\b(stack trace|traceback|exception|compiler?|segfault|null pointer|unit tests?|pull request)\b/i,
    says: { CODE: 1.8 },
  },
  // Mathematics
  { sign: /\\(frac|boxed|sqrt|sum|int|cdot|times|begin|angle|triangle)\b/, says: { MATH: 3.5, CODE: -1 } },
  { sign: /\$[^$\n]{1,120}\$/, says: { MATH: 1.2 } },
  { sign: /\d\s*[+*/^=×÷]\s*\d|\b\d+\s*-\s*\d+\s*=/, says: { MATH: 1.2 } },
  {
    sign: /\b(solve|equation|integral|derivative|probability|polynomial|triangle|hypotenuse|prime number|remainder|factorial|perimeter|divisible|arithmetic|integers?|greatest common|least common|(sum|product|area|factors|multiple) of|common fraction|perfect squares?)\b/i,
    says: { MATH: 1.8 },
  },
  {
    sign: /\b(how (many|much|old|long|far)|what is the (total|sum|average|value|probability|area|smallest|largest|product))\b/i,
    says: { MATH: 0.9 },
  },
  {
    sign: /\b(percent|%|twice|half|times as|per (hour|day|week|pound|person)|each|total|altogether|dozen)\b|\$\d/i,
    says: { MATH: 0.8 },
  },
  { sign: /(\b\d+\b[^\d]{1,80}){3}/, says: { MATH: 1.1 } },
  // Summarisation
  {
    sign: /\b(summari[sz]e|summary|tl;?dr|key (points|takeaways)|main points|condense|shorten|in (one|two|three) sentences?|abstract of)\b/i,
    says: { SUMMARISATION: 4 },
  },
  // Translation
  { sign: /\btranslat(e|ion|ed)\b|\bhow do (you|i) say\b/i, says: { TRANSLATION: 4 } },
  {
    sign: /\b(into|to|in|from) (english|german|french|spanish|italian|portuguese|dutch|russian|chinese|japanese|korean|arabic|hindi|turkish|polish)\b/i,
    says: { TRANSLATION: 0.8 },
  },
  { sign: /\b(übersetze|traduis|traduire|traduce|traduci|traduza)\b/i, says: { TRANSLATION: 4 } },
  // Extraction
  {
    sign: /\b(extract|pull out|parse|identify all|list all|find all)\b.{0,60}\b(from|in)\b/i,
    says: { EXTRACTION: 3.2 },
  },
  {
    sign: /\b(according to|based on|from) the (passage|text|article|document|paragraph|author|writer|e-?mail|table|context)\b/i,
    says: { EXTRACTION: 3.2 },
  },
  { sign: /\b(the|this) (passage|text|author|writer|paragraph)\b/i, says: { EXTRACTION: 1.8, SUMMARISATION: 0.2 } },
  {
    sign: /\b(classify|categori[sz]e|label|sentiment|named entities|fill in the fields|as json|json schema|csv)\b/i,
    says: { EXTRACTION: 2.2 },
  },
  // Creative
  {
    sign: /\b(write|compose|create|draft|tell|make up|imagine)\b.{0,40}\b(story|poem|haiku|song|lyrics|sonnet|essay|novel|scene|dialogue|screenplay|limerick|slogan|tagline|blog post|joke|fairy tale|speech|ad copy)\b/i,
    says: { CREATIVE: 4 },
  },
  {
    sign: /\b(creative|brainstorm|fictional|metaphor|rhym\w+|in the style of|role-?play|pretend (you|to)|act as)\b/i,
    says: { CREATIVE: 2 },
  },
  { sign: /\b(rewrite|rephrase|make it (more|sound)|catchy|persuasive|marketing)\b/i, says: { CREATIVE: 1.6 } },
  // Facts
  { sign: /^\s*(q:\s*)?(who|when|where|which|what|in which|in what|on which|why|how)\b/i, says: { FACTUAL: 2.2 } },
  // Looked for from its end: question marks are rarer than the words.
  { sign: /\?(?<=\b(what|which|who|where|when)\b[^.?!]{0,140}\?)/i, says: { FACTUAL: 1.1 } },
  {
    sign: /\b(which of the following|explain|define|definition of|difference between|what (is|are|was|were|does) |capital of|called|known as|most likely|is an example of)\b/i,
    says: { FACTUAL: 1.4 },
  },
  // Chat
  {
    sign: /^\s*(hi|hello|hey|thanks?|thank you|good (morning|evening|afternoon)|ok(ay)?|yes|no|sure|great|lol|bye)\b/i,
    says: { CHAT: 4, FACTUAL: -1 },
  },
  {
    sign: /\b(how are you|what'?s up|i feel|i'?m (sad|happy|tired|lonely)|my (day|boyfriend|girlfriend|boss)|what do you think|talk to me)\b/i,
    says: { CHAT: 3 },
  },
];
