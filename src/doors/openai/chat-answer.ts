import type { CompletionState } from '../../completions/index.ts';
import type { OutputPart } from '../../core/chat.ts';
import { modelOf } from '../model-name.ts';
import { logprobsBody } from './logprobs.ts';
import { finishReasonWord, isRefusal, usageBody } from './usage.ts';

/** A chat completion of one or more finished runs, a choice each. */
export function chatAnswer(id: string, states: readonly CompletionState[], usage: CompletionState['usage']) {
  const [first] = states;
  return {
    id: chatId(id),
    object: 'chat.completion',
    created: Math.floor((first?.createdAt ?? 0) / 1000),
    model: first ? modelOf(first) : '',
    choices: states.map(({ parts, finishReason }, index) => ({
      index,
      message: messageOf(parts ?? [], first?.createdAt ?? 0),
      logprobs: logprobsBody(parts ?? []),
      finish_reason: finishReasonWord(finishReason, isRefusal(parts ?? [])),
    })),
    usage: usageBody(usage),
    service_tier: usage.serviceTier,
  };
}

export function chatId(completionId: string): string {
  return `chatcmpl-${completionId.replace(/^cmp_/, '')}`;
}

/** What it has not, it has as undefined, which is not written. @param createdAt Unix ms */
function messageOf(parts: readonly OutputPart[], createdAt: number) {
  let content: string | null = null;
  let refusal: string | null = null;
  let thought = '';
  let sound: Media | undefined;
  const annotations: object[] = [];
  const calls: object[] = [];
  const images: object[] = [];
  for (const part of parts) {
    switch (part.kind) {
      case 'text':
        content = (content ?? '') + part.text;
        annotations.push(...annotationsOf(part));
        break;
      case 'reasoning':
        thought += part.text;
        break;
      case 'refusal':
        refusal = (refusal ?? '') + part.text;
        break;
      case 'toolCall':
        calls.push(callOf(part));
        break;
      case 'media':
        if (isSound(part)) sound ??= part;
        else images.push(imageOf(part));
        break;
      case 'unknown':
        break;
    }
  }
  return {
    role: 'assistant',
    content,
    refusal,
    annotations,
    reasoning_content: thought || undefined,
    tool_calls: calls.length > 0 ? calls : undefined,
    images: images.length > 0 ? images : undefined,
    audio: sound && audioOf(sound, content ?? '', createdAt),
  };
}

/** Which words of the text they are about is not passed on by every provider: they are about all of it. */
export function annotationsOf({ text, citations }: Extract<OutputPart, { kind: 'text' }>) {
  return citations.flatMap(({ url, title }) =>
    url === null
      ? []
      : [{ type: 'url_citation', url_citation: { url, title: title ?? '', start_index: 0, end_index: text.length } }],
  );
}

function callOf({ toolCallId, name, rawArguments }: Extract<OutputPart, { kind: 'toolCall' }>) {
  return {
    id: toolCallId,
    type: 'function',
    function: { name, arguments: rawArguments.trim() === '' ? '{}' : rawArguments },
  };
}

type Media = Extract<OutputPart, { kind: 'media' }>;

export function isSound({ mimeType }: Media): boolean {
  return mimeType.startsWith('audio/');
}

/**
 * A sound, and what is said in it. The words are content too: the sound is kept for nobody, so that they are all of it
 * that can be sent back.
 * @param createdAt Unix ms
 */
export function audioOf({ base64 }: Media, transcript: string, createdAt: number) {
  const at = Math.floor(createdAt / 1000);
  return { id: `audio_${at}`, data: base64, transcript, expires_at: at };
}

/** As OpenRouter does it: OpenAI's own format has no pictures in answers. */
export function imageOf({ mimeType, base64 }: Media) {
  return { type: 'image_url', image_url: { url: `data:${mimeType};base64,${base64}` } };
}
