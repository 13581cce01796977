import { randomFillSync } from 'node:crypto';

const AT_ONCE = 256;

/**
 * Draws `size` bytes of chance at a time. They are fetched ahead: asking the system takes longer than all else that an id
 * or a nonce takes. What is drawn is the caller's until the next draw.
 */
export function randomBytesOf(size: number): () => Buffer {
  const fetched = Buffer.alloc(AT_ONCE * size);
  let drawn = fetched.length;
  return () => {
    if (drawn === fetched.length) {
      randomFillSync(fetched);
      drawn = 0;
    }
    drawn += size;
    return fetched.subarray(drawn - size, drawn);
  };
}
