import { openOwnGateway } from './gateway.ts';
import { cellsOf, openFaultHouse } from './house.ts';
import { meet, nameOf } from './matrix.ts';
import { faults } from './table.ts';

/** `npm run faults`: meets every fault in every way, and prints the table of what came of it. */
const only = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const chosen = only.length === 0 ? faults : faults.filter(({ id }) => only.some((word) => id === word));
const gateway = await openOwnGateway();
const cells = cellsOf(chosen);
const house = await openFaultHouse(gateway, cells);
const startedAt = performance.now();
const met = await meet(house, cells);
console.log(`${met.length} cells in ${Math.round(performance.now() - startedAt)} ms`);
for (const cell of met) for (const complaint of cell.complaints) console.log(`${nameOf(cell)}\n    ${complaint}`);
await house.close();
await gateway.close();
