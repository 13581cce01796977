import { getHeapSpaceStatistics } from 'node:v8';
import { BriefMap, BriefSet } from '../../src/core/brief.ts';

/** Prints by how many bytes the old generation grows while 3,000 come and go, sixty at a time, of some 10 kB each. */
const collect = globalThis.gc!;
const oldBytes = () => getHeapSpaceStatistics().find(({ space_name }) => space_name === 'old_space')!.space_used_size;

const inMap = (map: Map<number, object> | BriefMap<number, object>) => ({
  keep: (key: number, value: object) => map.set(key, value),
  forget: (key: number, _: object) => map.delete(key),
});
const inSet = (set: Set<object> | BriefSet<object>) => ({
  keep: (_: number, value: object) => set.add(value),
  forget: (_: number, value: object) => set.delete(value),
});
const { keep, forget } = {
  Map: () => inMap(new Map()),
  BriefMap: () => inMap(new BriefMap()),
  Set: () => inSet(new Set()),
  BriefSet: () => inSet(new BriefSet()),
}[process.argv[2] as 'Map' | 'BriefMap' | 'Set' | 'BriefSet']();

/** An array, which has no such tables: what is looked at are the others. */
const underWay: object[] = [];
collect({ type: 'major' });
const before = oldBytes();
for (let key = 0; key < 3000; key++) {
  const comes = { said: Array.from({ length: 400 }, () => ({ key })) };
  underWay.push(comes);
  keep(key, comes);
  if (underWay.length > 60) forget(key - 60, underWay.shift()!);
  if (key % 100 === 0) collect({ type: 'minor' });
}
console.log(oldBytes() - before);
