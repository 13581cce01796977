import type { Admission, ContentDemand, ToolDemand } from '../core/admission.ts';
import { type CompletionRequest, inputCharacters, type Modality } from '../core/chat.ts';
import { mediaIn } from '../core/parts.ts';
import { type Demand, type PolicyVerdict, verdictOf } from '../core/policy.ts';
import { inputTokens } from '../core/prompt-size.ts';
import { fileBytes } from '../core/readable.ts';
import { fits } from '../core/wildcard.ts';

export interface Limited {
  /** With shorter answers and a lower cost, where enforced rules say so. */
  readonly request: CompletionRequest;
  readonly verdicts: readonly PolicyVerdict[];
}

/** Pure: what the rules of content and tools make of a request. */
export function withinLimits(
  request: CompletionRequest,
  { content, tools }: Pick<Admission, 'content' | 'tools'>,
): Limited {
  if (content.length + tools.length === 0) return { request, verdicts: [] };
  const verdicts = [
    ...content.flatMap((demand) => contentVerdicts(demand, request)),
    ...tools.flatMap((demand) => toolVerdicts(demand, request)),
  ];
  const limited = content
    .filter(({ source }) => source.mode === 'ENFORCE')
    .reduce((one, { config }) => shortened(one, config), request);
  return { request: limited, verdicts };
}

function contentVerdicts({ source, config }: Demand<ContentDemand>, request: CompletionRequest): PolicyVerdict[] {
  const over = overLimit(config, request);
  return over === null ? [] : [verdictOf(source, { outcome: 'BLOCKED', direction: 'INPUT', message: over })];
}

function overLimit(config: ContentDemand, request: CompletionRequest): string | null {
  const { maxInputTokens, maxMessages, maxFileBytes, allowedModalities } = config;
  const tokens = inputTokens(request);
  if (maxInputTokens !== null && tokens > maxInputTokens) {
    return `about ${tokens} tokens of input are sent; ${maxInputTokens} are allowed.`;
  }
  const count = request.messages.length;
  if (maxMessages !== null && count > maxMessages) return `${count} messages are sent; ${maxMessages} are allowed.`;
  const files = filesOf(request);
  if (maxFileBytes !== null) {
    const large = files.find(({ bytes }) => bytes === null || bytes > maxFileBytes);
    if (large)
      return `a file ${large.bytes === null ? 'is somewhere else' : `has ${large.bytes} bytes`}; ${maxFileBytes} bytes are allowed.`;
  }
  if (allowedModalities) {
    const used = [...(inputCharacters(request) > 0 ? ['TEXT' as const] : []), ...files.map(({ modality }) => modality)];
    const other = used.find((modality) => !allowedModalities.includes(modality));
    if (other) return `${other} is sent; ${allowedModalities.join(', ')} are allowed.`;
  }
  return null;
}

function filesOf({ messages, call }: CompletionRequest): { modality: Modality; bytes: number | null }[] {
  const recording = call?.kind === 'TRANSCRIPTION' ? [call] : [];
  return [...mediaIn(messages).map(({ part }) => part), ...recording].map(({ mimeType, source }) => ({
    modality: modalityOf(mimeType),
    bytes: fileBytes({ source }),
  }));
}

function modalityOf(mimeType: string): Modality {
  if (/^image\//i.test(mimeType)) return 'IMAGE';
  return /^(?:audio|video)\//i.test(mimeType) ? 'AUDIO' : 'FILE';
}

function toolVerdicts({ source, config }: Demand<ToolDemand>, { tools }: CompletionRequest): PolicyVerdict[] {
  const { allowTools, denyTools } = config;
  const refused = tools.find(
    ({ name }) =>
      denyTools.some((pattern) => fits(pattern, name)) ||
      (allowTools && !allowTools.some((pattern) => fits(pattern, name))),
  );
  if (!refused) return [];
  return [
    verdictOf(source, { outcome: 'BLOCKED', direction: 'INPUT', message: `tool '${refused.name}' is not allowed.` }),
  ];
}

/** What bounds calls that are no conversation is our own guess for their quote, and stays. */
function shortened(request: CompletionRequest, config: ContentDemand): CompletionRequest {
  const { maxOutputTokens, maxCostPerRequestNanos } = config;
  const { sampling, limits } = request;
  const tokens = request.call ? null : least(sampling.maxOutputTokens ?? null, maxOutputTokens);
  const cost = least(limits.maxCostNanos, maxCostPerRequestNanos === null ? null : BigInt(maxCostPerRequestNanos));
  return {
    ...request,
    sampling: tokens === null ? sampling : { ...sampling, maxOutputTokens: tokens },
    limits: { ...limits, maxCostNanos: cost },
  };
}

function least<Amount extends number | bigint>(a: Amount | null, b: Amount | null): Amount | null {
  if (a === null) return b;
  return b === null || a < b ? a : b;
}
