import type {
  CompletionRequest,
  FinishReason,
  Message,
  OutputFormat,
  OutputPart,
  ToolDefinition,
} from '../core/chat.ts';
import type { AttemptEvent, CompletionEvent } from '../core/event.ts';
import { type Json, jsonIn } from '../core/json.ts';
import { type InputIssue, ProviderProblem, ValidationProblem } from '../core/problem.ts';
import type { Tell } from '../core/turns.ts';
import { type Check, checkOf, UNDECIDED } from './schemas.ts';

/**
 * Asks, and holds the answer to the schemas of the request.
 *
 * A call of a tool whose arguments do not fit the tool's schema keeps them, with `issues`. An answer that does not fit
 * `output.jsonSchema` is asked for again with what was wrong, up to `repairAttempts` times: the reader is told to throw
 * the misfit away (`outputReset`, REPAIR). Every attempt counts and is numbered on; an answer that was cut off, also by
 * the caller's own `stop`, that was refused or calls a tool is not held to the schema.
 *
 * @throws ProviderProblem when the last answer does not fit either; what it said stays readable
 * @throws ValidationProblem for a schema that is none, before anything is asked
 * @throws what `ask` and `pass` throw
 */
export function untilItFits(request: CompletionRequest, ask: Ask, pass: Tell<AttemptEvent>): Promise<void> {
  const { output } = request;
  const endless = new Set<string>();
  const hear: Tell<AttemptEvent> = (event) =>
    isCall(event) ? checkedCall(event, request, endless).then(pass) : pass(event);
  return output.kind === 'schema' ? untilSchemaFits(request, output, ask, hear) : ask(request, hear);
}

type Ask = (request: CompletionRequest, tell: Tell<AttemptEvent>) => Promise<void>;

async function untilSchemaFits(
  request: CompletionRequest,
  { schema, repairAttempts: repairs = 0 }: Extract<OutputFormat, { kind: 'schema' }>,
  ask: Ask,
  pass: Tell<AttemptEvent>,
): Promise<void> {
  const check = await checkOf(schema, 'output.jsonSchema.schema');
  let asked = request;
  let before = 0;
  for (let repair = 0; ; repair++) {
    const text = new AnswerText();
    let finishReason: FinishReason | null = null;
    let number = before;
    await ask(asked, (event) => {
      text.see(event);
      if ('attempt' in event) number = Math.max(number, before + event.attempt.number);
      if (event.kind === 'attemptSucceeded') finishReason = event.finishReason;
      return pass(numbered(event, before));
    });
    before = number;
    if (finishReason !== 'STOP' || text.refused() || stoppedShort(request, text.read())) return;
    const issues = issuesOf(text.read(), check);
    if (issues.length === 0) return;
    // Whoever is asked again knows no more of a schema that has no end.
    if (repair >= repairs || issues.includes(UNDECIDED)) throw misfit(issues, repair);
    await pass({ kind: 'outputReset', fromIndex: 0, reason: 'REPAIR' });
    asked = { ...request, messages: [...request.messages, ...correction(text.read(), issues)] };
  }
}

/** The object an answer is, when one was asked for: of all its texts, as they stand at the end. */
export function objectReader({ kind }: OutputFormat): ObjectReader {
  if (kind === 'text') return noObject;
  const text = new AnswerText();
  return { see: (event) => text.see(event), read: () => jsonOf(text.read()) ?? null };
}

interface ObjectReader {
  see(event: CompletionEvent): void;
  /** Undefined when none was asked for; null when the answer is none. */
  read(): Json | null | undefined;
}

const noObject: ObjectReader = { see() {}, read: () => undefined };

class AnswerText {
  readonly #parts = new Map<number, OutputPart>();

