import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Secret } from '../../src/core/secret.ts';
import { type CatalogueRow, type Connection, catalogue } from '../../src/providers/catalogue.ts';
import { defaultFile, type Outcome, replayFile } from '../recordings/replay.ts';
import { systemRuntime } from '../support/runtime.ts';

/**
 * Writes the table of providers, what they take and give, and what of it is tested, into README.md: from the catalogue,
 * a run of the tests, and the recordings where they are checked out.   npm run providers:table
 */
const README = resolve(import.meta.dirname, '../../README.md');
const START = '<!-- providers: written by npm run providers:table -->';
const END = '<!-- end of providers -->';

interface Tests {
  readonly passed: number;
  readonly total: number;
}

const [contract, mocked] = await Promise.all([testsOf('contract.test.ts'), testsOf('aimock.test.ts')]);
const recorded = existsSync(defaultFile) ? await replayFile(defaultFile) : [];
const rows = await Promise.all((catalogue as readonly CatalogueRow[]).map(lineOf));
const table = [
  '| provider | kind | media in a question | JSON Schema | also asked for | contract | recorded | independent |',
  '|---|---|---|---|---|---|---|---|',
  ...rows,
].join('\n');
const readme = await readFile(README, 'utf8');
const [before, rest] = readme.split(START);
if (rest === undefined) throw new Error(`README.md has no ${START}`);
await writeFile(README, `${before}${START}\n\n${table}\n\n${END}${rest.split(END)[1] ?? ''}`);

async function lineOf(row: CatalogueRow): Promise<string> {
  const exchanges = recorded.filter((outcome) => outcome.row === row.kind);
  const cells = [
    row.displayName,
    `\`${row.kind.replaceAll('-', '_').toUpperCase()}\``,
    row.takes === null ? 'any' : row.takes.map((type) => type.replace(/\/$/, '')).join(', ') || '–',
    row.schemas === 'NATIVE' ? 'native' : 'told, checked',
    (await others(row)).join(', ') || '–',
    shown(contract.get(row.kind)),
    shown(countOf(exchanges)),
    shown(mocked.get(row.kind)),
  ];
  return `| ${cells.join(' | ')} |`;
}

function countOf(outcomes: readonly Outcome[]): Tests | undefined {
  const compared = outcomes.filter(({ kind }) => kind !== 'leftOut');
  const passed = compared.filter(({ kind }) => kind === 'matched').length;
  return compared.length === 0 ? undefined : { passed, total: compared.length };
}

function shown(tests: Tests | undefined): string {
  return tests ? `${tests.passed} of ${tests.total}` : '–';
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

/** Tests that passed, by the kind of provider their suite is named after. */
async function testsOf(file: string): Promise<ReadonlyMap<string, Tests>> {
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
      testResults: { assertionResults: { ancestorTitles: string[]; status: string }[] }[];
    };
    const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
    const byKind = Map.groupBy(tests, ({ ancestorTitles }) => ancestorTitles[0] ?? '');
    return new Map(
      Array.from(byKind, ([kind, group]) => {
        const passed = group.filter(({ status }) => status === 'passed').length;
        return [kind, { passed, total: group.length }];
      }),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
