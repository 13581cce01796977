import { unreachable } from '../core/assert.ts';
import type { Cluster } from './clusters.ts';
import { stringTracker } from './json-text.ts';
import { type Findings, type Rule, settle, type Watches } from './rules.ts';
import { inTurn, lineScrubber, type Rewrite, type Scrubber, windowScrubber } from './scrub.ts';
import type { Vault } from './vault.ts';

/** Makes scrubbers for the passages of one call. */
export interface Rewriter {
  /** @param json the text is JSON, and stays JSON */
  scrubber(watches: Watches, way: 'INPUT' | 'OUTPUT', json?: boolean): Scrubber;
}

const HASH_DIGITS = 16;

/** @param findings counts what is found */
export function createRewriter(vault: Vault, hash: (text: string) => string, findings: Findings): Rewriter {
  /** What stands in the place of what was found; null: it stays. */
  function insteadOf(cluster: Cluster<Rule>, text: string, way: 'INPUT' | 'OUTPUT'): string | null {
    const rule = settle(cluster, findings);
    if (!rule) return null;
    const { action, reversible } = rule.config;
    switch (action) {
      case 'TOKENIZE':
        // In an answer it is new: nothing in the question could be put back in its place.
        return way === 'INPUT' ? vault.tokenOf(cluster.label, text, reversible) : `[${cluster.label}]`;
      case 'HASH':
        return `[${cluster.label}:${hash(text).slice(0, HASH_DIGITS)}]`;
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

  function plainRewrite(way: 'INPUT' | 'OUTPUT'): Rewrite<Rule> {
    return { plain: (text) => text, found: (cluster, text) => insteadOf(cluster, text, way) ?? text };
  }

  /** A number is replaced by a string: `{"card": 4111…}` becomes `{"card": "[CREDIT_CARD]"}`. */
  function jsonRewrite(way: 'INPUT' | 'OUTPUT'): Rewrite<Rule> {
    const place = stringTracker();
    return {
      plain(text) {
        place.see(text);
        return text;
      },
      found(cluster, text) {
        const instead = insteadOf(cluster, text, way);
        const quoted = !place.inside();
        place.see(text);
        return instead === null ? text : quoted ? JSON.stringify(instead) : instead;
      },
    };
  }

  return {
    scrubber({ near, hint, lines }, way, json = false) {
      const rewrite = json ? jsonRewrite : plainRewrite;
      return inTurn([
        ...(lines.length > 0 ? [lineScrubber(lines, rewrite(way))] : []),
        ...(near.length > 0 ? [windowScrubber(near, hint, rewrite(way))] : []),
      ]);
    },
  };
}