  see(event: CompletionEvent): void {
    if (event.kind === 'outputReset') {
      for (const index of this.#parts.keys()) if (index >= event.fromIndex) this.#parts.delete(index);
    }
    if (event.kind === 'partFinished') this.#parts.set(event.index, event.part);
  }

  read(): string {
    return [...this.#parts.entries()]
      .sort(([a], [b]) => a - b)
      .map(([, part]) => (part.kind === 'text' ? part.text : ''))
      .join('');
  }

  refused(): boolean {
    return [...this.#parts.values()].some(({ kind }) => kind === 'refusal');
  }
}

const FENCE = '```';

/** Models that were only told to write JSON like to put it between fences. No pattern: some write white space without end. */
function jsonOf(text: string): Json | undefined {
  const said = text.trim();
  const opening = said.slice(0, said.indexOf('\n')).trimEnd();
  const fenced = (opening === FENCE || opening === `${FENCE}json`) && said.endsWith(FENCE);
  return jsonIn(fenced ? said.slice(opening.length, -FENCE.length) : text);
}

/** Nobody says whether a stop sequence ended an answer; where there are some and it is no JSON, one of them did. */
function stoppedShort({ sampling }: CompletionRequest, text: string): boolean {
  return (sampling.stop?.length ?? 0) > 0 && jsonOf(text) === undefined;
}

function issuesOf(text: string, check: Check): readonly InputIssue[] {
  const value = jsonOf(text);
  if (value !== undefined) return check(value);
  return [{ path: [], code: 'INVALID_JSON', message: 'The answer is not JSON.', suggestions: [] }];
}

function correction(answer: string, issues: readonly InputIssue[]): Message[] {
  const complaint = `That does not fit the JSON Schema you were given. ${said(issues)} Answer again, with nothing but JSON that fits it.`;
  return [
    ...(answer === '' ? [] : [{ role: 'ASSISTANT' as const, parts: [{ kind: 'text' as const, text: answer }] }]),
    { role: 'USER', parts: [{ kind: 'text', text: complaint }] },
  ];
}

function misfit(issues: readonly InputIssue[], repairs: number): ProviderProblem {
  const tried = repairs === 0 ? '' : ` after ${repairs} ${repairs === 1 ? 'repair' : 'repairs'}`;
  return new ProviderProblem('PROVIDER_ERROR', `The answer does not fit output.jsonSchema${tried}: ${said(issues)}`);
}

function said(issues: readonly InputIssue[]): string {
  return issues.map(({ message }) => message).join(' ');
}

type FinishedCall = Extract<AttemptEvent, { kind: 'partFinished' }> & {
  readonly part: Extract<OutputPart, { kind: 'toolCall' }>;
};

function isCall(event: AttemptEvent): event is FinishedCall {
  return event.kind === 'partFinished' && event.part.kind === 'toolCall';
}

/** @param endless tools whose schema has not been come to the end of: an answer may call them a hundred times */
async function checkedCall(
  event: FinishedCall,
  { tools }: CompletionRequest,
  endless: Set<string>,
): Promise<AttemptEvent> {
  const { part } = event;
  const check = endless.has(part.name)
    ? () => [UNDECIDED]
    : await checkOfTool(tools.find(({ name }) => name === part.name));
  const issues =
    part.arguments === null && part.rawArguments.trim() !== 'null'
      ? [{ path: [], code: 'INVALID_JSON', message: 'The arguments are not JSON.', suggestions: [] }]
      : check(part.arguments);
  if (issues.includes(UNDECIDED)) endless.add(part.name);
  return issues.length === 0 ? event : { ...event, part: { ...part, issues } };
}

/** Providers take schemas that we cannot read, of older drafts for instance: those calls go unchecked. */
async function checkOfTool(tool: ToolDefinition | undefined): Promise<Check> {
  if (!tool) return () => [];
  try {
    return await checkOf(tool.inputSchema, '');
  } catch (error) {
    if (error instanceof ValidationProblem) return () => [];
    throw error;
  }
}

/** Attempts count on over the repairs of one completion. */
function numbered(event: AttemptEvent, before: number): AttemptEvent {
  if (before === 0 || !('attempt' in event)) return event;
  return { ...event, attempt: { ...event.attempt, number: before + event.attempt.number } };
}
