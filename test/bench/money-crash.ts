import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readConfig } from '../../src/config.ts';
import { furnish } from '../../src/gateway.ts';
import { openDatabase } from '../../src/platform/database/open.ts';
import { scenarios } from '../budgets/crash/scenarios.ts';
import { everyPoint } from '../budgets/crash/world.ts';
import { hastyRuntime, silentLog } from '../support/runtime.ts';

/**
 * Crash points of whole calls, alone and side by side with others, until there are as many as wanted; see
 * test/budgets/crash/world.ts. `node test/bench/money-crash.ts --points 10000`
 */
const { values } = parseArgs({ options: { points: { type: 'string', default: '10000' } } });
const wanted = Number(values.points);
const migrations = new URL('../../prisma/migrations', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'glidepath-crash-'));
const runtime = { ...hastyRuntime, log: silentLog };
const open = (name: string) => openDatabase({ dataDir: join(folder, name), migrations }, runtime);

const environment = { GLIDEPATH_SECRET_KEY: randomBytes(32).toString('hex'), GLIDEPATH_LOG_LEVEL: 'silent' };
const gateway = await furnish(await open('house'), readConfig(environment), runtime);
const database = await open('money');
const { rooms } = gateway;
const authorization = `Bearer ${gateway.newAdminKey!.reveal()}`;
const { organizationId } = await rooms.access.authenticate({ authorization, ip: null });
let points = 0;
const faults: string[] = [];
try {
  for (let beside = 0; points < wanted; beside++) {
    for (const [place, scenario] of scenarios.entries()) {
      const others = Array.from({ length: beside }, (_, n) => scenarios[(place + n * 5 + 1) % scenarios.length]!);
      const seen = await everyPoint({ rooms, organizationId, database }, [scenario, ...others]);
      points += seen.points;
      faults.push(...seen.faults);
      console.log(`${points} points, ${faults.length} faults: ${scenario.name}, with ${beside} beside it`);
      if (points >= wanted) break;
    }
  }
  for (const fault of faults.slice(0, 20)) console.log(fault);
  if (faults.length > 0) process.exitCode = 1;
} finally {
  await database.close();
  await gateway.close(1_000);
  rmSync(folder, { recursive: true });
}
