// Counts what the test runs reported.
//
//     node tally.mjs --failed-files REPORT    the files to run again, a line each: those of at most five failed tests
//     node tally.mjs REPORT…                  names what failed and what passed only the second time, ends with the sum
//
// REPORT is vitest's JSON; beside it lies REPORT.again when files were run again.
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';

const RUN_AGAIN_AT_MOST = 5;

/** @returns every test by file and name; a file that could not be read at all counts as one that failed */
function testsOf(path) {
  return JSON.parse(readFileSync(path, 'utf8')).testResults.flatMap(({ name, status, assertionResults }) => {
    const file = relative(process.cwd(), name);
    const broken = status === 'failed' && !assertionResults.some((test) => test.status === 'failed');
    return [
      ...assertionResults.map((test) => ({ file, name: test.fullName, status: test.status })),
      ...(broken ? [{ file, name: 'the file itself', status: 'failed' }] : []),
    ];
  });
}
const failed = (test) => test.status === 'failed';
const key = (test) => `${test.file} > ${test.name}`;

if (process.argv[2] === '--failed-files') {
  const lost = testsOf(process.argv[3]).filter(failed);
  if (lost.length <= RUN_AGAIN_AT_MOST) for (const file of new Set(lost.map((test) => test.file))) console.log(file);
} else {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const path of process.argv.slice(2)) {
    const again = existsSync(`${path}.again`) ? testsOf(`${path}.again`) : null;
    const stillLost = new Set(again?.filter(failed).map(key));
    for (const test of testsOf(path)) {
      if (failed(test) && again !== null && !stillLost.has(key(test))) {
        console.log(`failed, then passed alone: ${key(test)}`);
        sum.passed++;
      } else if (failed(test)) {
        console.log(`FAILED: ${key(test)}`);
        sum.failed++;
      } else {
        sum[test.status === 'passed' ? 'passed' : 'skipped']++;
      }
    }
    // What fails only the second time has failed as well.
    const first = new Set(testsOf(path).filter(failed).map(key));
    for (const name of [...stillLost].filter((lost) => !first.has(lost))) {
      console.log(`FAILED the second time: ${name}`);
      sum.failed++;
    }
  }
  console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
  process.exitCode = sum.failed > 0 || sum.passed === 0 ? 1 : 0;
}
