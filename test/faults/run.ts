import { parseArgs } from 'node:util';
import { closeTimes } from './cancel.ts';
import { doors } from './doors.ts';
import { figures } from './figures.ts';
import { openOwnGateway } from './gateway.ts';
import { type Cell, cellsOf, type FaultHouse, openFaultHouse } from './house.ts';
import { meet, nameOf } from './matrix.ts';
import { openPeer, peerCanMeet } from './peer.ts';
import { countsOf, figuresOf, type PeerMet, quantiles, tableOf, timesOf } from './print.ts';
import { rescueDelays } from './rescue.ts';
import { faults } from './table.ts';
import { vendorDoors } from './vendor-doors.ts';

/**
 * `npm run faults`: meets every fault in every way, prints what came of each, and exits 1 when anything is not as it
 * should be. `-- S4 T7` meets only these; `-- --doors` meets them through the doors for the vendors' clients; `-- --peer` meets them with another gateway too and prints its column beside
 * ours (`--peer-folder` says where that is installed already, `--peer-port` where it may listen); `-- --figures` adds an
 * outage and readers that are cut off and come back (`--tokens` for how much they read).
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    doors: { type: 'boolean', default: false },
    figures: { type: 'boolean', default: false },
    tokens: { type: 'string', default: '1000000' },
    peer: { type: 'boolean', default: false },
    'peer-folder': { type: 'string' },
    'peer-port': { type: 'string', default: '8787' },
  },
});
const chosen = faults.filter(({ id }) => positionals.length === 0 || positionals.includes(id));
const cells = cellsOf(chosen, values.doors ? vendorDoors : doors);
const gateway = await openOwnGateway();
const house = await openFaultHouse(gateway, cells);
const startedAt = performance.now();
const met = await meet(house, cells);
const seconds = Math.round((performance.now() - startedAt) / 1000);
const times = await closeTimes(house, 100);
const money = met.filter(({ fault }) => /^H[678]/.test(fault.id)).length;
const more = values.figures ? await figures(house, money, Number(values.tokens)) : [];
const peer = values.peer ? await metByPeer(house, cells) : [];

console.log(`${tableOf(met, peer)}\n`);
console.log(`here: ${countsOf(met)}, in ${seconds} s`);
if (peer.length > 0) console.log(`peer: ${countsOf(peer)}`);
const [p50, p99] = quantiles(rescueDelays(met));
console.log(`rescued ${p50} ms (p50), ${p99} ms (p99) after the fault was plain or its clock had run out`);
console.log(timesOf(times));
if (more.length > 0) console.log(`\n${new Date().toISOString().slice(0, 10)}\n${figuresOf(more)}`);
for (const cell of met) for (const complaint of cell.complaints) console.log(`WRONG ${nameOf(cell)}\n    ${complaint}`);
await house.close();
await gateway.close();
if (met.some(({ complaints }) => complaints.length > 0)) process.exitCode = 1;

async function metByPeer({ provider }: FaultHouse, all: readonly Cell[]): Promise<PeerMet[]> {
  const other = await openPeer(provider, Number(values['peer-port']), values['peer-folder']);
  const metCells: PeerMet[] = [];
  // What keeps it busy for minutes comes last: else every fault after it would look like a hang.
  const heavy = ({ fault }: Cell) => (fault.id === 'S24-endless' || fault.id === 'T17-bomb' ? 1 : 0);
  const left = all
    .filter(peerCanMeet)
    .toSorted((a, b) => heavy(a) - heavy(b))
    .values();
  const lane = async () => {
    for (const { fault, mode, withFallback } of left) {
      metCells.push({ fault, withFallback, outcome: await other.meet(fault, mode, withFallback) });
    }
  };
  await Promise.all(Array.from({ length: 8 }, lane));
  await other.close();
  return metCells;
}
