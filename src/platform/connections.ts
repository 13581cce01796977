import { LRUCache } from 'lru-cache';
import { Agent } from 'undici';

/** The connections that are kept open to the servers we ask, by origin. */
export interface Connections {
  to(origin: string): Agent;
  /**
   * Trusts none of the origin's idle connections any more, and for five seconds no new ones beyond their first request:
   * a server that restarts closes all of them at once, and whoever asks again must be given one that nobody has used.
   * What is under way on others goes on.
   * @param broken the agent that met it; when others have met it before, nothing more happens
   */
  renew(origin: string, broken: Agent): void;
  /** Ends idle connections at once and running ones too. */
  close(): Promise<void>;
}

const REMEMBERED_ORIGINS = 1000;
const FORGOTTEN_AFTER_MS = 600_000;
/** Longer than anybody waits before asking again. */
const WARY_MS = 5000;

export function createConnections(options: Agent.Options): Connections {
  /** Those too that are closing, for as long as they have calls under way. */
  const open = new Set<Agent>();
  const dispose = (agent: Agent) => {
    const closed = () => open.delete(agent);
    agent.close().then(closed, closed);
  };
  const agents = new LRUCache<string, Agent>({
    max: REMEMBERED_ORIGINS,
    ttl: FORGOTTEN_AFTER_MS,
    // Else its clock is a timer for every millisecond in which somebody asks.
    ttlResolution: 1000,
    updateAgeOnGet: true,
    dispose,
  });
  /** Their connections serve one request each. */
  const wary = new LRUCache<string, Agent>({ max: REMEMBERED_ORIGINS, ttl: WARY_MS, dispose });
  const openAgent = (different: Agent.Options = {}) => {
    const agent = new Agent({ ...options, ...different });
    open.add(agent);
    return agent;
  };

  return {
    to(origin) {
      const known = wary.get(origin) ?? agents.get(origin);
      if (known) return known;
      const agent = openAgent();
      agents.set(origin, agent);
      return agent;
    },
    renew(origin, broken) {
      if (agents.peek(origin) !== broken) return;
      agents.delete(origin);
      wary.set(origin, openAgent({ pipelining: 0 }));
    },
    async close() {
      await Promise.all([...open].map((agent) => agent.destroy()));
    },
  };
}
