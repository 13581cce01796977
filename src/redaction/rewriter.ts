import { unreachable } from '../core/assert.ts';
import type { Keyring } from '../platform/keyring.ts';
import type { Cluster } from './clusters.ts';
import { stringTracker } from './json-text.ts';
import { type Findings, type Rule, settle, type Watches } from './rules.ts';
import { inTurn, LineScrubber, type Rewrite, type Scrubber, WindowScrubber } from './scrub.ts';
import type { Vault } from './vault.ts';

const HASH_DIGITS = 16;

/** Makes scrubbers for the passages of one call, which count what they find. */
export class Rewriter {
  readonly #keyring: Pick<Keyring, 'hash'>;
  readonly #organizationId: string;
  readonly #vault: Vault;
  readonly #findings: Findings;

  constructor(keyring: Pick<Keyring, 'hash'>, organizationId: string, vault: Vault, findings: Findings) {
    this.#keyring = keyring;
    this.#organizationId = organizationId;
    this.#vault = vault;
    this.#findings = findings;
  }

  /** @param json the text is JSON, and stays JSON */
  scrubber({ near, hint, lines }: Watches, way: 'INPUT' | 'OUTPUT', json = false): Scrubber {
    const rewrite = () => (json ? this.#jsonRewrite(way) : this.#plainRewrite(way));
    return inTurn(
      lines.length > 0 ? new LineScrubber(lines, rewrite()) : null,
      near.length > 0 ? new WindowScrubber(near, hint, rewrite()) : null,
    );
  }

  #plainRewrite(way: 'INPUT' | 'OUTPUT'): Rewrite<Rule> {
    return { plain: (text) => text, found: (cluster, text) => this.#insteadOf(cluster, text, way) ?? text };
  }

  /** A number is replaced by a string: `{"card": 4111…}` becomes `{"card": "[CREDIT_CARD]"}`. */
  #jsonRewrite(way: 'INPUT' | 'OUTPUT'): Rewrite<Rule> {
    const place = stringTracker();
    return {
      plain(text) {
        place.see(text);
        return text;
      },
      found: (cluster, text) => {
        const instead = this.#insteadOf(cluster, text, way);
        const quoted = !place.inside();
        place.see(text);
        return instead === null ? text : quoted ? JSON.stringify(instead) : instead;
      },
    };
  }

  /** What stands in the place of what was found; null: it stays. */
  #insteadOf(cluster: Cluster<Rule>, text: string, way: 'INPUT' | 'OUTPUT'): string | null {
    const rule = settle(cluster, this.#findings);
    if (!rule) return null;
    const { action, reversible } = rule.config;
    switch (action) {
      case 'TOKENIZE':
        // In an answer it is new: nothing in the question could be put back in its place.
        return way === 'INPUT' ? this.#vault.tokenOf(cluster.label, text, reversible) : `[${cluster.label}]`;
      case 'HASH':
        return `[${cluster.label}:${this.#hashOf(text)}]`;
      case 'MASK':
      // A call that is blocked goes nowhere; until that is seen, nothing of it does.
      case 'BLOCK':
        return `[${cluster.label}]`;
      case 'REMOVE':
        return '';
      default:
        return unreachable(action);
    }
  }

  #hashOf(text: string): string {
    const hash = this.#keyring.hash('redaction-hash', `${this.#organizationId}\0${text}`);
    return hash.toString('hex').slice(0, HASH_DIGITS);
  }
}
