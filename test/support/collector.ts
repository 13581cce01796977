import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';

/** A span as OTLP's JSON has it. */
export interface SeenSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  /** 2: SERVER, 3: CLIENT */
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  /** 2: ERROR */
  readonly status: { readonly code?: number };
  readonly attributes: Readonly<Record<string, unknown>>;
  /** What the sender says of itself. */
  readonly resource: Readonly<Record<string, unknown>>;
}

export interface Collector {
  readonly url: string;
  /** Each batch that came, taken or not. */
  readonly batches: {
    readonly path: string;
    readonly headers: NodeJS.Dict<string | string[]>;
    readonly body: Buffer;
  }[];
  /** Those of the batches in JSON that were taken. */
  readonly spans: SeenSpan[];
  /** Status and body of the next answers, in order; then 200 and `{}`. */
  readonly answers: (readonly [status: number, body: string])[];
  /** Batches that have been answered. */
  answered(): number;
  close(): void;
}

/** Takes spans by OTLP over HTTP, as collectors do. @param thinksMs before it answers */
export async function openCollector(thinksMs = 0): Promise<Collector> {
  const batches: Collector['batches'] = [];
  const spans: SeenSpan[] = [];
  const answers: Collector['answers'] = [];
  let answered = 0;
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    batches.push({ path: request.url!, headers: request.headers, body });
    const [status, said] = answers.shift() ?? [200, '{}'];
    const isJson = request.headers['content-type'] === 'application/json';
    if (status === 200 && isJson) spans.push(...spansIn(JSON.parse(body.toString())));
    if (thinksMs > 0) await setTimeout(thinksMs);
    answered++;
    response.writeHead(status, { 'content-type': 'application/json' }).end(isJson ? said : '');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ batches, spans, answers },
    answered: () => answered,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

interface Pair {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}
type Told = Omit<SeenSpan, 'attributes' | 'resource'> & { readonly attributes: readonly Pair[] };
interface Batch {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Pair[] };
    readonly scopeSpans: readonly { readonly spans: readonly Told[] }[];
  }[];
}

function spansIn({ resourceSpans }: Batch): SeenSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        ...span,
        attributes: valuesOf(span.attributes),
        resource: valuesOf(resource.attributes),
      })),
    ),
  );
}

function valuesOf(pairs: readonly Pair[]) {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, Object.values(value)[0]]));
}
