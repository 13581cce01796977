import { pipeline, Readable, type Transform } from 'node:stream';
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
} from 'node:zlib';

/** Nobody packs an answer more often than this. */
const MAX_CODINGS = 5;

/**
 * What was packed, unpacked as it comes. Nobody is asked to pack anything, some do it all the same.
 * @param codings as `content-encoding` names them; what has one that nobody knows is left as it is
 * @param see is shown each piece of what was in it; when it throws, there is no more
 * @throws what zlib says of something else
 */
export function unpacked(
  packed: AsyncIterableIterator<Buffer>,
  codings: string,
  see: (piece: Buffer) => void,
): AsyncIterableIterator<Buffer> {
  const pieces = unpacking(packed, codings, see);
  return {
    next: () => pieces.next(),
    // One that has not begun would not tell it to what it reads from.
    return: async () => {
      await pieces.return(undefined);
      return packed.return!();
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

async function* unpacking(
  packed: AsyncIterableIterator<Buffer>,
  codings: string,
  see: (piece: Buffer) => void,
): AsyncGenerator<Buffer, undefined> {
  const names = codings.toLowerCase().split(',');
  const known = names.flatMap((name) => unpackers[name.trim()] ?? []);
  if (known.length < names.length || names.length > MAX_CODINGS) return yield* packed;
  const { done, value: first } = await packed.next();
  if (done) return;
  const stages = known.toReversed().map((unpacker, at) => unpacker(at === 0 ? first : null));
  // The last of them fails with whatever any of them fails with.
  const last = pipeline([Readable.from(followedBy(first, packed)), ...stages], () => {});
  for await (const piece of last as unknown as Transform) {
    see(piece as Buffer);
    yield piece as Buffer;
  }
}

async function* followedBy(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}

// Each piece is given on at once, and an end that is missing is forgiven, as browsers do.
const forgiving = { flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH };
const gunzip = () => createGunzip(forgiving);

const unpackers: Readonly<Record<string, ((first: Buffer | null) => Transform) | undefined>> = {
  gzip: gunzip,
  'x-gzip': gunzip,
  // Some leave out the frame that the name stands for.
  deflate: (first) => (first && (first[0]! & 0x0f) !== 8 ? createInflateRaw(forgiving) : createInflate(forgiving)),
  br: () =>
    createBrotliDecompress({
      flush: constants.BROTLI_OPERATION_FLUSH,
      finishFlush: constants.BROTLI_OPERATION_FLUSH,
    }),
  // The largest window that RFC 9659 lets anybody ask for.
  zstd: () => createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: 23 } }),
};
