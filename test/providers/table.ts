import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { providerKinds } from '../../src/providers/catalogue.ts';
import { defaultFile, replayFile } from '../recordings/replay.ts';
import type { Outcome } from '../support/outcome.ts';
import { type Column, END, headingsOf, nameOfKind, START, tables } from './evidence.ts';

/**
 * Writes the tables of providers and what of each is tested into README.md: from a run of the tests that evidence.ts
 * names, and from the recordings where they are checked out.   npm run providers:table
 */
const ROOT = resolve(import.meta.dirname, '../..');
const README = join(ROOT, 'README.md');

interface Test {
  readonly file: string;
  /** With the names of all that it stands in. */
  readonly name: string;
  readonly status: string;
  readonly outcome: Outcome | undefined;
}

const files = new Set(
  tables.flat().flatMap(({ signs }) => Object.values(signs).flatMap((all) => all.map(({ file }) => file))),
);
const run = await testsOf([...files]);
const byKind = Map.groupBy(run, kindOf);
const matched = (existsSync(defaultFile) ? await replayFile(defaultFile) : []).filter(({ kind }) => kind === 'matched');

const written = tables.map((columns) => {
  const headings = headingsOf(columns);
  const rows = providerKinds.map((kind) => {
    const cells = [nameOfKind(kind), ...columns.map((column) => cellOf(kind, column))];
    return cells.length < headings.length ? [...cells, `${recordedOf(kind).length || '·'}`] : cells;
  });
  return [headings, headings.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
});
const passed = run.filter(({ status }) => status === 'passed').length;
const told = `As of ${new Date().toISOString().slice(0, 10)}: ${passed} tests, ${matched.length} recorded exchanges.`;
const titles = ['What goes in:', 'What comes back:', 'Calls that are no conversation, costs, and recorded exchanges:'];
const sections = written.map((table, place) => `${titles[place]}\n\n${table}`);

const readme = await readFile(README, 'utf8');
const [before, rest] = readme.split(START);
if (rest === undefined) throw new Error(`README.md has no ${START}`);
await writeFile(README, [before, [START, told, ...sections, END].join('\n\n'), rest.split(END)[1]].join(''));

/** A sign for each thing that was seen to work; the legend is in README.md. */
function cellOf(kind: string, { signs, recorded }: Column): string {
  const cells = Object.entries(signs).map(([sign, about]) => {
    const tests = (byKind.get(kind) ?? []).filter((test) =>
      about.some(({ file, named }) => test.file === file && named.test(test.name)),
    );
    if (tests.some(({ status }) => status === 'failed')) return '✗';
    const good = tests.filter(({ status }) => status === 'passed');
    // Skipped by what the format can say: see content/wires.ts.
    if (good.length === 0) return tests.length > 0 ? '–' : '';
    if (good.every(({ outcome }) => outcome === 'refused' || outcome === 'wordless')) return '–';
    return good.some(({ outcome }) => outcome === 'instructed') ? 'w' : sign;
  });
  const found = [...new Set(cells)].filter((cell) => cell !== '');
  const signed = found.length > 1 ? found.filter((cell) => cell !== '–') : found;
  const seen = recorded && recordedOf(kind).some(({ holds }) => holds.includes(recorded)) ? ['r'] : [];
  return [...signed, ...seen].join(' ') || '·';
}

function recordedOf(kind: string) {
  return matched.filter(({ row }) => row === kind);
}

/** The first kind of provider in its name; the simulator has a suite of its own. */
function kindOf({ file, name }: Test): string | undefined {
  const named = RegExp(`(?:^|\\s)(${providerKinds.join('|')})(?=[:,/\\s]|$)`).exec(name);
  return file.endsWith('simulator.test.ts') ? 'simulator' : named?.[1];
}

async function testsOf(paths: readonly string[]): Promise<readonly Test[]> {
  const folder = await mkdtemp(join(tmpdir(), 'glidepath-table-'));
  const report = join(folder, 'report.json');
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  try {
    await promisify(execFile)(
      process.execPath,
      [vitest, 'run', ...paths, '--reporter=json', `--outputFile=${report}`],
      { cwd: ROOT },
    ).catch(() => {}); // Failed tests make it fail; they are marked in the table.
    const { testResults } = JSON.parse(await readFile(report, 'utf8')) as {
      testResults: {
        name: string;
        assertionResults: { fullName: string; status: string; meta: { outcome?: Outcome } }[];
      }[];
    };
    return testResults.flatMap(({ name: path, assertionResults }) =>
      assertionResults.map(({ fullName: name, status, meta: { outcome } }) => ({
        ...{ file: relative(ROOT, path), name, status, outcome },
      })),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
