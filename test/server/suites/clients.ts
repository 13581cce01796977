import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache, Observable } from '@apollo/client';
import { fetchExchange, subscriptionExchange, Client as UrqlClient } from '@urql/core';
import { print } from 'graphql';
import { GraphQLClient } from 'graphql-request';
import { createClient as createSseClient } from 'graphql-sse';
import { expect, test } from 'vitest';
import { socketClient } from '../ask.ts';

/** What to send to a server, and what must come back. */
export interface Subject {
  readonly url: string;
  readonly key: string;
  readonly query: Exchange;
  readonly mutation: Exchange;
  /** `data` is the first thing it says; it ends by itself. */
  readonly subscription: Exchange;
}

export interface Exchange {
  readonly document: string;
  readonly variables?: Record<string, unknown>;
  /** Matched with `toMatchObject`. */
  readonly data: Record<string, unknown>;
}

/** The clients people really use, each as its own documentation sets it up. */
export function clientsOf(subject: () => Subject): void {
  const endpoint = () => `${subject().url}/graphql`;
  const headers = () => ({ authorization: `Bearer ${subject().key}` });

  test('graphql-request queries and mutates', async () => {
    const client = new GraphQLClient(endpoint(), { headers: headers() });
    const { query, mutation } = subject();
    expect(await client.request(query.document, query.variables)).toMatchObject(query.data);
    expect(await client.request(mutation.document, mutation.variables)).toMatchObject(mutation.data);
  });

  test('graphql-ws queries, mutates and subscribes over one socket', async () => {
    const client = socketClient(subject());
    for (const { document, variables, data } of [subject().query, subject().mutation, subject().subscription]) {
      const results = client.iterate({ query: document, ...(variables && { variables }) });
      const first = await results.next();
      expect(first.value?.data).toMatchObject(data);
      await results.return?.();
    }
    await client.dispose();
  });

  test('graphql-sse subscribes in distinct connections mode', async () => {
    const client = createSseClient({ url: endpoint(), headers, retryAttempts: 0 });
    const { document, variables, data } = subject().subscription;
    const results = client.iterate({ query: document, ...(variables && { variables }) });
    const first = await results.next();
    expect(first.value?.data).toMatchObject(data);
    await results.return?.();
    client.dispose();
  });

  test('urql queries, mutates and subscribes over server-sent events', async () => {
    const client = new UrqlClient({
      url: endpoint(),
      exchanges: [fetchExchange],
      preferGetMethod: false,
      fetchSubscriptions: true,
      fetchOptions: () => ({ headers: headers() }),
    });
    const { query, mutation, subscription } = subject();
    expect((await client.query(query.document, query.variables ?? {})).data).toMatchObject(query.data);
    expect((await client.mutation(mutation.document, mutation.variables ?? {})).data).toMatchObject(mutation.data);
    // Read to its end: urql's own abort of a stream it no longer wants is an unhandled rejection (@urql/core 6.0.3).
    const results = await new Promise<unknown[]>((resolve) => {
      const seen: unknown[] = [];
      client.subscription(subscription.document, subscription.variables ?? {}).subscribe((result) => {
        if (result.data) seen.push(result.data);
        if (!result.hasNext) resolve(seen);
      });
    });
    expect(results[0]).toMatchObject(subscription.data);
  });

  test('urql subscribes over graphql-ws', async () => {
    const socket = socketClient(subject());
    const client = new UrqlClient({
      url: endpoint(),
      preferGetMethod: false,
      exchanges: [
        subscriptionExchange({
          forwardSubscription: ({ query = '', variables }) => ({
            subscribe: (sink) => ({
              unsubscribe: socket.subscribe({ query, variables: variables as Record<string, unknown> }, sink as never),
            }),
          }),
        }),
      ],
    });
    const { document, variables, data } = subject().subscription;
    const first = await new Promise<unknown>((resolve) => {
      const { unsubscribe } = client.subscription(document, variables ?? {}).subscribe((result) => {
        resolve(result.data);
        queueMicrotask(() => unsubscribe());
      });
    });
    expect(first).toMatchObject(data);
    await socket.dispose();
  });

  test('Apollo Client queries, mutates and subscribes', async () => {
    const socket = socketClient(subject());
    const overSocket = new ApolloLink(
      ({ query, variables }) =>
        new Observable((observer) => socket.subscribe({ query: print(query), variables }, observer as never)),
    );
    const client = new ApolloClient({
      cache: new InMemoryCache(),
      link: ApolloLink.split(
        ({ operationType }) => operationType === 'subscription',
        overSocket,
        new HttpLink({ uri: endpoint(), headers: headers() }),
      ),
    });
    const { query, mutation, subscription } = subject();
    const queried = await client.query({ query: gql(query.document), variables: query.variables ?? {} });
    expect(queried.data).toMatchObject(query.data);
    const mutated = await client.mutate({ mutation: gql(mutation.document), variables: mutation.variables ?? {} });
    expect(mutated.data).toMatchObject(mutation.data);
    const first = await new Promise<unknown>((resolve, reject) => {
      const subscribed = client
        .subscribe({ query: gql(subscription.document), variables: subscription.variables ?? {} })
        .subscribe({
          next: ({ data }) => {
            resolve(data);
            queueMicrotask(() => subscribed.unsubscribe());
          },
          error: reject,
        });
    });
    expect(first).toMatchObject(subscription.data);
    client.stop();
    await socket.dispose();
  });
}
