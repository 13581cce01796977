import { getHeapSpaceStatistics } from 'node:v8';
import { BriefMap, BriefSet } from '../../src/core/brief.ts';

/** Prints by how many bytes the old generation grows while 3,000 come and go, sixty at a time, of some 10 kB each. */
const collect = globalThis.gc!;
const oldBytes = () => getHeapSpaceStatistics().find(({ space_name }) => space_name === 'old_space')!.space_used_size;

/** A plain object, which has no such tables: what is looked at are the others. */
const underWay: Record<number, object> = {};
const map = process.argv[2] === 'Map' ? new Map<number, object>() : new BriefMap<number, object>();
const set = process.argv[2] === 'Set' ? new Set<object>() : new BriefSet<object>();
const [keep, forget] = process.argv[2]!.endsWith('Map')
  ? [(key: number, value: object) => map.set(key, value), (key: number) => map.delete(key)]
  : [(_: number, value: object) => set.add(value), (key: number) => set.delete(underWay[key]!)];

collect({ type: 'major' });
const before = oldBytes();
for (let key = 0; key < 3000; key++) {
  const comes = { said: Array.from({ length: 400 }, () => ({ key })) };
  underWay[key] = comes;
  keep(key, comes);
  if (key >= 60) {
    forget(key - 60);
    delete underWay[key - 60];
  }
  if (key % 100 === 0) collect({ type: 'minor' });
}
console.log(oldBytes() - before);
