import type { ContentKind } from '../recordings/replay.ts';

/** Which tests say in their names that they are about this, in which file. */
interface Tests {
  readonly file: string;
  readonly named: RegExp;
}

/** A column of a table in README.md. */
export interface Column {
  readonly heading: string;
  /** A sign, and the tests that stand for it. */
  readonly signs: Readonly<Record<string, readonly Tests[]>>;
  /** Content that recorded exchanges are looked through for. */
  readonly recorded?: ContentKind;
}

const tests = (file: string) => (named: RegExp) => ({ file: `test/${file}`, named });
const sent = tests('content/every-part.test.ts');
const signed = tests('content/signatures.test.ts');
const answered = tests('content/every-answer.test.ts');
const called = tests('calls/every-kind.test.ts');
const contract = tests('providers/contract.test.ts');
const simulated = tests('providers/simulator.test.ts');
const independent = tests('providers/aimock.test.ts');

/** A medium in the question itself, by its address, and out of the gateway's store. */
const ways = (types: string) => ({
  b: [sent(RegExp(`gets (${types})/[\\w-]+, or`))],
  u: [sent(RegExp(`gets (${types})/[\\w-]+ by its address`))],
  s: [sent(RegExp(`gets (${types})/[\\w-]+ that is stored`))],
});

const goesIn: readonly Column[] = [
  {
    heading: 'text',
    signs: {
      '✓': [
        sent(/gets (a system text|a developer text|texts of|a text of)/),
        simulated(/of echo-1 is the last message/),
      ],
    },
  },
  { heading: 'image', signs: ways('image'), recorded: 'image' },
  { heading: 'audio', signs: ways('audio'), recorded: 'audio' },
  { heading: 'file', signs: ways('application|text|video'), recorded: 'file' },
  { heading: 'image it had made', signs: { '✓': [sent(/gets an image the assistant had made/)] } },
  { heading: 'tool call', signs: { '✓': [sent(/gets a tool call/)] } },
  { heading: 'tool result', signs: { '✓': [sent(/gets a (result in|failed result|result of)/)] } },
  { heading: 'media in a result', signs: { '✓': [sent(/gets a result with/)] } },
  { heading: 'cache hint', signs: { '✓': [sent(/gets a hint/)] } },
  { heading: 'signature', signs: { '✓': [signed(/goes back as it came|signs nothing/)] } },
];

const comesBack: readonly Column[] = [
  {
    heading: 'text',
    signs: { '✓': [answered(/a text$/), contract(/streams a text/), simulated(/^text /)] },
    recorded: 'text',
  },
  {
    heading: 'tool calls',
    signs: { '✓': [answered(/two calls at once/), contract(/a call of a tool/), simulated(/^tools /)] },
    recorded: 'tools',
  },
  { heading: 'unfit arguments', signs: { '✓': [answered(/a call (that does not fit|whose arguments)/)] } },
  {
    heading: 'reasoning',
    signs: { '✓': [answered(/a thought/), simulated(/comes after thought/)] },
    recorded: 'reasoning',
  },
  { heading: 'citations', signs: { '✓': [answered(/a text with its source/)] }, recorded: 'citations' },
  { heading: 'refusal', signs: { '✓': [answered(/a refusal/)] } },
  { heading: 'image', signs: { '✓': [answered(/a picture/)] } },
  { heading: 'audio', signs: { '✓': [answered(/a sound/)] } },
  { heading: 'unknown part', signs: { '✓': [answered(/what came out yesterday/)] } },
  {
    heading: 'JSON Schema',
    signs: { '✓': [answered(/that fits a schema/), simulated(/^a JSON Schema /)] },
    recorded: 'schema',
  },
  { heading: 'errors and ends', signs: { '✓': [contract(/error|wait|proxy|bill|pause|refusal|socket/)] } },
  { heading: 'independent server', signs: { '✓': [independent(/./)] } },
];

const otherCalls: readonly Column[] = [
  ...['embeddings', 'images', 'speech', 'transcription', 'rankings'].map((kind) => ({
    heading: kind,
    signs: { '✓': [called(RegExp(`makes ${kind}`))] },
  })),
  { heading: 'reported usage', signs: { '✓': [tests('costs/reported.test.ts')(/./)] } },
  { heading: 'cut off', signs: { '✓': [tests('costs/broken-off.test.ts')(/./)] } },
  { heading: 'bill', signs: { '✓': [tests('models/golden.test.ts')(/./)] } },
];

/** The tables, in their order. Behind the columns of the last one stands how many recorded exchanges there are. */
export const tables: readonly (readonly Column[])[] = [goesIn, comesBack, otherCalls];

export const headingsOf = (columns: readonly Column[]): readonly string[] => [
  'kind',
  ...columns.map(({ heading }) => heading),
  ...(columns === otherCalls ? ['recorded'] : []),
];

/** How a kind of provider is called in the contract. */
export const nameOfKind = (kind: string): string => `\`${kind.replaceAll('-', '_').toUpperCase()}\``;

export const START = '<!-- providers: written by npm run providers:table -->';
export const END = '<!-- end of providers -->';
