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
  /** An event as the provider said it, or as the caller hears it; each keeper listens to one of them. */
  heard(event: ContentEvent): void;
  said(event: ContentEvent): void;
  /** What was said up to here is thrown away. */
  reset(fromIndex: number): void;
  close(routeSlug: string | null): void;
}

const NOT_KEPT = '[not kept]';
const listensToNothing: Keeper = { asked() {}, heard() {}, said() {}, reset() {}, close() {} };

/** Pure: what all that is enforced leaves to be kept. Nobody asking for more means metadata. */
export function loggingOf(demands: readonly Demand<LoggingDemand>[]): LoggingDemand {
  const enforced = demands.filter(({ source }) => source.mode === 'ENFORCE').map(({ config }) => config);
  if (enforced.length === 0) return { level: 'METADATA', samplePercent: 0, includeToolPayloads: false };
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
  if (level !== 'REDACTED' && level !== 'FULL') return listensToNothing;
  if (random.float() * 100 >= samplePercent) return listensToNothing;
  const at = clock.now();
  let request: CompletionRequest | null = null;
  let events: ContentEvent[] = [];
  const note = (event: ContentEvent) => void events.push(event);

  return {
    asked(original, redacted) {
      request = level === 'FULL' ? original : redacted;
    },
    heard: level === 'REDACTED' ? note : () => {},
    said: level === 'FULL' ? note : () => {},
    reset(fromIndex) {
      events = events.filter((event) => !('index' in event) || event.index < fromIndex);
    },
    close(routeSlug) {
      if (!request) return;
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
