import { afterAll, afterEach } from 'vitest';
import { type ContentHouse, openContentHouse } from './house.ts';

/** A content house for the tests of one file, in which no answer outlives its test. Await it at the top of the file. */
export async function contentHouse(): Promise<ContentHouse> {
  const house = await openContentHouse();
  afterEach(() => {
    house.answer = null;
  });
  afterAll(() => house.close());
  return house;
}
