import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { advisories } from './advisories.ts';
import type { Figure } from './run.ts';

/** Promises that are held by tests: which, and what came of them now. */

const held: Readonly<Record<string, readonly string[]>> = {
  'X4: types × roles × organizations × ways, and all doors': [
    'test/security/authorization/matrix.test.ts',
    'test/security/authorization/doors.test.ts',
    'test/security/audit-of-changes.test.ts',
  ],
  'X6: what went wrong elsewhere': ['test/security/advisories.test.ts'],
  'X7: a thousand secrets in what is kept, logged and told': ['test/security/canary.test.ts'],
  'X8: a hundred organizations, one question': ['test/cache/tenants.test.ts'],
  'X10: revoked keys, on all instances and in open streams': [
    'test/access/revocation.test.ts',
    'test/server/instances.test.ts',
  ],
};

/** Of files that test other things too, the tests that count. */
const counting: Readonly<Record<string, RegExp>> = { 'test/server/instances.test.ts': /a key revoked on one instance/ };

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** Runs them one after another; those that need PostgreSQL and Redis are skipped where the tests have none. */
export function heldFigures(): readonly Figure[] {
  const folder = mkdtempSync(join(tmpdir(), 'glidepath-security-'));
  const file = join(folder, 'report.json');
  try {
    const files = Object.values(held).flat();
    const report = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
    const { stdout } = spawnSync('npx', ['vitest', 'run', '--no-file-parallelism', ...report, ...files], {
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
    for (const [line] of stdout.matchAll(/^ {2}(?:\w+: )?\d+ (?:cells|pairs|objects looked at)$/gm)) console.log(line);
    const { testResults } = JSON.parse(readFileSync(file, 'utf8')) as Report;
    const figures = Object.entries(held).map(([name, those]) => {
      const tests = those.flatMap((one) => {
        const { assertionResults = [] } = testResults.find(({ name: path }) => path.endsWith(one)) ?? {};
        const about = assertionResults.filter((each) => counting[one]?.test(each.fullName) ?? true);
        // A file that could not even be read is a failure too.
        return about.length > 0 ? about : [{ status: 'failed', fullName: one, failureMessages: ['It did not run.'] }];
      });
      const failed = tests.filter(({ status }) => status === 'failed');
      for (const { fullName, failureMessages } of failed) console.log(`  ${fullName}: ${failureMessages[0]}`);
      const passed = tests.filter(({ status }) => status === 'passed').length;
      const skipped = tests.length - passed - failed.length;
      const value = `${passed} of ${passed + failed.length}${skipped > 0 ? `, ${skipped} skipped` : ''}`;
      return { name, value, goal: 'all', reached: passed > 0 && failed.length === 0 };
    });
    return [...figures, advisoryFigure()];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function advisoryFigure(): Figure {
  const verdicts = Object.values(advisories);
  const tested = verdicts.filter((verdict) => 'test' in verdict).length;
  const name = `X6: of ${verdicts.length} advisories, ${tested} have a test, the others cannot happen here`;
  return { name, value: String(verdicts.length), goal: '36', reached: verdicts.length === 36 };
}
