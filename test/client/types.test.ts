import { expectTypeOf, test } from 'vitest';
import {
  ApiKeysDocument,
  type CompletionStream,
  type Glidepath,
  ModelsDocument,
  type Question,
  RouteSaveDocument,
  type RouteSummaryFragment,
  RoutesDocument,
  type StreamEvent,
  unwrap,
} from '../../src/client/index.ts';

/** Checked by `tsc`: a mistake here is one that does not compile there. Nothing of it is run. */
declare const glidepath: Glidepath;

test('variables are those of the document', () => {
  expectTypeOf(() => glidepath.request(RoutesDocument)).returns.resolves.toHaveProperty('routes');
  expectTypeOf(() => glidepath.request(ModelsDocument, { first: 5 })).returns.resolves.toHaveProperty('models');
  // @ts-expect-error a page without a size
  expectTypeOf(() => glidepath.request(ModelsDocument, {})).toBeFunction();
  // @ts-expect-error variables that are needed
  expectTypeOf(() => glidepath.request(ApiKeysDocument)).toBeFunction();
  // @ts-expect-error a number as text
  expectTypeOf(() => glidepath.request(ModelsDocument, { first: '5' })).toBeFunction();
  // @ts-expect-error a variable that is none
  expectTypeOf(() => glidepath.request(ModelsDocument, { first: 5, frist: 5 })).toBeFunction();
});

test('a question goes to one place', () => {
  expectTypeOf<'hello'>().toExtend<Question>();
  expectTypeOf<{ user: string; route: string }>().toExtend<Question>();
  expectTypeOf<{ user: string; model: string }>().toExtend<Question>();
  expectTypeOf<{ user: string; model: string; route: string }>().not.toExtend<Question>();
  expectTypeOf<{ user: string; temperature: number }>().toExtend<Question>();
  // @ts-expect-error a sampling parameter in the wrong place
  expectTypeOf(() => glidepath.complete({ user: 'hi', temperature: 1 })).toBeFunction();
});

test('unwrap leaves the success', () => {
  const input = { slug: 'a', name: 'A', rules: [] };
  const save = async () => unwrap((await glidepath.request(RouteSaveDocument, { input })).routeSave);
  expectTypeOf(save).returns.resolves.toHaveProperty('route').toEqualTypeOf<RouteSummaryFragment>();
});

test('an event is narrowed by its type, and heartbeats are not seen', () => {
  expectTypeOf<CompletionStream>().toExtend<AsyncIterable<StreamEvent>>();
  expectTypeOf<Extract<StreamEvent, { __typename: 'TextDelta' }>['text']>().toBeString();
  expectTypeOf<Extract<StreamEvent, { __typename: 'Heartbeat' }>>().toBeNever();
});
