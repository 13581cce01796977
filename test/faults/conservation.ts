import { complete, follow, to } from '../support/completions.ts';
import type { FaultHouse } from './house.ts';
import { chunk, DONE, head, httpChunk, role, type Script, SSE, stop, usageChunk } from './wire.ts';

/** What readers got of streams that they left and came back to at random places. */
export interface Conservation {
  readonly tokens: number;
  readonly cuts: number;
  readonly lost: number;
  readonly doubled: number;
  readonly reordered: number;
}

const PER_RUN = 5000;
/** Events between two cuts, at the most. */
const LONGEST = 8;

/** @param random [0, 1): where connections are cut */
export async function conserve(house: FaultHouse, tokens: number, random: () => number): Promise<Conservation> {
  house.provider.override('say', saying);
  const sum = { tokens: 0, cuts: 0, lost: 0, doubled: 0, reordered: 0 };
  const left = Array.from({ length: Math.ceil(tokens / PER_RUN) }).values();
  const lane = async () => {
    for (const _ of left) {
      const { heard, cuts } = await hear(house, random);
      const once = new Set(heard);
      const sorted = heard.toSorted((a, b) => a - b);
      sum.tokens += PER_RUN;
      sum.cuts += cuts;
      sum.lost += PER_RUN - once.size;
      sum.doubled += heard.length - once.size;
      sum.reordered += heard.filter((token, at) => token !== sorted[at]).length;
    }
  };
  await Promise.all(Array.from({ length: 4 }, lane));
  house.provider.override('say', null);
  return sum;
}

/** Counts from one to PER_RUN, a token for each number, some of them in one packet. */
const saying: Script = async (wire) => {
  const tokens = Array.from({ length: PER_RUN }, (_, at) => chunk({ content: `${at + 1} ` }));
  wire.write(head(200, SSE));
  wire.write(httpChunk(role));
  for (let at = 0; at < tokens.length && !wire.gone; at += PACKET) {
    wire.write(httpChunk(tokens.slice(at, at + PACKET).join('')));
    await wire.wait(2);
  }
  wire.write(httpChunk(`${stop}${usageChunk()}${DONE}`));
  wire.write('0\r\n\r\n');
  wire.fin();
};
const PACKET = 5;

/** Follows one run over as many connections as it takes, each from the event after the last one it has seen. */
async function hear(house: FaultHouse, random: () => number) {
  const { completion } = await complete(house, to('faulty/say', 'x'), 0);
  let text = '';
  let seq = 0;
  let cuts = -1;
  for (let over = false; !over; cuts++) {
    let room = 1 + Math.floor(random() * LONGEST);
    for await (const event of follow(house, completion!.id, seq)) {
      seq = event.seq;
      if (event.__typename === 'TextDelta') text += event.text;
      over = event.__typename === 'CompletionFinished' || event.__typename === 'CompletionFailed';
      if (--room === 0) break;
    }
  }
  return { heard: text.trim().split(' ').map(Number), cuts };
}
