import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Secret } from '../../src/core/secret.ts';
import { type CatalogueRow, type Connection, catalogue } from '../../src/providers/catalogue.ts';
import { type ContentKind, contentKinds, defaultFile, replayFile } from '../recordings/replay.ts';
import { systemRuntime } from '../support/runtime.ts';

/**
 * Writes the table of providers, what they take and give, and what of it is tested, into README.md: from the catalogue,
 * a run of the tests, and the recordings where they are checked out.   npm run providers:table
 */
const README = resolve(import.meta.dirname, '../../README.md');
const START = '<!-- providers: written by npm run providers:table -->';
const END = '<!-- end of providers -->';

/** Nothing in a test's name says "text". */
const WORDS: Readonly<Record<ContentKind, RegExp>> = {
  text: /(?!)/,
  image: /image|picture/i,
  audio: /audio|sound/i,
  file: /file|document/i,
  tools: /tool/i,
  reasoning: /reason|thought|think/i,
  citations: /citation|source/i,
  schema: /schema|JSON/,
};

const [contract, independent] = await Promise.all([testsOf('contract.test.ts'), testsOf('aimock.test.ts')]);
const recorded = existsSync(defaultFile) ? await replayFile(defaultFile) : [];
const otherKinds = ['embeddings', 'images', 'speech', 'transcripts', 'rankings'] as const;
const headings = [
  ...['provider', 'kind', 'text', 'image in', 'audio in', 'file in', 'tools', 'reasoning', 'citations', 'JSON Schema'],
  ...otherKinds,
];
const rows = await Promise.all((catalogue as readonly CatalogueRow[]).map(cellsOf));
const table = [headings, headings.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
const readme = await readFile(README, 'utf8');
const [before, rest] = readme.split(START);
if (rest === undefined) throw new Error(`README.md has no ${START}`);
await writeFile(README, `${before}${START}\n\n${table}\n\n${END}${rest.split(END)[1] ?? ''}`);

async function cellsOf(row: CatalogueRow): Promise<string[]> {
  const makes = await others(row);
  return [
    row.displayName,
    `\`${row.kind.replaceAll('-', '_').toUpperCase()}\``,
    ...contentKinds.map((content) => (takes(row, content) ? cell(row, content) : '–')),
    ...otherKinds.map((kind) => (makes.includes(kind) ? '·' : '–')),
  ];
}

/** How often it was seen to work: by a test of the contract suite, in recorded traffic, with a server of others. */
function cell({ kind }: CatalogueRow, content: ContentKind): string {
  const replayed = recorded.filter(
    ({ row, holds, kind: came }) => row === kind && holds.includes(content) && came === 'matched',
  );
  const counts = [
    passed(contract.get(kind), content, 'c'),
    replayed.length > 0 ? `${replayed.length} r` : '',
    passed(independent.get(kind), content, 'i'),
  ].filter((count) => count !== '');
  return counts.join(', ') || '·';
}

/** Tests that say in their names what they are about; the rest is about text. */
function passed(tests: readonly Test[] = [], content: ContentKind, letter: string): string {
  const about = tests.filter(({ name }) => (contentKinds.find((kind) => WORDS[kind].test(name)) ?? 'text') === content);
  const good = about.filter(({ status }) => status === 'passed').length;
  return about.length === 0 ? '' : `${good === about.length ? good : `${good} of ${about.length}`} ${letter}`;
}

/** What the provider's own way of asking has no place for. */
function takes({ takes: types }: CatalogueRow, content: ContentKind): boolean {
  if (types === null || !['image', 'audio', 'file'].includes(content)) return true;
  return types.some((type) => (content === 'file' ? !/^(image|audio|video)\//.test(type) : type.startsWith(content)));
}

/** Asked of the package itself: one that has no such models says so when one is named. */
async function others(row: CatalogueRow): Promise<string[]> {
  const connection: Connection = {
    baseUrl: 'https://provider.example.com/v1',
    secret: new Secret('none'),
    settings: {},
    fetch,
    runtime: systemRuntime,
  };
  const models = (await row.others?.(connection)) ?? {};
  const named = {
    embeddings: () => models.embeddingModel?.('x'),
    images: () => models.imageModel?.('x'),
    speech: () => models.speechModel?.('x'),
    transcripts: () => models.transcriptionModel?.('x'),
    rankings: () => models.rerankingModel?.('x'),
  };
  return Object.entries(named).flatMap(([name, make]) => (offers(make) ? [name] : []));
}

function offers(make: () => unknown): boolean {
  try {
    return make() !== undefined;
  } catch {
    return false;
  }
}

interface Test {
  readonly name: string;
  readonly status: string;
}

/** By the kind of provider their suite is named after. */
async function testsOf(file: string): Promise<ReadonlyMap<string, readonly Test[]>> {
  const folder = await mkdtemp(join(tmpdir(), 'glidepath-table-'));
  const report = join(folder, 'report.json');
  try {
    const vitest = resolve(import.meta.dirname, '../../node_modules/vitest/vitest.mjs');
    const path = `test/providers/${file}`;
    await promisify(execFile)(process.execPath, [
      vitest,
      'run',
      path,
      '--reporter=json',
      `--outputFile=${report}`,
    ]).catch(
      () => {}, // Failed tests make it fail; they are counted below.
    );
    const { testResults } = JSON.parse(await readFile(report, 'utf8')) as {
      testResults: { assertionResults: { ancestorTitles: string[]; title: string; status: string }[] }[];
    };
    const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
    const byKind = Map.groupBy(tests, ({ ancestorTitles }) => ancestorTitles[0] ?? '');
    return new Map(
      Array.from(byKind, ([kind, group]) => [kind, group.map(({ title: name, status }) => ({ name, status }))]),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
