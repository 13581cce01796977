import { AggregatorRegistry, Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What Prometheus reads of this process. Loaded and made only where there is a port for it: else nothing is counted. */
export interface Metrics {
  /** @returns notes one value */
  histogram<const Labels extends readonly string[]>(
    about: About<Labels> & { readonly bounds: readonly number[] },
  ): Note<Labels>;
  /** @returns adds a value */
  counter<const Labels extends readonly string[]>(about: About<Labels>): Note<Labels>;
  /** @param read is asked each time that somebody looks */
  gauge(about: Named, read: () => number): void;
  /** All of it, as Prometheus reads it. */
  read(): Promise<Exposition>;
}

interface Named {
  readonly name: string;
  readonly help: string;
}

interface About<Labels extends readonly string[]> extends Named {
  /** Names of attributes. */
  readonly labels: Labels;
}

type Note<Labels extends readonly string[]> = (
  labels: { readonly [Place in keyof Labels]: string },
  value: number,
) => void;

export interface Exposition {
  readonly contentType: string;
  readonly text: string;
}

/** Callers may name models that there are not: further ones of a metric are counted together, as `other`. */
const MOST_SERIES = 1000;

export function openMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  // A supervisor asks its workers for theirs (`main.ts`).
  AggregatorRegistry.setRegistries(registry);
  new AggregatorRegistry();

  return {
    histogram({ name, help, labels, bounds }) {
      const metric = new Histogram({ name, help, labelNames: labels.map(asLabel), buckets: [...bounds], registers });
      const series = bounded((values) => metric.labels(...values));
      return (values, value) => series(values).observe(value);
    },
    counter({ name, help, labels }) {
      const metric = new Counter({ name, help, labelNames: labels.map(asLabel), registers });
      const series = bounded((values) => metric.labels(...values));
      return (values, value) => series(values).inc(value);
    },
    gauge({ name, help }, read) {
      new Gauge({
        ...{ name, help, registers },
        collect() {
          this.set(read());
        },
      });
    },
    read: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}

/** Of all workers together; without those that do not answer within 5 s there is nothing. @throws Error then */
export function openMetricsOfWorkers(): Pick<Metrics, 'read'> {
  const registry = new AggregatorRegistry();
  return { read: async () => ({ contentType: registry.contentType, text: await registry.clusterMetrics() }) };
}

/** Prometheus knows no dots. */
function asLabel(attribute: string): string {
  return attribute.replaceAll('.', '_');
}

/** Finds the series of some values without hashing them as the library does, once for each call that has ended. */
function bounded<Series>(make: (values: readonly string[]) => Series): (values: readonly string[]) => Series {
  const known = new Map<string, Series>();
  return (values) => {
    const key = values.join('\n');
    const found = known.get(key);
    if (found !== undefined) return found;
    if (known.size >= MOST_SERIES) return make(values.map(() => 'other'));
    const made = make(values);
    known.set(key, made);
    return made;
  };
}
