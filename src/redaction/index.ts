import type { RedactionDemand } from '../core/admission.ts';
import type { Caller } from '../core/caller.ts';
import type { CompletionRequest } from '../core/chat.ts';
import type { ContentEvent } from '../core/event.ts';
import type { Demand, Highlight, Passage, PolicyVerdict } from '../core/policy.ts';
import type { Keyring } from '../platform/keyring.ts';
import { highlight } from './highlight.ts';
import { Inputs } from './inputs.ts';
import { Outputs } from './outputs.ts';
import { Rewriter } from './rewriter.ts';
import { Findings, type Rule, verdictsOf } from './rules.ts';
import { Unreadable } from './unreadable.ts';
import { Vault } from './vault.ts';

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
    redact: (request, demands, caller) =>
      demands.length === 0 ? new Untouched(request) : new Rewritten(keyring, request, demands, caller),
  };
}

const nothing: readonly PolicyVerdict[] = [];

class Rewritten implements Redacted {
  readonly request: CompletionRequest;
  readonly #rules: readonly Rule[];
  readonly #findings = new Findings();
  readonly #unreadable: Unreadable;
  readonly #inputs: Inputs;
  readonly #outputs: Outputs;

  constructor(
    keyring: Pick<Keyring, 'hash'>,
    request: CompletionRequest,
    rules: readonly Rule[],
    { organizationId, projectId }: Pick<Caller, 'organizationId' | 'projectId'>,
  ) {
    const vault = new Vault(keyring, projectId);
    const rewriter = new Rewriter(keyring, organizationId, vault, this.#findings);
    this.#rules = rules;
    this.#unreadable = new Unreadable(rules);
    this.#inputs = new Inputs(rules, rewriter, this.#unreadable);
    this.#outputs = new Outputs(request.output, rules, rewriter, vault, this.#unreadable);
    this.request = this.#inputs.redact(request);
  }

  again(request: CompletionRequest): CompletionRequest {
    return this.#inputs.redact(request);
  }

  restore(event: ContentEvent): readonly ContentEvent[] {
    return this.#outputs.see(event);
  }

  reset(fromIndex: number): void {
    this.#outputs.reset(fromIndex);
  }

  verdicts(): readonly PolicyVerdict[] {
    if (this.#findings.none && this.#unreadable.none) return nothing;
    return [...verdictsOf(this.#rules, this.#findings), ...this.#unreadable.verdicts()];
  }

  blocked(): readonly PolicyVerdict[] {
    const verdicts = this.verdicts();
    if (verdicts.length === 0) return nothing;
    return verdicts.filter(({ mode, outcome }) => mode === 'ENFORCE' && outcome === 'BLOCKED');
  }
}

class Untouched implements Redacted {
  readonly request: CompletionRequest;

  constructor(request: CompletionRequest) {
    this.request = request;
  }

  again(request: CompletionRequest): CompletionRequest {
    return request;
  }

  restore(event: ContentEvent): readonly ContentEvent[] {
    return [event];
  }

  reset(): void {}

  verdicts(): readonly PolicyVerdict[] {
    return nothing;
  }

  blocked(): readonly PolicyVerdict[] {
    return nothing;
  }
}
