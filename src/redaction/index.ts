import type { RedactionDemand } from '../core/admission.ts';
import type { Caller } from '../core/caller.ts';
import type { CompletionRequest } from '../core/chat.ts';
import type { ContentEvent } from '../core/event.ts';
import type { Demand, Highlight, Passage, PolicyVerdict } from '../core/policy.ts';
import type { Keyring } from '../platform/keyring.ts';
import { highlight } from './highlight.ts';
import { createInputs } from './inputs.ts';
import { createOutputs } from './outputs.ts';
import { createRewriter } from './rewriter.ts';
import { type Findings, verdictsOf } from './rules.ts';
import { createUnreadable } from './unreadable.ts';
import { createVault } from './vault.ts';

/** What must not leave the house, and how to put it back into the answer. */
export interface Redaction {
  /**
   * Opens one call's redaction. Pure but for what it remembers of this call: what it took out, and how often.
   * @param caller tokens and hashes are the same within a project, and say nothing outside of it
   */
  redact(
    request: CompletionRequest,
    demands: readonly Demand<RedactionDemand>[],
    caller: Pick<Caller, 'organizationId' | 'projectId'>,
  ): Redacted;
  /** Pure: what rules find in a text, for people to look at. */
  highlight(text: string, demands: readonly Demand<RedactionDemand>[], passage: Passage): readonly Highlight[];
}

export interface Redacted {
  /** What providers may see. @throws PolicyBlockedProblem never: see `blocked` */
  readonly request: CompletionRequest;
  /** Another request of the same call, for instance with the complaint about an answer that did not fit. */
  again(request: CompletionRequest): CompletionRequest;
  /** Turns an event of the provider into what the caller sees: the same event, or more, or none while text is held. */
  restore(event: ContentEvent): readonly ContentEvent[];
  /** Parts from this index on are started over. */
  reset(fromIndex: number): void;
  /** What every rule found so far, watching ones included. */
  verdicts(): readonly PolicyVerdict[];
  /** The verdicts of enforced rules that do not let the call go on. To be asked before anything is passed on. */
  blocked(): readonly PolicyVerdict[];
}

export function createRedaction(keyring: Pick<Keyring, 'hash'>): Redaction {
  return {
    highlight,
    redact(request, demands, { organizationId, projectId }) {
      if (demands.length === 0) return untouched(request);
      const findings: Findings = new Map();
      const vault = createVault((text) => keyring.hash('redaction-token', `${projectId}\0${text}`));
      const hash = (text: string) => keyring.hash('redaction-hash', `${organizationId}\0${text}`).toString('hex');
      const rewriter = createRewriter(vault, hash, findings);
      const unreadable = createUnreadable(demands);
      const inputs = createInputs(demands, rewriter, unreadable.refuse('INPUT'));
      const outputs = createOutputs(request.output, demands, rewriter, vault, unreadable.refuse('OUTPUT'));
      const redacted = inputs.redact(request);
      const verdicts = () =>
        findings.size + unreadable.verdicts.size === 0
          ? nothing
          : [...verdictsOf(demands, findings), ...unreadable.verdicts.values()];
      return {
        request: redacted,
        again: inputs.redact,
        restore: outputs.see,
        reset: outputs.reset,
        verdicts,
        blocked: () => verdicts().filter(({ mode, outcome }) => mode === 'ENFORCE' && outcome === 'BLOCKED'),
      };
    },
  };
}

const nothing: readonly PolicyVerdict[] = [];

function untouched(request: CompletionRequest): Redacted {
  return {
    request,
    again: (other) => other,
    restore: (event) => [event],
    reset: () => {},
    verdicts: () => nothing,
    blocked: () => nothing,
  };
}
