import { afterAll, beforeAll, describe } from 'vitest';
import { type House, openHouse } from './house.ts';
import { auditsOf } from './suites/audits.ts';
import { clientsOf } from './suites/clients.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close(0));

describe('GraphQL over HTTP', () => auditsOf(() => house));

describe('clients', () =>
  clientsOf(() => ({
    url: house.url,
    key: house.key,
    query: {
      document: 'query Q($name: String) { hello(name: $name) }',
      variables: { name: 'Ada' },
      data: { hello: 'Hello Ada' },
    },
    mutation: {
      document: 'mutation M($input: NoteInput!) { remember(input: $input) }',
      variables: { input: { text: 'milk' } },
      data: { remember: 'milk' },
    },
    subscription: { document: 'subscription S { count(to: 3) }', data: { count: 1 } },
  })));
