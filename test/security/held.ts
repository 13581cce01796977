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

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/** Runs them as `npm test` would; those that need PostgreSQL and Redis are skipped where the tests have none. */
export function heldFigures(): readonly Figure[] {
  const folder = mkdtempSync(join(tmpdir(), 'glidepath-security-'));
  const file = join(folder, 'report.json');
  try {
    const files = Object.values(held).flat();
    const run = ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...files];
    const { stdout } = spawnSync('npx', run, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
    for (const [line] of stdout.matchAll(/^ {2}(?:\w+: )?\d+ (?:cells|pairs|objects looked at)$/gm)) console.log(line);
    const { testResults } = JSON.parse(readFileSync(file, 'utf8')) as Report;
    const figures = Object.entries(held).map(([name, those]) => {
      const results = testResults.filter((result) => those.some((one) => result.name.endsWith(one)));
      const statuses = results.flatMap(({ assertionResults }) => assertionResults.map(({ status }) => status));
      const ran = statuses.filter((status) => status === 'passed' || status === 'failed');
      const passed = ran.filter((status) => status === 'passed').length;
      const skipped = statuses.length - ran.length;
      const value = `${passed} of ${ran.length}${skipped > 0 ? `, ${skipped} skipped` : ''}`;
      const whole = results.length === those.length && results.every(({ status }) => status === 'passed');
      return { name, value, goal: 'all', reached: whole && passed > 0 };
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
