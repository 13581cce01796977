import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Detector } from '../../src/core/admission.ts';
import { type Finding, finders } from '../../src/redaction/detectors/index.ts';
import type { Figure } from './run.ts';

/** How well the detectors do on data that others made: what they find, and what harmless text they touch. */

const DATA = resolve(import.meta.dirname, '../../../shared/data');
export const dataIsHere = existsSync(DATA);
const read = (path: string) => JSON.parse(readFileSync(resolve(DATA, path), 'utf8'));

/** All that a policy may switch on without being told that it guesses. */
const certain: readonly Detector[] = [
  'API_KEY',
  'EMAIL',
  'IBAN',
  'CREDIT_CARD',
  'SSN',
  'NATIONAL_ID',
  'MEDICAL_ID',
  'DATE_OF_BIRTH',
  'IP_ADDRESS',
  'PHONE',
];
const guesses: readonly Detector[] = ['PERSON_NAME', 'ADDRESS'];

/** Names of presidio's labels that have a structure to be recognised by. */
const STRUCTURED = ['CREDIT_CARD', 'PHONE_NUMBER', 'EMAIL_ADDRESS', 'IBAN_CODE', 'US_SSN', 'IP_ADDRESS'];
/** A stretch counts as found when this much of it is. */
const FOUND = 0.9;

interface Sentence {
  readonly full_text: string;
  readonly spans: readonly {
    readonly entity_type: string;
    readonly start_position: number;
    readonly end_position: number;
  }[];
}

export function redactionFigures(): readonly Figure[] {
  if (!dataIsHere) return [];
  const sentences: Sentence[] = read('presidio-synth/synth_dataset_v2.json');
  const prompts: string[] = read('llmrouter/train.json').map(({ question }: { question: string }) => question);
  const benign: string[] = ['one', 'two', 'three'].flatMap((count) =>
    read(`notinject/NotInject_${count}.json`).map(({ prompt }: { prompt: string }) => prompt),
  );
  const fixtures = read('gitleaks-rules/literal_fixtures.json') as { tp: [string, string][]; fp: [string, string][] };
  const secrets = (texts: readonly string[]) => texts.filter((text) => finders.API_KEY.find(text, 0).length > 0).length;
  const [trueOnes, falseOnes] = [fixtures.tp.map(([, text]) => text), fixtures.fp.map(([, text]) => text)];

  const recall = recallOf(sentences, STRUCTURED, certain);
  const touched = [shareTouched(prompts, certain), shareTouched(benign, certain)];
  const [named, placed] = [recallOf(sentences, ['PERSON'], guesses), recallOf(sentences, ['STREET_ADDRESS'], guesses)];
  const flagged = secrets(prompts);
  const ms = msPer2kB(prompts);
  return [
    figure('structured PII found (presidio-synth)', percent(recall), '>= 97 %', recall >= 0.97),
    figure('harmless prompts touched (llmrouter)', percent(touched[0]!), '<= 1 %', touched[0]! <= 0.01),
    figure('harmless prompts touched (notinject)', percent(touched[1]!), '<= 1 %', touched[1]! <= 0.01),
    figure(
      'true secrets found',
      `${secrets(trueOnes)} of ${trueOnes.length}`,
      'all',
      secrets(trueOnes) === trueOnes.length,
    ),
    figure('false secrets flagged', `${secrets(falseOnes)} of ${falseOnes.length}`, 'none asked', true),
    figure('harmless prompts with a secret flagged', `${flagged} of ${prompts.length}`, '0', flagged === 0),
    figure('time for 2 kB, all but the guesses', `${ms.toFixed(2)} ms`, '<= 1 ms', ms <= 1),
    figure('guesses: names found', percent(named), 'none asked', true),
    figure('guesses: addresses found', percent(placed), 'none asked', true),
    figure(
      'guesses: harmless prompts touched (llmrouter)',
      percent(shareTouched(prompts, guesses)),
      'none asked',
      true,
    ),
  ];
}

function recallOf(sentences: readonly Sentence[], labels: readonly string[], detectors: readonly Detector[]): number {
  let [found, all] = [0, 0];
  for (const { full_text: text, spans } of sentences) {
    const wanted = spans.filter(({ entity_type }) => labels.includes(entity_type));
    if (wanted.length === 0) continue;
    const findings = findAll(text, detectors);
    for (const { start_position: start, end_position: end } of wanted) {
      all++;
      if (covered(findings, start, end) >= FOUND) found++;
    }
  }
  return found / all;
}

function covered(findings: readonly Finding[], start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at++) if (findings.some((one) => one.start <= at && at < one.end)) count++;
  return count / (end - start);
}

function shareTouched(texts: readonly string[], detectors: readonly Detector[]): number {
  return texts.filter((text) => findAll(text, detectors).length > 0).length / texts.length;
}

function msPer2kB(texts: readonly string[]): number {
  const characters = texts.reduce((sum, { length }) => sum + length, 0);
  const from = performance.now();
  for (const text of texts) findAll(text, certain);
  return ((performance.now() - from) / characters) * 2000;
}

function findAll(text: string, detectors: readonly Detector[]): Finding[] {
  return detectors.flatMap((name) => finders[name].find(text, 0));
}

function figure(name: string, value: string, goal: string, reached: boolean): Figure {
  return { name, value, goal, reached };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
