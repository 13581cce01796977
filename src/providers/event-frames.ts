import { crc32 } from 'node:zlib';
import type { EventFormat } from './event-stream.ts';

/**
 * Amazon's binary event stream (docs.aws.amazon.com/AmazonS3/latest/API/RESTSelectObjectAppendix.html): frames of two
 * lengths (the whole, the headers), their checksum, the headers, a payload in JSON, and a checksum of all.
 */

const PRELUDE = 12;
const CHECKSUM = 4;
/** What claims to be larger is no frame of a model's: it is for the package to complain about. */
const LARGEST = 32 * 1024 * 1024;

/**
 * A fetch whose event streams have their payloads mended, one by one, before the package reads them. Other answers, and
 * whatever is no sound frame, pass as they are.
 */
export function mendedFrames(mending: EventFormat['mending'], send: typeof fetch): typeof fetch {
  return async (input, init) => {
    const response = await send(input, init);
    const framed = /-stream(\?|$)/.test(String(input));
    if (!framed || !response.ok || !response.body) return response;
    const { status, statusText, headers } = response;
    return new Response(response.body.pipeThrough(eachFrame(mending())), { status, statusText, headers });
  };
}

type Mend = ReturnType<EventFormat['mending']>;

function eachFrame(mend: Mend): TransformStream<Uint8Array, Uint8Array> {
  let held: Buffer = Buffer.alloc(0);
  let lost = false;
  return new TransformStream({
    transform(bytes, controller) {
      held = held.length === 0 ? Buffer.from(bytes) : Buffer.concat([held, bytes]);
      while (!lost && held.length >= PRELUDE) {
        const size = held.readUInt32BE(0);
        const start = PRELUDE + held.readUInt32BE(4);
        lost = size > LARGEST || start + CHECKSUM > size;
        if (lost || held.length < size) break;
        controller.enqueue(mended(held.subarray(0, size), start, mend));
        held = held.subarray(size);
      }
      if (lost) {
        controller.enqueue(held);
        held = Buffer.alloc(0);
      }
    },
    flush(controller) {
      if (held.length > 0) controller.enqueue(held);
    },
  });
}

/** @param start of its payload */
function mended(frame: Buffer, start: number, mend: Mend): Buffer {
  const payload = frame.toString('utf8', start, frame.length - CHECKSUM);
  const better = mend(payload);
  const sound = checksum(frame.subarray(0, -CHECKSUM)).equals(frame.subarray(-CHECKSUM));
  if (better === payload || better === null || !sound) return frame;
  const body = Buffer.from(better);
  const prelude = Buffer.from(frame.subarray(0, PRELUDE - CHECKSUM));
  prelude.writeUInt32BE(start + body.length + CHECKSUM, 0);
  const begun = Buffer.concat([prelude, checksum(prelude), frame.subarray(PRELUDE, start), body]);
  return Buffer.concat([begun, checksum(begun)]);
}

function checksum(bytes: Buffer): Buffer {
  const sum = Buffer.alloc(CHECKSUM);
  sum.writeUInt32BE(crc32(bytes));
  return sum;
}
