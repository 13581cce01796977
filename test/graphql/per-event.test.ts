import { buildSchema, type GraphQLScalarType, parse } from 'graphql';
import { expect, test } from 'vitest';
import { perEvent } from '../../src/graphql/per-event.ts';

const schema = buildSchema(`
  scalar Long
  interface Event { seq: Int!, said(times: Long): String }
  type Word implements Event { seq: Int!, said(times: Long): String }
  type Query { seq: Int }
  type Subscription { words(of: Long!, after: Int = 0): Event! }
`);
let read: unknown[] = [];
(schema.getType('Long') as GraphQLScalarType).parseValue = (value) => {
  read.push(value);
  return value;
};

function answerTo(text: string, variableValues: Record<string, unknown>, operationName?: string) {
  read = [];
  const said = ({ times }: { times?: unknown }) => `said ${times}`;
  const event = { words: { __typename: 'Word', seq: 7, said } };
  return perEvent(schema)({ schema, document: parse(text), variableValues, operationName }, event);
}

test('an event is answered without what its subscription was asked for', () => {
  const asked = 'subscription ($of: Long!) { words(of: $of) { __typename seq } }';
  expect(answerTo(asked, { of: 'all' })).toEqual({ data: { words: { __typename: 'Word', seq: 7 } } });
  expect(read).toEqual([]);
});

test('what is asked below the field of the subscription, and whether, is looked at for each event', () => {
  const asked = `subscription S($of: Long!, $times: Long, $more: Boolean!) { ...F }
    fragment F on Subscription { w: words(of: $of) { seq @include(if: $more) said(times: $times) } }`;
  expect(answerTo(asked, { of: 'all', times: 2, more: false })).toEqual({ data: { w: { said: 'said 2' } } });
  expect(read).toEqual([2]);
});

test('of several operations that one is carried out that is meant', () => {
  const asked = 'subscription A($of: Long!) { words(of: $of) { seq } } subscription B { b: words(of: 1) { seq } }';
  expect(answerTo(asked, {}, 'B')).toEqual({ data: { b: { seq: 7 } } });
});
