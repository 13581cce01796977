/**
 * Memory for bytes that come and go in one order, used again and again. A buffer of its own for each would outlive a collection
 * or two while it waits, and then be counted against the next full one, which comes the sooner for it.
 *
 * ```
 *   ...free...[oldest  held  held  newest]...free...     or, once around,     held newest]...free...[oldest  held
 * ```
 */
export interface ByteRing {
  /** The text in UTF-8; in a buffer of its own when the ring is full. */
  put(text: string): Buffer;
  /** Room for so many bytes, likewise; whoever asks fills it. */
  room(length: number): Buffer;
  /** Gives back these bytes, and all that came before them, for others to be written there. */
  drop(bytes: Buffer): void;
}

/** UTF-8 of one UTF-16 unit at most. */
const MOST_BYTES = 3;

/** @param size in bytes; the system gives them when they are first written */
export function createByteRing(size: number): ByteRing {
  const memory = Buffer.allocUnsafeSlow(size);
  /** Where the oldest begins and the newest ends; the same where there is none, so a full ring has a byte free. */
  let first = 0;
  let end = 0;

  /** Where so many bytes in a row are free; -1: nowhere. No bytes are nowhere, as they could not be told from an empty ring. */
  const freeFor = (length: number): number => {
    if (length === 0) return -1;
    if (end < first) return end + length < first ? end : -1;
    if (end + length <= size) return end;
    return length < first ? 0 : -1;
  };
  return {
    put(text) {
      const at = freeFor(text.length * MOST_BYTES);
      if (at < 0) return ownBytes(text);
      end = at + memory.write(text, at);
      return memory.subarray(at, end);
    },
    room(length) {
      const at = freeFor(length);
      if (at < 0) return Buffer.allocUnsafeSlow(length);
      end = at + length;
      return memory.subarray(at, end);
    },
    drop(bytes) {
      if (bytes.buffer !== memory.buffer) return;
      first = bytes.byteOffset + bytes.length;
      if (first === end) first = end = 0;
    },
  };
}

/** Not out of what Buffer keeps for small ones: 64 kB of that stay for as long as any of those cut from it. */
function ownBytes(text: string): Buffer {
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text));
  bytes.write(text);
  return bytes;
}
