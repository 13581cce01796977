import type { Content } from '../content/index.ts';
import { type LoggingDemand, type LogLevel, logLevels } from '../core/admission.ts';
import type { Caller } from '../core/caller.ts';
import type { CompletionRequest, InputPart, Message, OutputPart } from '../core/chat.ts';
import type { ContentEvent } from '../core/event.ts';
import type { Demand } from '../core/policy.ts';
import type { Runtime } from '../core/runtime.ts';
import { replay } from './state.ts';

/** Gathers what is said in one call, where a policy asks for it to be kept, and hands it over at the end. */
export interface Keeper {
  /** The call as its caller wrote it, and as providers see it. */
  asked(request: CompletionRequest, redacted: CompletionRequest): void;
  /** An event as the caller sees it. */
  said(event: ContentEvent): void;
  /** What the caller saw is thrown away from this part on. */
  reset(fromIndex: number): void;
  /** @param provided the answer as providers gave it, before anything was put back into it */
  close(routeSlug: string | null, provided: readonly ContentEvent[]): void;
}

const NOT_KEPT = '[not kept]';
const metadataOnly: LoggingDemand = { level: 'METADATA', samplePercent: 0, includeToolPayloads: false };
export const keepingNothing: Keeper = { asked() {}, said() {}, reset() {}, close() {} };

/** Pure: what all that is enforced leaves to be kept. Nobody asking for more means metadata. */
export function loggingOf(demands: readonly Demand<LoggingDemand>[]): LoggingDemand {
  if (demands.length === 0) return metadataOnly;
  const enforced = demands.filter(({ source }) => source.mode === 'ENFORCE').map(({ config }) => config);
  if (enforced.length === 0) return metadataOnly;
  const least = (one: LogLevel, other: LogLevel) =>
    logLevels[Math.min(logLevels.indexOf(one), logLevels.indexOf(other))]!;
  return {
    level: enforced.map(({ level }) => level).reduce(least),
    samplePercent: Math.min(...enforced.map(({ samplePercent }) => samplePercent)),
    includeToolPayloads: enforced.every(({ includeToolPayloads }) => includeToolPayloads),
  };
}

export function startKeeping(
  content: Content,
  call: { readonly requestId: string; readonly caller: Caller },
  demands: readonly Demand<LoggingDemand>[],
  { clock, random }: Runtime,
): Keeper {
  const { level, samplePercent, includeToolPayloads } = loggingOf(demands);
  if (level !== 'REDACTED' && level !== 'FULL') return keepingNothing;
  if (random.float() * 100 >= samplePercent) return keepingNothing;
  const at = clock.now();
  let request: CompletionRequest | null = null;
  let seen: ContentEvent[] = [];

  return {
    asked(original, redacted) {
      request = level === 'FULL' ? original : redacted;
    },
    said(event) {
      if (level === 'FULL') seen.push(event);
    },
    reset(fromIndex) {
      seen = seen.filter((event) => 'index' in event && event.index < fromIndex);
    },
    close(routeSlug, provided) {
      if (!request) return;
      const events = level === 'FULL' ? seen : provided;
      const { requestId, caller } = call;
      const output =
        replay(
          requestId,
          events.map((event, place) => ({ seq: place + 1, at, event })),
        ).parts ?? [];
      const said = includeToolPayloads
        ? { input: request.messages, output }
        : { input: request.messages.map(withoutPayloads), output: output.map(withoutArguments) };
      content.keep({ requestId, caller, routeSlug, endUser: request.endUser, level, at, said });
    },
  };
}

function withoutPayloads(message: Message): Message {
  return { ...message, parts: message.parts.map(withoutPayload) };
}

function withoutPayload(part: InputPart): InputPart {
  if (part.kind === 'toolCall') return { ...part, arguments: NOT_KEPT };
  if (part.kind === 'toolResult') return { ...part, result: { text: NOT_KEPT } };
  return part;
}

function withoutArguments(part: OutputPart): OutputPart {
  return part.kind === 'toolCall' ? { ...part, rawArguments: NOT_KEPT, arguments: null } : part;
}
