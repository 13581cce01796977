import { pipeline, Readable, type Transform } from 'node:stream';
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
} from 'node:zlib';
import { type Body, streamOf } from './egress-answer.ts';

/** Nobody packs an answer more often than this. */
const MAX_CODINGS = 5;

/**
 * What was packed, unpacked as it comes. Nobody is asked to pack anything, some do it all the same.
 * @param codings as `content-encoding` names them; what has one that nobody knows is left as it is
 * @param see is shown each piece of what was in it; when it throws, there is no more
 * @returns a body that throws, too, what zlib says of something else
 */
export function unpacked(packed: Body, codings: string, see: (piece: Buffer) => void): Body {
  const names = codings.toLowerCase().split(',');
  const known = names.flatMap((name) => unpackers.get(name.trim()) ?? []);
  if (known.length < names.length || names.length > MAX_CODINGS) return packed;
  let left = false;
  return {
    async tell(hear) {
      try {
        for await (const piece of unpacking(streamOf(packed).values(), known.toReversed())) {
          see(piece);
          const step = hear(piece);
          if (step) await step;
          if (left) return;
        }
      } finally {
        packed.stop();
      }
    },
    leave(clock) {
      left = true;
      packed.leave(clock);
    },
    stop: () => packed.stop(),
  };
}

async function* unpacking(
  packed: AsyncIterableIterator<Buffer>,
  unpackers: readonly Unpacker[],
): AsyncGenerator<Buffer, undefined> {
  const { done, value: first } = await packed.next();
  if (done) return;
  const stages = unpackers.map((unpacker, at) => unpacker(at === 0 ? first : null));
  // The last of them fails with whatever any of them fails with.
  yield* pipeline([Readable.from(followedBy(first, packed)), ...stages], () => {}) as unknown as Transform;
}

async function* followedBy(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}

// Each piece is given on at once, and an end that is missing is forgiven, as browsers do.
const forgiving = { flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH };
const gunzip = () => createGunzip(forgiving);

/** Made for one answer, of which it may be shown the first piece. */
type Unpacker = (first: Buffer | null) => Transform;

const unpackers: ReadonlyMap<string, Unpacker> = new Map<string, Unpacker>(
  Object.entries({
    gzip: gunzip,
    'x-gzip': gunzip,
    // Some leave out the frame that the name stands for.
    deflate: (first: Buffer | null) =>
      first && (first[0]! & 0x0f) !== 8 ? createInflateRaw(forgiving) : createInflate(forgiving),
    br: () =>
      createBrotliDecompress({
        flush: constants.BROTLI_OPERATION_FLUSH,
        finishFlush: constants.BROTLI_OPERATION_FLUSH,
      }),
    // The largest window that RFC 9659 lets anybody ask for.
    zstd: () => createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: 23 } }),
  }),
);
