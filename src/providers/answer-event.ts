import type { SharedV4Headers } from '@ai-sdk/provider';
import type { CompletionRequest, FinishReason } from '../core/chat.ts';
import type { ContentEvent } from '../core/event.ts';
import type { TraceParent } from '../core/trace.ts';
import type { Tell } from '../core/turns.ts';
import type { UsageReport } from '../core/usage.ts';

export interface Question {
  readonly request: CompletionRequest;
  /** 1, 2, 3 … within the request. */
  readonly attempt: number;
  /** False asks for the whole answer at once; the events are the same. */
  readonly stream: boolean;
  /** What the network brings at once may be one event where it is one text: nobody wants its pieces. Default false. */
  readonly together?: boolean;
  /** Where it stands in a trace, for those who are told of it; null, or left out: in none. */
  readonly place?: () => TraceParent | null;
}

/** What a model says about its answer, beside the answer. */
export type AnswerEvent =
  | ContentEvent
  /** The provider has accepted the call. May come twice: headers first, names from the body later. */
  | { readonly kind: 'accepted'; readonly providerRequestId: string | null; readonly responseModel: string | null }
  /** All that it has said about usage by now: it may say so in every piece of a stream. */
  | { readonly kind: 'counted'; readonly usage: UsageReport };

/** Hears an answer as it comes: what comes at once is told at once. */
export type Hear = Tell<readonly AnswerEvent[]>;

/** The provider's own end of the answer; without it an answer is not one. */
export interface Ending {
  readonly usage: UsageReport;
  readonly finishReason: FinishReason;
}

export function accepted(
  headers: SharedV4Headers | Readonly<Record<string, string | undefined>> | undefined,
  metadata: { readonly id?: string | undefined; readonly modelId?: string | undefined } | undefined,
): AnswerEvent {
  // OpenAI and most others; Anthropic. Google sends none.
  const requestId = headers?.['x-request-id'] ?? headers?.['request-id'];
  return {
    kind: 'accepted',
    providerRequestId: requestId ?? metadata?.id ?? null,
    responseModel: metadata?.modelId ?? null,
  };
}
