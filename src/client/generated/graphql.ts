/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
export type AccessRuleInput = {
  /** provider/model, e.g. openai/* */
  readonly allowModels?: ReadonlyArray<string> | null | undefined;
  /** By their slugs. */
  readonly allowProviders?: ReadonlyArray<string> | null | undefined;
  /** A call that offers another tool is refused. */
  readonly allowTools?: ReadonlyArray<string> | null | undefined;
  readonly denyModels?: ReadonlyArray<string> | null | undefined;
  readonly denyTools?: ReadonlyArray<string> | null | undefined;
};

export type AgentLimitAction =
  /** Raise an alert and send the calls of the run to another route from then on. */
  | 'DOWNGRADE'
  /** Raise an alert and refuse this and every later call of the run. */
  | 'STOP'
  /** Raise an alert and go on. */
  | 'WARN';

export type AgentLimitRuleInput = {
  readonly maxCostPerRun?: MoneyInput | null | undefined;
  readonly maxIdenticalSteps?: number | null | undefined;
  readonly maxRunDuration?: string | null | undefined;
  readonly maxStepsPerRun?: number | null | undefined;
  readonly maxToolCallsPerRun?: number | null | undefined;
  readonly onLimit?: GuardrailAction;
};

/** What is left out is not limited. */
export type AgentLimitSaveInput = {
  /** The slug of a published route, with DOWNGRADE. */
  readonly downgradeRoute?: string | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
  /** When a run has spent this much, it makes no further call. A cap that is never passed is a budget. */
  readonly maxCostNanos?: string | null | undefined;
  /** From the first call of a run. */
  readonly maxDuration?: string | null | undefined;
  /** Of the latest 50 steps; 3 is a good start. */
  readonly maxIdenticalSteps?: number | null | undefined;
  /** Of any call, whether it belongs to a run or not; estimated. */
  readonly maxPromptTokens?: number | null | undefined;
  /** Calls of one run. */
  readonly maxSteps?: number | null | undefined;
  readonly maxToolCalls?: number | null | undefined;
  readonly onLimit?: AgentLimitAction | null | undefined;
  /** One limit per scope; all that fit hold. */
  readonly scope: ScopeRef;
};

/** A run must fit every field that is given. */
export type AgentRunFilter = {
  readonly agent?: string | null | undefined;
  /** Whether a step repeated. */
  readonly looping?: boolean | null | undefined;
  readonly project?: string | null | undefined;
  /** When it began. */
  readonly range?: TimeRangeInput | null | undefined;
  /** Whether a limit ended it. */
  readonly stopped?: boolean | null | undefined;
};

export type AgentStop =
  | 'COST'
  | 'DURATION'
  | 'LOOP'
  | 'STEPS'
  | 'TOOL_CALLS';

/** An alert must fit every field that is given; a list is fitted by any of its values. */
export type AlertFilter = {
  readonly acknowledged?: boolean | null | undefined;
  readonly kinds?: ReadonlyArray<AlertKind> | null | undefined;
  readonly range?: TimeRangeInput | null | undefined;
  readonly scope?: ScopeRef | null | undefined;
  readonly severity?: ReadonlyArray<Severity> | null | undefined;
};

export type AlertKind =
  | 'ANOMALY'
  | 'BUDGET'
  | 'EXPERIMENT'
  | 'LOOP'
  | 'POLICY'
  | 'PROVIDER';

export type AnomalyMetric =
  /** In nano-dollars. */
  | 'COST'
  /** 0 to 1. */
  | 'ERROR_RATE'
  /** Output tokens per call. */
  | 'LENGTH';

export type ApiKeyCreateInput = {
  /** TRUSTED_ONLY: registered operations (`operationSave`) and nothing else, not at `/v1` either. */
  readonly documents?: DocumentPolicy | null | undefined;
  /** Left out, the key works until it is revoked. */
  readonly expiresAt?: string | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
  readonly name: string;
  /** The project its calls are counted for. */
  readonly project: string;
  /** Only scopes that your own key has. */
  readonly scopes: ReadonlyArray<Scope>;
};

export type ApiKeyRotateInput = {
  /** How long the old secret goes on working; PT0S for not at all. */
  readonly grace?: string;
  readonly id: string;
  readonly idempotencyKey?: string | null | undefined;
};

/** Whose calls stay in one arm. */
export type AssignBy =
  | 'API_KEY'
  | 'END_USER'
  | 'NONE'
  | 'RUN';

export type AttemptOutcome =
  | 'CANCELLED'
  /** A second attempt beside it spoke first (`hedgeAfterMs`). What it used is paid for. */
  | 'DISCARDED'
  | 'FAILED'
  | 'RUNNING'
  | 'SUCCEEDED'
  | 'TIMED_OUT';

/** Events must pass all that is given. */
export type AuditFilter = {
  /** Any of these, e.g. route.publish. */
  readonly action?: ReadonlyArray<string> | null | undefined;
  /** Any of these API keys' ids, or `system`. */
  readonly actorId?: ReadonlyArray<string> | null | undefined;
  readonly outcome?: ReadonlyArray<AuditOutcome> | null | undefined;
  readonly range?: TimeRangeInput | null | undefined;
  readonly resourceId?: string | null | undefined;
  /** Any of these, e.g. ApiKey. */
  readonly resourceType?: ReadonlyArray<string> | null | undefined;
};

export type AuditOutcome =
  /** It was done. */
  | 'ALLOWED'
  /** It was asked for and refused. */
  | 'DENIED'
  /** It was tried and did not succeed. */
  | 'FAILED';

/** Whether calls are let through to a model that fails. */
export type BreakerState =
  /** All of them. */
  | 'CLOSED'
  /** One at a time, to see whether it is back. */
  | 'HALF_OPEN'
  /** None, for some seconds. */
  | 'OPEN';

export type BudgetAction =
  | 'ALERT_ONLY'
  | 'BLOCK'
  | 'DOWNGRADE';

export type BudgetAdjustInput = {
  /** Negative takes away. */
  readonly addToCurrentPeriod: MoneyInput;
  readonly budget: string;
  readonly idempotencyKey: string;
  readonly reason: string;
  /** Whose account, where the budget has one for each. */
  readonly subject?: string | null | undefined;
};

/** How long a budget lasts, by the calendar of its time zone. Weeks begin on Monday; TOTAL never ends. */
export type BudgetPeriod =
  | 'DAY'
  | 'HOUR'
  | 'MONTH'
  | 'QUARTER'
  | 'TOTAL'
  | 'WEEK'
  | 'YEAR';

export type BudgetSaveInput = {
  /** Slug of the cheaper route that DOWNGRADE sends calls to. */
  readonly downgradeRoute?: string | null | undefined;
  /** Refuse with a ConflictError when somebody changed the budget since. */
  readonly expectedRevision?: number | null | undefined;
  /** Of the budget to change; none = a new one. */
  readonly id?: string | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
  readonly limit: MoneyInput;
  readonly name: string;
  readonly onExceed?: BudgetAction | null | undefined;
  readonly period: BudgetPeriod;
  /** Fixed, as are period and time zone. */
  readonly scope: ScopeRef;
  readonly slug: string;
  readonly thresholdsPercent?: ReadonlyArray<number> | null | undefined;
  /** IANA name, e.g. Europe/Berlin. */
  readonly timezone?: string | null | undefined;
};

export type BudgetState =
  /** Used up, and calls are refused. */
  | 'BLOCKING'
  /** Used up; calls go on, or take the cheaper route. */
  | 'EXCEEDED'
  | 'OK'
  /** The lowest threshold has been passed. */
  | 'WARNING';

/** Who may be given the answer that another got. END_USER: of calls that name one; others are not cached. */
export type CacheSharing =
  | 'API_KEY'
  | 'END_USER'
  | 'ORGANIZATION'
  | 'PROJECT'
  | 'TEAM';

export type CachingRuleInput = {
  readonly maxAge?: string;
  readonly sharedBy?: CacheSharing;
};

export type CanaryStageInput = {
  readonly holdMinutes: number;
  readonly weightPercent: number;
};

export type CatalogSource =
  /** Came with the gateway. */
  | 'BUNDLED'
  /** Set by hand. */
  | 'MANUAL';

export type ChangeOp =
  | 'ADD'
  | 'REMOVE'
  | 'REPLACE';

export type ChannelConfigInput =
  {   /** Addresses; the operator has to configure a mail server. */
  readonly email: ReadonlyArray<string>; readonly slackWebhookUrl?: never; readonly webhook?: never; }
  |  { readonly email?: never;   readonly slackWebhookUrl: string; readonly webhook?: never; }
  |  { readonly email?: never; readonly slackWebhookUrl?: never;   readonly webhook: WebhookChannelInput; };

export type ChannelSaveInput = {
  readonly config: ChannelConfigInput;
  readonly enabled?: boolean | null | undefined;
  /** Of the channel to change; none = a new one. */
  readonly id?: string | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
  readonly kinds: ReadonlyArray<AlertKind>;
  readonly minSeverity?: Severity | null | undefined;
  readonly name: string;
};

export type ChannelType =
  | 'EMAIL'
  | 'SLACK'
  | 'WEBHOOK';

export type CompletionInput = {
  /** With AUDIO among the modalities. */
  readonly audio?: SpokenAnswerInput | null | undefined;
  readonly debug?: DebugInput | null | undefined;
  /** Your end user, by an id that means nothing to others. Never an e-mail address. */
  readonly endUser?: string | null | undefined;
  /** Required for completionStream, recommended everywhere. Kept 24 h per API key. The same key with the same input attaches to the run, also while it is running, and never pays twice; a run that failed in a retryable way is really tried again. The same key with another input is an IdempotencyConflictError. */
  readonly idempotencyKey?: string | null | undefined;
  readonly limits?: RunLimitsInput | null | undefined;
  readonly messages: ReadonlyArray<MessageInput>;
  /** What the answer is to be made of; TEXT when unset. AUDIO and IMAGE come as MediaPart, what is said in a sound as TextPart where the model tells it. Models that cannot be asked for it are passed over. */
  readonly modalities?: ReadonlyArray<Modality> | null | undefined;
  readonly onDisconnect?: DisconnectBehavior | null | undefined;
  readonly output?: OutputFormatInput | null | undefined;
  readonly reasoning?: ReasoningInput | null | undefined;
  readonly run?: RunContextInput | null | undefined;
  readonly sampling?: SamplingInput | null | undefined;
  readonly tags?: ReadonlyArray<TagInput> | null | undefined;
  readonly target: TargetInput;
  /** What it is about, for rules that go by it; guessed when left out. */
  readonly task?: Task | null | undefined;
  readonly tools?: ToolUseInput | null | undefined;
};

export type CompletionStatus =
  | 'CANCELLED'
  | 'FAILED'
  | 'RUNNING'
  | 'SUCCEEDED';

/** A small typed boolean language: no expression strings to parse, every leaf is documented and completes in GraphiQL. */
export type ConditionInput =
  {   readonly agent: ReadonlyArray<string>; readonly all?: never; readonly any?: never; readonly apiKey?: never; readonly budgetUsedPercent?: never; readonly contains?: never; readonly endUserIn?: never; readonly hasTools?: never; readonly inputChars?: never; readonly inputTokens?: never; readonly language?: never; readonly messageCount?: never; readonly modality?: never; readonly not?: never; readonly project?: never; readonly samplePercent?: never; readonly tag?: never; readonly task?: never; readonly team?: never; readonly timeOfDay?: never; readonly wantsStructuredOutput?: never; }
  |  { readonly agent?: never;   readonly all: ReadonlyArray<ConditionInput>; readonly any?: never; readonly apiKey?: never; readonly budgetUsedPercent?: never; readonly contains?: never; readonly endUserIn?: never; readonly hasTools?: never; readonly inputChars?: never; readonly inputTokens?: never; readonly language?: never; readonly messageCount?: never; readonly modality?: never; readonly not?: never; readonly project?: never; readonly samplePercent?: never; readonly tag?: never; readonly task?: never; readonly team?: never; readonly timeOfDay?: never; readonly wantsStructuredOutput?: never; }
  |  { readonly agent?: never; readonly all?: never;   readonly any: ReadonlyArray<ConditionInput>; readonly apiKey?: never; readonly budgetUsedPercent?: never; readonly contains?: never; readonly endUserIn?: never; readonly hasTools?: never; readonly inputChars?: never; readonly inputTokens?: never; readonly language?: never; readonly messageCount?: never; readonly modality?: never; readonly not?: never; readonly project?: never; readonly samplePercent?: never; readonly tag?: never; readonly task?: never; readonly team?: never; readonly timeOfDay?: never; readonly wantsStructuredOutput?: never; }
  |  { readonly agent?: never; readonly all?: never; readonly any?: never;   readonly apiKey: ReadonlyArray<string>; readonly budgetUsedPercent?: never; readonly contains?: never; readonly endUserIn?: never; readonly hasTools?: never; readonly inputChars?: never; readonly inputTokens?: never; readonly language?: never; readonly messageCount?: never; readonly modality?: never; readonly not?: never; readonly project?: never; readonly samplePercent?: never; readonly tag?: never; readonly task?: never; readonly team?: never; readonly timeOfDay?: never; readonly wantsStructuredOutput?: never; }
  |  { readonly agent?: never; readonly all?: never; readonly any?: never; readonly apiKey?: never;   /** Of the fullest budget that pays for the call; never matches when none does. */
  readonly budgetUsedPercent: FloatRangeInput; readonly contains?: never; readonly endUserIn?: never; readonly hasTools?: never; readonly inputChars?: never; readonly inputTokens?: never; readonly language?: never; readonly messageCount?: never; readonly modality?: never; readonly not?: never; readonly project?: never; readonly samplePercent?: never; readonly tag?: never; readonly task?: never; readonly team?: never; readonly timeOfDay?: never; readonly wantsStructuredOutput?: never; }
  |  { readonly agent?: never; readonly all?: never; readonly any?: never; readonly apiKey?: never; readonly budgetUsedPercent?: never;   readonly contains: TextMatchInput; readonly endUserIn?: never; readonly hasTools?: never; readonly inputChars?: never; readonly inputTokens?: never; readonly language?: never; readonly messageCount?: never; readonly modality?: never; readonly not?: never; readonly project?: never; readonly samplePercent?: never; readonly tag?: never; readonly task?: never; readonly team?: never; readonly timeOfDay?: never; readonly wantsStructuredOutput?: never; }
  |  { readonly agent?: never; readonly all?: never; readonly any?: never; readonly apiKey?: never; readonly budgetUsedPercent?: never; readonly contains?: never;   readonly endUserIn: ReadonlyArray<string>; readonly hasTools?: never; readonly inputChars?: never; readonly inputTokens?: never; readonly language?: never; readonly messageCount?: never; readonly modality?: never; readonly not?: never; readonly project?: never; readonly samplePercent?: never; readonly tag?: never; readonly task?: never; readonly team?: never; readonly timeOfDay?: never; readonly wantsStructuredOutput?: never; }
  |  { readonly agent?: never; readonly all?: never; readonly any?: never; readonly apiKey?: never; readonly budgetUsedPercent?: never; readonly contains?: never; readonly endUserIn?: never;   readonly hasTools: boolean; readonly inputChars?: never; readonly inputTokens?: never; readonly language?: never; readonly messageCount?: never; readonly modality?: never; readonly not?: never; readonly project?: never; readonly samplePercent?: never; readonly tag?: never; readonly task?: never; readonly team?: never; readonly timeOfDay?: never; readonly wantsStructuredOutput?: never; }
  |  { readonly agent?: never; readonly all?: never; readonly any?: never; readonly apiKey?: never; readonly budgetUsedPercent?: never; readonly contains?: never; readonly endUserIn?: never; readonly hasTools?: never;   /** Of all messages and tools. */
  readonly inputChars: IntRangeInput; readonly inputTokens?: never; readonly language?: never; readonly messageCount?: never; readonly modality?: never; readonly not?: never; readonly project?: never; readonly samplePercent?: never; readonly tag?: never; readonly task?: never; readonly team?: never; readonly timeOfDay?: never; readonly wantsStructuredOutput?: never; }
  |  { readonly agent?: never; readonly all?: never; readonly any?: never; readonly apiKey?: never; readonly budgetUsedPercent?: never; readonly contains?: never; readonly endUserIn?: never; readonly hasTools?: never; readonly inputChars?: never;   /** Estimated, a quarter of the characters. */
  readonly inputTokens: IntRangeInput; readonly language?: never; readonly messageCount?: never; readonly modality?: never; readonly not?: never; readonly project?: never; readonly samplePercent?: never; readonly tag?: never; readonly task?: never; readonly team?: never; readonly timeOfDay?: never; readonly wantsStructuredOutput?: never; }
  |  { readonly agent?: never; readonly all?: never; readonly any?: never; readonly apiKey?: never; readonly budgetUsedPercent?: never; readonly contains?: never; readonly endUserIn?: never; readonly hasTools?: never; readonly inputChars?: never; readonly inputTokens?: never;   /** ISO 639-1, of the last user message, guessed from its script and words. */
  readonly language: ReadonlyArray<string>; readonly messageCount?: never; readonly modality?: never; readonly not?: never; readonly project?: never; readonly samplePercent?: never; readonly tag?: never; readonly task?: never; readonly team?: never; readonly timeOfDay?: never; readonly wantsStructuredOutput?: never; }
  |  { readonly agent?: never; readonly all?: never; readonly any?: never; readonly apiKey?: never; readonly budgetUsedPercent?: never; readonly contains?: never; readonly endUserIn?: never; readonly hasTools?: never; readonly inputChars?: never; readonly inputTokens?: never; readonly language?: never;   readonly messageCount: IntRangeInput; readonly modality?: never; readonly not?: never; readonly project?: never; readonly samplePercent?: never; readonly tag?: never; readonly task?: never; readonly team?: never; readonly timeOfDay?: never; readonly wantsStructuredOutput?: never; }
  |  { readonly agent?: never; readonly all?: never; readonly any?: never; readonly apiKey?: never; readonly budgetUsedPercent?: never; readonly contains?: never; readonly endUserIn?: never; readonly hasTools?: never; readonly inputChars?: never; readonly inputTokens?: never; readonly language?: never; readonly messageCount?: never;   /** The input has some of it. */
  readonly modality: Modality; readonly not?: never; readonly project?: never; readonly samplePercent?: never; readonly tag?: never; readonly task?: never; readonly team?: never; readonly timeOfDay?: never; readonly wantsStructuredOutput?: never; }
  |  { readonly agent?: never; readonly all?: never; readonly any?: never; readonly apiKey?: never; readonly budgetUsedPercent?: never; readonly contains?: never; readonly endUserIn?: never; readonly hasTools?: never; readonly inputChars?: never; readonly inputTokens?: never; readonly language?: never; readonly messageCount?: never; readonly modality?: never;   readonly not: ConditionInput; readonly project?: never; readonly samplePercent?: never; readonly tag?: never; readonly task?: never; readonly team?: never; readonly timeOfDay?: never; readonly wantsStructuredOutput?: never; }
  |  { readonly agent?: never; readonly all?: never; readonly any?: never; readonly apiKey?: never; readonly budgetUsedPercent?: never; readonly contains?: never; readonly endUserIn?: never; readonly hasTools?: never; readonly inputChars?: never; readonly inputTokens?: never; readonly language?: never; readonly messageCount?: never; readonly modality?: never; readonly not?: never;   readonly project: ReadonlyArray<string>; readonly samplePercent?: never; readonly tag?: never; readonly task?: never; readonly team?: never; readonly timeOfDay?: never; readonly wantsStructuredOutput?: never; }
  |  { readonly agent?: never; readonly all?: never; readonly any?: never; readonly apiKey?: never; readonly budgetUsedPercent?: never; readonly contains?: never; readonly endUserIn?: never; readonly hasTools?: never; readonly inputChars?: never; readonly inputTokens?: never; readonly language?: never; readonly messageCount?: never; readonly modality?: never; readonly not?: never; readonly project?: never;   /** A share of all calls, by lot. Every leaf draws for itself. */
  readonly samplePercent: number; readonly tag?: never; readonly task?: never; readonly team?: never; readonly timeOfDay?: never; readonly wantsStructuredOutput?: never; }
  |  { readonly agent?: never; readonly all?: never; readonly any?: never; readonly apiKey?: never; readonly budgetUsedPercent?: never; readonly contains?: never; readonly endUserIn?: never; readonly hasTools?: never; readonly inputChars?: never; readonly inputTokens?: never; readonly language?: never; readonly messageCount?: never; readonly modality?: never; readonly not?: never; readonly project?: never; readonly samplePercent?: never;   readonly tag: TagMatchInput; readonly task?: never; readonly team?: never; readonly timeOfDay?: never; readonly wantsStructuredOutput?: never; }
  |  { readonly agent?: never; readonly all?: never; readonly any?: never; readonly apiKey?: never; readonly budgetUsedPercent?: never; readonly contains?: never; readonly endUserIn?: never; readonly hasTools?: never; readonly inputChars?: never; readonly inputTokens?: never; readonly language?: never; readonly messageCount?: never; readonly modality?: never; readonly not?: never; readonly project?: never; readonly samplePercent?: never; readonly tag?: never;   /** What it is about, CREATIVE, FACTUAL, CODE, MATH, EXTRACTION, SUMMARISATION, TRANSLATION, CHAT: as the caller says, or as it looks. */
  readonly task: TaskMatchInput; readonly team?: never; readonly timeOfDay?: never; readonly wantsStructuredOutput?: never; }
  |  { readonly agent?: never; readonly all?: never; readonly any?: never; readonly apiKey?: never; readonly budgetUsedPercent?: never; readonly contains?: never; readonly endUserIn?: never; readonly hasTools?: never; readonly inputChars?: never; readonly inputTokens?: never; readonly language?: never; readonly messageCount?: never; readonly modality?: never; readonly not?: never; readonly project?: never; readonly samplePercent?: never; readonly tag?: never; readonly task?: never;   readonly team: ReadonlyArray<string>; readonly timeOfDay?: never; readonly wantsStructuredOutput?: never; }
  |  { readonly agent?: never; readonly all?: never; readonly any?: never; readonly apiKey?: never; readonly budgetUsedPercent?: never; readonly contains?: never; readonly endUserIn?: never; readonly hasTools?: never; readonly inputChars?: never; readonly inputTokens?: never; readonly language?: never; readonly messageCount?: never; readonly modality?: never; readonly not?: never; readonly project?: never; readonly samplePercent?: never; readonly tag?: never; readonly task?: never; readonly team?: never;   readonly timeOfDay: TimeOfDayInput; readonly wantsStructuredOutput?: never; }
  |  { readonly agent?: never; readonly all?: never; readonly any?: never; readonly apiKey?: never; readonly budgetUsedPercent?: never; readonly contains?: never; readonly endUserIn?: never; readonly hasTools?: never; readonly inputChars?: never; readonly inputTokens?: never; readonly language?: never; readonly messageCount?: never; readonly modality?: never; readonly not?: never; readonly project?: never; readonly samplePercent?: never; readonly tag?: never; readonly task?: never; readonly team?: never; readonly timeOfDay?: never;   readonly wantsStructuredOutput: boolean; };

export type ContentLimitRuleInput = {
  readonly allowedModalities?: ReadonlyArray<Modality> | null | undefined;
  readonly maxCostPerRequest?: MoneyInput | null | undefined;
  readonly maxFileBytes?: number | null | undefined;
  readonly maxInputTokens?: number | null | undefined;
  readonly maxMessages?: number | null | undefined;
  readonly maxOutputTokens?: number | null | undefined;
};

export type ContentPartInput =
  {   readonly audio: MediaInput; readonly file?: never; readonly image?: never; readonly reasoning?: never; readonly text?: never; readonly toolCall?: never; readonly toolResult?: never; }
  |  { readonly audio?: never;   readonly file: FilePartInput; readonly image?: never; readonly reasoning?: never; readonly text?: never; readonly toolCall?: never; readonly toolResult?: never; }
  |  { readonly audio?: never; readonly file?: never;   readonly image: MediaInput; readonly reasoning?: never; readonly text?: never; readonly toolCall?: never; readonly toolResult?: never; }
  |  { readonly audio?: never; readonly file?: never; readonly image?: never;   readonly reasoning: ReasoningPartInput; readonly text?: never; readonly toolCall?: never; readonly toolResult?: never; }
  |  { readonly audio?: never; readonly file?: never; readonly image?: never; readonly reasoning?: never;   readonly text: string; readonly toolCall?: never; readonly toolResult?: never; }
  |  { readonly audio?: never; readonly file?: never; readonly image?: never; readonly reasoning?: never; readonly text?: never;   readonly toolCall: ToolCallPartInput; readonly toolResult?: never; }
  |  { readonly audio?: never; readonly file?: never; readonly image?: never; readonly reasoning?: never; readonly text?: never; readonly toolCall?: never;   readonly toolResult: ToolResultPartInput; };

export type CostImportInput = {
  /** The file's text: OpenAI's export of completions or of costs by line item, Anthropic's of usage or costs, or a table of day, model, meter, quantity, cost_usd. */
  readonly csv: string;
  /** Slug of the provider whose export it is. */
  readonly provider: string;
  /** Of the vendor's figure. What its digits leave open is allowed for anyway. */
  readonly tolerancePercent?: number;
};

export type CredentialSaveInput = {
  readonly idempotencyKey?: string | null | undefined;
  /** A credential with the same label is replaced. */
  readonly label: string;
  readonly provider: string;
  readonly secret: CredentialSecretInput;
  /** Its share of the calls, against the other credentials. 0: kept, not used. Default 1. */
  readonly weight?: number | null | undefined;
};

export type CredentialSecretInput =
  {   /** Name of a variable of the gateway's environment, for its operator: it takes ORGANIZATIONS_WRITE. */
  readonly env: string; readonly value?: never; }
  |  { readonly env?: never;   /** Stored encrypted; write-only. */
  readonly value: string; };

export type CredentialSource =
  /** Stored here, encrypted. */
  | 'DATABASE'
  /** A variable of the gateway's environment. */
  | 'ENV';

/** As your contract with the provider has it. It replaces what is known of it in public, all of it. */
export type DataHandlingInput = {
  /** All places where it may handle data, e.g. eu, us-east-1. */
  readonly regions: ReadonlyArray<string>;
  readonly trainsOnInputs: boolean;
  readonly zeroRetention: boolean;
};

/** Needs the scope COMPLETIONS_DEBUG. */
export type DebugInput = {
  readonly simulate?: SimulationInput | null | undefined;
};

export type DeliveryStatus =
  | 'DELIVERED'
  /** It will be tried again at `nextRetryAt`. */
  | 'FAILED'
  /** Seven attempts within some 2 h 43 min have failed. */
  | 'GIVEN_UP'
  | 'PENDING';

export type Detector =
  /** A guess by street words and postcodes: misses many, and finds some that are none. */
  | 'ADDRESS'
  /** Keys, tokens, passwords and private keys of some 200 services. */
  | 'API_KEY'
  | 'CREDIT_CARD'
  | 'DATE_OF_BIRTH'
  | 'EMAIL'
  | 'IBAN'
  | 'IP_ADDRESS'
  /** Numbers of patients, records and insurances, where the words around them say so. */
  | 'MEDICAL_ID'
  /** Of other countries than the US, where the number has a check of its own. */
  | 'NATIONAL_ID'
  /** A guess by capital letters: finds many words that are no names. */
  | 'PERSON_NAME'
  | 'PHONE'
  | 'SSN';

/** Which way a text goes. INPUT and OUTPUT include what goes that way to and from tools. */
export type Direction =
  | 'BOTH'
  | 'INPUT'
  | 'OUTPUT'
  | 'TOOL_ARGUMENTS'
  | 'TOOL_RESULTS';

export type DisconnectBehavior =
  /** Cancel, and close the connection to the provider, as soon as nobody listens any more: the caller that waits, or the subscriber, has gone, and no other is there. A wait that has run out is not a disconnect. */
  | 'CANCEL'
  /** Cancel when nobody reattaches within 30 s. */
  | 'CANCEL_AFTER_GRACE'
  /** Keep generating; a dropped connection is not a cancel. Reattach with completionEvents. */
  | 'CONTINUE';

export type DiscrepancyCause =
  /** The file has nothing of it: of another account, or a model it calls otherwise. */
  | 'ONLY_OURS'
  /** No call of ours: made with the same account past the gateway, or by another provider of it. */
  | 'ONLY_VENDOR'
  /** Charged differently. Where counts are in the file they agree; where not, compare its usage export. */
  | 'PRICE'
  /** Both have it, and count differently. */
  | 'QUANTITY'
  /** Some of ours has no price: `priceSet`, then `usageRerate`. */
  | 'UNPRICED';

/** Which GraphQL documents a key may run: any within the cost limit, or registered ones only. */
export type DocumentPolicy =
  | 'ANY'
  | 'TRUSTED_ONLY';

export type EligibilityCode =
  | 'AFFINITY_REQUIRED'
  | 'CONTEXT_TOO_SMALL'
  | 'COOLING_DOWN'
  | 'DISABLED'
  | 'MISSING_FEATURE'
  | 'NO_CREDENTIAL'
  | 'OK'
  | 'OVER_BUDGET'
  | 'PART_NOT_SUPPORTED'
  | 'POLICY_DENIED'
  | 'RATE_LIMITED'
  | 'UNHEALTHY';

export type EmbeddingInput = {
  /** Shorter vectors, from models that can. */
  readonly dimensions?: number | null | undefined;
  readonly encoding?: VectorEncoding | null | undefined;
  /** Your end user, by an id that means nothing to others. Never an e-mail address. */
  readonly endUser?: string | null | undefined;
  /** Required for completionStream, recommended everywhere. Kept 24 h per API key. The same key with the same input attaches to the run, also while it is running, and never pays twice; a run that failed in a retryable way is really tried again. The same key with another input is an IdempotencyConflictError. */
  readonly idempotencyKey?: string | null | undefined;
  readonly inputs: ReadonlyArray<string>;
  /** Left out: CONTINUE with an idempotencyKey; without one nobody can come back for the answer, so the call is cancelled at once, as it is by CANCEL and CANCEL_AFTER_GRACE. */
  readonly onDisconnect?: DisconnectBehavior | null | undefined;
  readonly run?: RunContextInput | null | undefined;
  readonly tags?: ReadonlyArray<TagInput> | null | undefined;
  readonly target: TargetInput;
};

export type ErasureCreateInput = {
  /** Only count. */
  readonly dryRun?: boolean;
  readonly idempotencyKey: string;
  /** Keep what calls cost and how they went, for the sums, without anything that leads to a person. */
  readonly keepAggregates?: boolean;
  /** For the audit log and the certificate: nothing personal. */
  readonly reason: string;
  readonly subject: ErasureSubjectInput;
};

export type ErasureSubjectInput =
  {   readonly apiKey: string; readonly endUser?: never; readonly requestIds?: never; readonly tag?: never; }
  |  { readonly apiKey?: never;   /** The name your application sends as `endUser`. */
  readonly endUser: string; readonly requestIds?: never; readonly tag?: never; }
  |  { readonly apiKey?: never; readonly endUser?: never;   /** At most 1000. */
  readonly requestIds: ReadonlyArray<string>; readonly tag?: never; }
  |  { readonly apiKey?: never; readonly endUser?: never; readonly requestIds?: never;   readonly tag: TagInput; };

export type ErrorCode =
  | 'AGENT_STOPPED'
  | 'BUDGET_EXCEEDED'
  | 'CANCELLED'
  | 'CONFLICT'
  | 'CONTENT_TOO_LARGE'
  | 'FORBIDDEN'
  | 'IDEMPOTENCY_CONFLICT'
  | 'INCOMPLETE'
  | 'INTERNAL'
  | 'NOT_FOUND'
  | 'NO_ELIGIBLE_TARGET'
  | 'POLICY_BLOCKED'
  | 'PROVIDER_ERROR'
  | 'PROVIDER_OVERLOADED'
  | 'PROVIDER_TIMEOUT'
  | 'RATE_LIMITED'
  | 'UNAVAILABLE'
  | 'VALIDATION_FAILED';

export type ExperimentArmInput = {
  readonly control?: boolean | null | undefined;
  /** provider/model, tried before all others. Every arm but the control has one. */
  readonly model?: string | null | undefined;
  readonly name: string;
  /** Of all calls: adds up to 100 in an A/B test; for a shadow the share that is copied. */
  readonly weightPercent: number;
};

export type ExperimentCreateInput = {
  /** One of them is the control. */
  readonly arms: ReadonlyArray<ExperimentArmInput>;
  readonly assignBy?: AssignBy | null | undefined;
  readonly guardrails?: ReadonlyArray<ExperimentGuardrailInput> | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
  readonly kind: ExperimentKind;
  readonly name: string;
  readonly route: string;
  /** The name of the rule whose calls take part; all when left out. */
  readonly rule?: string | null | undefined;
  /** Of a canary; when left out 1 % for ten minutes, 5 % for 30, 25 % and 50 % for an hour each. */
  readonly schedule?: ReadonlyArray<CanaryStageInput> | null | undefined;
  readonly slug: string;
};

export type ExperimentGuardrailInput = {
  /** How much worse than the control: percentage points for ERROR_RATE, percent of the control's else. */
  readonly maxDegradation: number;
  readonly metric: ExperimentMetric;
  /** In each arm, within the last hour; 10 at least. */
  readonly minSamples?: number | null | undefined;
  /** The name of the score, for SCORE_MEAN. */
  readonly score?: string | null | undefined;
};

export type ExperimentKind =
  /** Arms side by side, each with its share. */
  | 'AB'
  /** One arm whose share grows by a schedule, and which is taken back when it breaks a guard-rail. */
  | 'CANARY'
  /** A copy of each call, made when it has been answered; nobody gets the answer. */
  | 'SHADOW';

export type ExperimentMetric =
  /** Billionths of a dollar. */
  | 'COST_PER_REQUEST'
  /** Calls that failed, or whose first attempt did and another model rescued them. */
  | 'ERROR_RATE'
  /** Time to the end, ms. */
  | 'LATENCY_P95'
  /** Of the score of a name; passed counts 1, failed 0. */
  | 'SCORE_MEAN'
  /** Time to the first token, ms. */
  | 'TTFT_P95';

export type ExperimentStatus =
  | 'COMPLETED'
  | 'DRAFT'
  | 'ROLLED_BACK'
  | 'RUNNING';

export type ExportFormat =
  | 'CSV'
  | 'JSONL';

export type ExportKind =
  /** The audit log; as JSONL `npm run audit:verify` reads it. Needs AUDIT_READ. */
  | 'AUDIT'
  /** Calls, one by one. Needs USAGE_READ. */
  | 'REQUESTS'
  /** What was thought of answers, one by one, with what answered. Needs USAGE_READ. */
  | 'SCORES'
  /** All that is kept about one subject: calls, contents, scores, files. Needs USAGE_READ, CONTENT_READ and FILES_READ. */
  | 'SUBJECT_ACCESS'
  /** Calls added up by day, project and model. Needs USAGE_READ. */
  | 'USAGE';

export type ExportStartInput = {
  readonly format?: ExportFormat;
  readonly idempotencyKey: string;
  /** Left out: all there is. */
  readonly range?: TimeRangeInput | null | undefined;
  /** Of REQUESTS and USAGE: only calls of it. */
  readonly scope?: ScopeRef | null | undefined;
  /** Of SUBJECT_ACCESS: about whom. */
  readonly subject?: ErasureSubjectInput | null | undefined;
  readonly what: ExportKind;
};

/** The error codes after which another target may be asked. */
export type FallbackCode =
  | 'PROVIDER_ERROR'
  | 'PROVIDER_OVERLOADED'
  | 'PROVIDER_TIMEOUT'
  | 'RATE_LIMITED';

export type FileCreateInput = {
  /** The bytes in base64: up to about 6 MB in one message. Larger ones by `url`. */
  readonly content?: string | null | undefined;
  /** Whom it is about, as in calls: erasing them erases it. */
  readonly endUser?: string | null | undefined;
  /** A name without a path. */
  readonly filename: string;
  readonly idempotencyKey?: string | null | undefined;
  /** e.g. application/pdf. It must be what the bytes look like. */
  readonly mimeType: string;
  /** In your own words. */
  readonly purpose?: string | null | undefined;
  /** How long it is kept, e.g. P7D; left out: until deleted. */
  readonly retention?: string | null | undefined;
  /** Fetched now, by the gateway; public http and https only. */
  readonly url?: string | null | undefined;
};

/** Replaces this organization's own limits; what is left out is the deployment's again. */
export type FileLimitSaveInput = {
  readonly idempotencyKey?: string | null | undefined;
  readonly maxFileBytes?: number | null | undefined;
  readonly maxTotalBytes?: number | null | undefined;
  /** Media types, or beginnings like image/. */
  readonly mimeTypes?: ReadonlyArray<string> | null | undefined;
};

export type FilePartInput = {
  readonly filename?: string | null | undefined;
  /** e.g. image/png. Needed but for a stored file, which knows its own; given, it must be that. */
  readonly mimeType?: string | null | undefined;
  readonly source: MediaSourceInput;
};

export type FinishReason =
  | 'BUDGET'
  | 'CANCELLED'
  | 'CONTENT_FILTER'
  | 'ERROR'
  | 'LENGTH'
  | 'STOP'
  | 'TOOL_CALLS'
  | 'UNKNOWN';

/** From gte on, below lt; at least one of them. */
export type FloatRangeInput = {
  readonly gte?: number | null | undefined;
  readonly lt?: number | null | undefined;
};

export type GroupRoleInput = {
  /** `*` is everybody whom the issuer signs in. */
  readonly group: string;
  readonly role: string;
};

export type GuardrailAction =
  /** End the call. */
  | 'BLOCK'
  /** Note it in the history and go on. */
  | 'FLAG';

export type GuardrailCheck =
  /** Whole words and phrases, in any case. */
  | 'KEYWORDS'
  /** RE2 patterns. */
  | 'REGEX'
  /** A topic is met when three of its words occur; one list is one topic. */
  | 'TOPIC'
  /** POSTs `{ direction, text }` and expects `{ allow: Boolean, reason: String }`. */
  | 'WEBHOOK';

export type GuardrailRuleInput = {
  readonly check: GuardrailCheck;
  readonly direction: Direction;
  /** None of these may occur. */
  readonly forbid?: ReadonlyArray<string> | null | undefined;
  readonly name: string;
  /** When the webhook does not answer in time or in its own words. A text it cannot see whole is blocked. */
  readonly onError?: GuardrailAction;
  readonly onFail: GuardrailAction;
  /** One of these must occur. */
  readonly require?: ReadonlyArray<string> | null | undefined;
  readonly timeoutMs?: number;
  /** Of WEBHOOK; private addresses need GLIDEPATH_EGRESS_ALLOW. */
  readonly url?: string | null | undefined;
  readonly whenUnreadable?: WhenUnreadable;
  /** Lets an answer pass while it is given, but for its last characters: no text is passed on before it was checked with so many after it. What is found then ends the call; what is longer than this may have begun in what was passed on. 16 to 20000. Left out: nothing is passed on before the answer is whole. */
  readonly windowCharacters?: number | null | undefined;
};

export type HealthStatus =
  | 'DEGRADED'
  | 'DOWN'
  | 'HEALTHY'
  | 'UNKNOWN';

export type IdentityProviderSaveInput = {
  readonly clientId: string;
  /** Left out: the one that is kept, if issuer and client stay; otherwise a public client. */
  readonly clientSecret?: string | null | undefined;
  /** Which roles people have by their groups. */
  readonly groupRoles?: ReadonlyArray<GroupRoleInput> | null | undefined;
  /** Which claim names the groups; left out: groups. */
  readonly groupsClaim?: string | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
  /** And when it went unused for this long, PT1H where left out. */
  readonly idle?: string | null | undefined;
  /** Its URL; the rest is found out by OpenID Connect Discovery. */
  readonly issuer: string;
  /** A session ends after this, PT12H where left out. */
  readonly maxAge?: string | null | undefined;
  /** To ask for; left out: openid, email, profile. */
  readonly scopes?: ReadonlyArray<string> | null | undefined;
  /** For issuers that do not say whether an e-mail address is verified, and whose addresses always are. */
  readonly trustEmail?: boolean | null | undefined;
};

export type ImageGenerationInput = {
  readonly count?: number | null | undefined;
  /** Your end user, by an id that means nothing to others. Never an e-mail address. */
  readonly endUser?: string | null | undefined;
  /** Required for completionStream, recommended everywhere. Kept 24 h per API key. The same key with the same input attaches to the run, also while it is running, and never pays twice; a run that failed in a retryable way is really tried again. The same key with another input is an IdempotencyConflictError. */
  readonly idempotencyKey?: string | null | undefined;
  /** Left out: CONTINUE with an idempotencyKey; without one nobody can come back for the answer, so the call is cancelled at once, as it is by CANCEL and CANCEL_AFTER_GRACE. */
  readonly onDisconnect?: DisconnectBehavior | null | undefined;
  readonly prompt: string;
  readonly run?: RunContextInput | null | undefined;
  readonly seed?: number | null | undefined;
  readonly size?: ImageSizeInput | null | undefined;
  /** Keep what was made as files. Needs the scope FILES_WRITE. */
  readonly store?: boolean | null | undefined;
  readonly tags?: ReadonlyArray<TagInput> | null | undefined;
  readonly target: TargetInput;
};

export type ImageSizeInput = {
  readonly heightPx: number;
  readonly widthPx: number;
};

export type InlineToolInput = {
  readonly description: string;
  readonly inputSchema: unknown;
  readonly name: string;
  /** Ask the provider to hold the arguments to the schema. */
  readonly strict?: boolean | null | undefined;
};

/** From gte on, below lt; at least one of them. */
export type IntRangeInput = {
  readonly gte?: number | null | undefined;
  readonly lt?: number | null | undefined;
};

/** From `from` on, up to but without `to`. */
export type IntervalInput = {
  readonly from: string;
  readonly to: string;
};

export type JsonSchemaOutputInput = {
  readonly name: string;
  /** Ask again this often, with what was wrong, when the answer does not fit. 0 to 5; each is paid for. */
  readonly repairAttempts?: number | null | undefined;
  /** A JSON Schema whose root is an object. */
  readonly schema: unknown;
};

export type JobStatus =
  | 'FAILED'
  | 'RUNNING'
  | 'SUCCEEDED';

export type LimitMetric =
  /** Calls at the same time; has no window. */
  | 'CONCURRENT'
  /** Billionths of a dollar; held and counted like OUTPUT_TOKENS. */
  | 'COST_NANOS'
  | 'INPUT_TOKENS'
  /** Held in advance as far as the caller bounds them, otherwise counted at the end. */
  | 'OUTPUT_TOKENS'
  | 'REQUESTS'
  | 'TOTAL_TOKENS';

/** From the least kept to the most; of several levels the first holds. */
export type LogLevel =
  | 'FULL'
  | 'METADATA'
  | 'NONE'
  | 'REDACTED';

export type LoggingRuleInput = {
  readonly includeToolPayloads?: boolean;
  readonly level: LogLevel;
  readonly samplePercent?: number;
};

export type MediaInput = {
  /** e.g. image/png. Needed but for a stored file, which knows its own; given, it must be that. */
  readonly mimeType?: string | null | undefined;
  readonly source: MediaSourceInput;
};

export type MediaSourceInput =
  {   readonly base64: string; readonly fileId?: never; readonly url?: never; }
  |  { readonly base64?: never;   /** A stored file, see fileCreate. */
  readonly fileId: string; readonly url?: never; }
  |  { readonly base64?: never; readonly fileId?: never;   /** Fetched by the provider where it does that, otherwise by the gateway. */
  readonly url: string; };

export type MessageInput = {
  /** All up to here will be said again soon. Told to providers that keep what they are told to keep. */
  readonly cacheHint?: boolean | null | undefined;
  readonly parts: ReadonlyArray<ContentPartInput>;
  readonly role: Role;
};

export type Modality =
  | 'AUDIO'
  | 'FILE'
  | 'IMAGE'
  | 'TEXT';

export type ModelFeatureName =
  | 'PARALLEL_TOOLS'
  | 'PROMPT_CACHING'
  | 'REASONING'
  | 'STREAMING'
  | 'STRUCTURED_OUTPUT'
  | 'TOOLS';

export type ModelFilter = {
  /** True: switched on and reachable with a credential; false: the others. */
  readonly enabled?: boolean | null | undefined;
  /** All of them, as far as somebody knows. */
  readonly feature?: ReadonlyArray<ModelFeatureName> | null | undefined;
  /** All of them. */
  readonly inputModality?: ReadonlyArray<Modality> | null | undefined;
  /** All of them. */
  readonly outputModality?: ReadonlyArray<Modality> | null | undefined;
  /** Slugs of providers. */
  readonly provider?: ReadonlyArray<string> | null | undefined;
  /** Words of a name, in any order, e.g. "openai mini". */
  readonly search?: string | null | undefined;
};

export type ModelSaveInput = {
  /** Over what is known of it. */
  readonly contextTokens?: number | null | undefined;
  readonly enabled?: boolean | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
  /** Over what is known of it. */
  readonly maxOutputTokens?: number | null | undefined;
  /** provider/model, of a provider there is. The model may be new. */
  readonly model: string;
};

export type MoneyInput = {
  /** Billionths of a dollar. */
  readonly nanos: string;
};

export type OperationKind =
  | 'MUTATION'
  | 'QUERY'
  | 'SUBSCRIPTION';

export type OperationSaveInput = {
  readonly description?: string | null | undefined;
  /** One named operation and its fragments. Registered under its name, in place of the one before. */
  readonly document: string;
  readonly idempotencyKey?: string | null | undefined;
};

export type OrganizationCreateInput = {
  readonly idempotencyKey?: string | null | undefined;
  readonly name: string;
  /** Lower-case letters, digits and hyphens; unique in this gateway. */
  readonly slug: string;
};

export type OutputFormatInput =
  {   /** Any JSON. Only true makes sense. */
  readonly jsonObject: boolean; readonly jsonSchema?: never; readonly text?: never; }
  |  { readonly jsonObject?: never;   readonly jsonSchema: JsonSchemaOutputInput; readonly text?: never; }
  |  { readonly jsonObject?: never; readonly jsonSchema?: never;   /** Only true makes sense. */
  readonly text: boolean; };

export type PartKind =
  | 'MEDIA'
  | 'REASONING'
  | 'REFUSAL'
  | 'TEXT'
  | 'TOOL_CALL'
  | 'UNKNOWN';

export type PolicyBindInput = {
  readonly idempotencyKey?: string | null | undefined;
  readonly mode?: PolicyMode;
  readonly note?: string | null | undefined;
  readonly policy: string;
  /** Organization, team, project, route (of the calls that name it) or apiKey. */
  readonly scope: ScopeRef;
};

export type PolicyMode =
  | 'ENFORCE'
  /** Record what would happen, change nothing. */
  | 'MONITOR';

export type PolicyRuleInput =
  {   readonly access: AccessRuleInput; readonly agentLimit?: never; readonly caching?: never; readonly contentLimit?: never; readonly guardrail?: never; readonly logging?: never; readonly redaction?: never; readonly residency?: never; readonly retention?: never; }
  |  { readonly access?: never;   readonly agentLimit: AgentLimitRuleInput; readonly caching?: never; readonly contentLimit?: never; readonly guardrail?: never; readonly logging?: never; readonly redaction?: never; readonly residency?: never; readonly retention?: never; }
  |  { readonly access?: never; readonly agentLimit?: never;   readonly caching: CachingRuleInput; readonly contentLimit?: never; readonly guardrail?: never; readonly logging?: never; readonly redaction?: never; readonly residency?: never; readonly retention?: never; }
  |  { readonly access?: never; readonly agentLimit?: never; readonly caching?: never;   readonly contentLimit: ContentLimitRuleInput; readonly guardrail?: never; readonly logging?: never; readonly redaction?: never; readonly residency?: never; readonly retention?: never; }
  |  { readonly access?: never; readonly agentLimit?: never; readonly caching?: never; readonly contentLimit?: never;   readonly guardrail: GuardrailRuleInput; readonly logging?: never; readonly redaction?: never; readonly residency?: never; readonly retention?: never; }
  |  { readonly access?: never; readonly agentLimit?: never; readonly caching?: never; readonly contentLimit?: never; readonly guardrail?: never;   readonly logging: LoggingRuleInput; readonly redaction?: never; readonly residency?: never; readonly retention?: never; }
  |  { readonly access?: never; readonly agentLimit?: never; readonly caching?: never; readonly contentLimit?: never; readonly guardrail?: never; readonly logging?: never;   readonly redaction: RedactionRuleInput; readonly residency?: never; readonly retention?: never; }
  |  { readonly access?: never; readonly agentLimit?: never; readonly caching?: never; readonly contentLimit?: never; readonly guardrail?: never; readonly logging?: never; readonly redaction?: never;   readonly residency: ResidencyRuleInput; readonly retention?: never; }
  |  { readonly access?: never; readonly agentLimit?: never; readonly caching?: never; readonly contentLimit?: never; readonly guardrail?: never; readonly logging?: never; readonly redaction?: never; readonly residency?: never;   readonly retention: RetentionRuleInput; };

export type PolicySaveInput = {
  readonly description?: string | null | undefined;
  /** Refuse with a ConflictError when somebody changed the policy since. */
  readonly expectedRevision?: number | null | undefined;
  readonly frameworks?: ReadonlyArray<string> | null | undefined;
  /** Of the policy to save a new version of; none = a new policy. */
  readonly id?: string | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
  readonly name: string;
  /** Why, for whoever reads the versions. */
  readonly note?: string | null | undefined;
  readonly replaceable?: boolean;
  readonly replaces?: ReadonlyArray<string> | null | undefined;
  readonly rules: ReadonlyArray<PolicyRuleInput>;
  readonly slug: string;
};

export type PolicySimulateInput = {
  /** Of the newest; at most 10000. */
  readonly maxRequests?: number;
  readonly policies?: ReadonlyArray<string> | null | undefined;
  readonly range: TimeRangeInput;
  /** A draft that nobody has saved. */
  readonly rules?: ReadonlyArray<PolicyRuleInput> | null | undefined;
  /** Where it would be bound. Left out: the organization. */
  readonly scope?: ScopeRef | null | undefined;
};

/** Policies by their ids and drafts are tried as if enforced; with neither, what holds at the scope. */
export type PolicyTestInput = {
  readonly direction?: Direction;
  readonly policies?: ReadonlyArray<string> | null | undefined;
  /** A draft that nobody has saved. */
  readonly rules?: ReadonlyArray<PolicyRuleInput> | null | undefined;
  /** Left out: the organization. */
  readonly scope?: ScopeRef | null | undefined;
  readonly text: string;
};

/** What can have a price. Parts of input and output without one cost what input or output costs. Images, sound, text to speak and searches are sold by the piece or by the token: one of the two needs a price. */
export type PriceMeter =
  | 'AUDIO_CACHE_READ_TOKEN'
  | 'AUDIO_INPUT_TOKEN'
  | 'AUDIO_OUTPUT_TOKEN'
  | 'AUDIO_SECOND'
  | 'CACHE_READ_TOKEN'
  | 'CACHE_WRITE_1H_TOKEN'
  | 'CACHE_WRITE_TOKEN'
  | 'CHARACTER'
  | 'CITATION_TOKEN'
  | 'IMAGE'
  | 'IMAGE_INPUT_TOKEN'
  | 'IMAGE_OUTPUT_TOKEN'
  | 'INPUT_TOKEN'
  | 'OUTPUT_TOKEN'
  | 'REASONING_TOKEN'
  | 'REQUEST'
  | 'SEARCH'
  | 'TOOL_CALL';

export type PriceSetInput = {
  /** Dollars for `per` units. Left out, the price is taken back and the bundled one holds again. */
  readonly amount?: string | null | undefined;
  /** A step of context length. Bundled steps of the same meter give way. */
  readonly fromInputTokens?: number | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
  readonly meter: PriceMeter;
  /** provider/model */
  readonly model: string;
  /** Left out: a million for tokens, one for everything else. */
  readonly per?: number | null | undefined;
  /** A service tier of the provider, e.g. flex; for IMAGE a size, e.g. 1024x1024. */
  readonly tier?: string | null | undefined;
  /** Rounded down to the minute; left out, now. In the past, `usageRerate` prices past calls again. */
  readonly validFrom?: string | null | undefined;
  /** Not included, rounded down to the minute: then whatever held without this price holds again. Left out, until the next change that is set already, or for good. */
  readonly validTo?: string | null | undefined;
};

export type ProjectSaveInput = {
  /** Of the project to change; left out, a new one is made. */
  readonly id?: string | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
  readonly name: string;
  /** Lower-case letters, digits and hyphens; unique here. */
  readonly slug: string;
  /** The team that owns it. */
  readonly team: string;
};

/** What kinds of provider this gateway speaks to. */
export type ProviderKind =
  /** Amazon Bedrock */
  | 'AMAZON_BEDROCK'
  /** Anthropic */
  | 'ANTHROPIC'
  /** Azure OpenAI */
  | 'AZURE'
  /** Azure OpenAI, by its older Chat Completions API */
  | 'AZURE_CHAT'
  /** Cerebras */
  | 'CEREBRAS'
  /** Cohere */
  | 'COHERE'
  /** DeepSeek */
  | 'DEEPSEEK'
  /** Fireworks AI */
  | 'FIREWORKS'
  /** Google Gemini */
  | 'GOOGLE'
  /** Google Vertex AI */
  | 'GOOGLE_VERTEX'
  /** Groq */
  | 'GROQ'
  /** Hugging Face */
  | 'HUGGINGFACE'
  /** Mistral */
  | 'MISTRAL'
  /** Ollama */
  | 'OLLAMA'
  /** OpenAI */
  | 'OPENAI'
  /** OpenAI, by its older Chat Completions API */
  | 'OPENAI_CHAT'
  /** OpenAI-compatible */
  | 'OPENAI_COMPATIBLE'
  /** OpenRouter */
  | 'OPENROUTER'
  /** Perplexity */
  | 'PERPLEXITY'
  /** Simulator */
  | 'SIMULATOR'
  /** Together AI */
  | 'TOGETHER'
  /** xAI */
  | 'XAI'
  /** Z.ai */
  | 'ZAI';

export type ProviderSaveInput = {
  /** Left out, the provider's own address. Must be public, or allowed by the operator. */
  readonly baseUrl?: string | null | undefined;
  /** null takes back what was stated. */
  readonly dataHandling?: DataHandlingInput | null | undefined;
  readonly displayName?: string | null | undefined;
  /** A new provider is enabled unless told otherwise. */
  readonly enabled?: boolean | null | undefined;
  /** Refuse with ConflictError when it has been changed since. */
  readonly expectedRevision?: number | null | undefined;
  /** Without it a provider is created, with it one is changed. */
  readonly id?: string | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
  readonly kind: ProviderKind;
  /** What `providerKinds` says this kind needs besides a secret: a region, a project. All of them. */
  readonly settings?: ReadonlyArray<ProviderSettingInput> | null | undefined;
  readonly slug: string;
};

export type ProviderSettingInput = {
  readonly name: string;
  readonly value: string;
};

export type QuantitySource =
  /** By the gateway, exactly. */
  | 'COUNTED'
  /** By the gateway: the stream broke, or nothing was reported. */
  | 'ESTIMATED'
  /** By the provider. */
  | 'REPORTED';

export type RateLimitSaveInput = {
  readonly amount: number;
  /** Of the limit to change; none = the one of this scope, metric and window, or a new one. */
  readonly id?: string | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
  /** With LOCAL_SHARE: of the amount, per instance. 100 divided by the number of instances is exact. */
  readonly localSharePercent?: number | null | undefined;
  readonly metric: LimitMetric;
  readonly scope: ScopeRef;
  readonly whenUnavailable?: UnavailablePolicy | null | undefined;
  /** 1000 to a week; means nothing for CONCURRENT. */
  readonly windowMs?: number | null | undefined;
};

export type ReasoningEffort =
  | 'HIGH'
  | 'LOW'
  | 'MAX'
  | 'MEDIUM'
  | 'NONE';

export type ReasoningInput = {
  readonly effort: ReasoningEffort;
};

/** Replays a provider's reasoning, so that a tool loop over several turns stays valid. */
export type ReasoningPartInput = {
  /** Opaque; as it came. */
  readonly signature?: string | null | undefined;
  readonly text: string;
};

export type RedactionAction =
  /** The call ends with a PolicyBlockedError. */
  | 'BLOCK'
  /** [EMAIL:1f4c…]: the same within the organization for the same text, by a secret key. */
  | 'HASH'
  /** [EMAIL] */
  | 'MASK'
  /** Nothing in its place. */
  | 'REMOVE'
  /** [EMAIL_k3x9a7q2], which is put back into the answer. What only comes from the model is masked. */
  | 'TOKENIZE';

export type RedactionPatternInput = {
  /** In capitals; stands in the text instead of what was found. */
  readonly name: string;
  /** RE2 syntax; looked for line by line. */
  readonly regex: string;
};

export type RedactionRuleInput = {
  readonly action?: RedactionAction;
  readonly customPatterns?: ReadonlyArray<RedactionPatternInput> | null | undefined;
  readonly detectors: ReadonlyArray<Detector>;
  readonly direction?: Direction;
  /** Of TOKENIZE: false leaves the tokens in the answer. */
  readonly reversible?: boolean;
  readonly whenUnreadable?: WhenUnreadable;
};

/** A call must fit every field that is given; a list is fitted by any of its values. */
export type RequestFilter = {
  readonly apiKey?: ReadonlyArray<string> | null | undefined;
  readonly endUser?: ReadonlyArray<string> | null | undefined;
  readonly errorCode?: ReadonlyArray<ErrorCode> | null | undefined;
  /** Calls that took at least this long. */
  readonly minTotalMs?: number | null | undefined;
  /** provider/model of the answer, or of the last attempt. */
  readonly model?: ReadonlyArray<string> | null | undefined;
  readonly project?: ReadonlyArray<string> | null | undefined;
  /** Slugs. */
  readonly provider?: ReadonlyArray<string> | null | undefined;
  /** When the call came in. */
  readonly range?: TimeRangeInput | null | undefined;
  /** Ids or slugs. */
  readonly route?: ReadonlyArray<string> | null | undefined;
  /** The agent run that the call belonged to. */
  readonly runId?: string | null | undefined;
  readonly status?: ReadonlyArray<RequestStatus> | null | undefined;
  /** All of them must be on the call. */
  readonly tag?: ReadonlyArray<TagInput> | null | undefined;
  readonly team?: ReadonlyArray<string> | null | undefined;
  /** The trace that the call was part of: 32 hexadecimal digits. */
  readonly traceId?: string | null | undefined;
};

export type RequestKind =
  | 'COMPLETION'
  | 'EMBEDDING'
  | 'IMAGE'
  | 'RERANK'
  | 'SPEECH'
  | 'TRANSCRIPTION';

export type RequestOrder =
  | 'NEWEST'
  | 'OLDEST';

/** How a call ended. A call that is still under way is no request yet. */
export type RequestStatus =
  | 'CANCELLED'
  | 'FAILED'
  | 'SUCCEEDED';

export type RerankInput = {
  readonly documents: ReadonlyArray<string>;
  /** Your end user, by an id that means nothing to others. Never an e-mail address. */
  readonly endUser?: string | null | undefined;
  /** Required for completionStream, recommended everywhere. Kept 24 h per API key. The same key with the same input attaches to the run, also while it is running, and never pays twice; a run that failed in a retryable way is really tried again. The same key with another input is an IdempotencyConflictError. */
  readonly idempotencyKey?: string | null | undefined;
  /** Left out: CONTINUE with an idempotencyKey; without one nobody can come back for the answer, so the call is cancelled at once, as it is by CANCEL and CANCEL_AFTER_GRACE. */
  readonly onDisconnect?: DisconnectBehavior | null | undefined;
  readonly query: string;
  readonly run?: RunContextInput | null | undefined;
  readonly tags?: ReadonlyArray<TagInput> | null | undefined;
  readonly target: TargetInput;
  /** Only the best of them. */
  readonly topN?: number | null | undefined;
};

export type ResetReason =
  /** The attempt failed; another one starts. */
  | 'FALLBACK'
  /** The answer did not fit output.jsonSchema; the model is asked again. */
  | 'REPAIR';

export type ResidencyRuleInput = {
  /** e.g. eu, us-east-1; null: anywhere. */
  readonly allowedRegions?: ReadonlyArray<string> | null | undefined;
  readonly requireNoTraining?: boolean;
  readonly requireZeroRetention?: boolean;
};

export type RetentionRuleInput = {
  readonly audit?: string | null | undefined;
  /** What was said, and answers that may be given again. */
  readonly content?: string | null | undefined;
  /** Embeddings that may be given again. Left out: as long as content. */
  readonly embeddings?: string | null | undefined;
  readonly legalHold?: boolean;
  readonly metadata?: string | null | undefined;
};

export type RetryPolicyInput = {
  readonly maxAttempts?: number | null | undefined;
};

export type Role =
  | 'ASSISTANT'
  | 'DEVELOPER'
  | 'SYSTEM'
  | 'TOOL'
  | 'USER';

export type RoleSaveInput = {
  readonly description?: string | null | undefined;
  /** Of the role to change; left out, a new one is made. */
  readonly id?: string | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
  readonly name: string;
  /** Only scopes that you have yourself. */
  readonly scopes: ReadonlyArray<Scope>;
};

export type RouteRef =
  {   readonly id: string; readonly slug?: never; }
  |  { readonly id?: never;   readonly slug: string; };

export type RouteRuleInput = {
  /** Which failures of one target lead to the next. */
  readonly fallbackOn?: ReadonlyArray<FallbackCode> | null | undefined;
  /** Tried after the targets, in this order. */
  readonly fallbacks?: ReadonlyArray<RouteTargetInput> | null | undefined;
  readonly name: string;
  /** Whose calls stay with one target, for WEIGHTED, ROUND_ROBIN and LEAST_BUSY. */
  readonly stickyBy?: StickyKey | null | undefined;
  readonly strategy?: RoutingStrategy | null | undefined;
  /** The strategy says in which order they are tried. */
  readonly targets: ReadonlyArray<RouteTargetInput>;
  /** Which calls it takes. Every rule but the last has one. */
  readonly when?: ConditionInput | null | undefined;
};

export type RouteSaveInput = {
  readonly description?: string | null | undefined;
  /** Refuse with a ConflictError when somebody changed the route since. */
  readonly expectedRevision?: number | null | undefined;
  /** Of the route to save a new version of; none = a new route. */
  readonly id?: string | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
  readonly name: string;
  /** Why, for whoever reads the versions. */
  readonly note?: string | null | undefined;
  /** The first that matches decides. */
  readonly rules: ReadonlyArray<RouteRuleInput>;
  readonly slug: string;
};

export type RouteSimulateInput = {
  /** The oldest of the range first; 100000 at most. */
  readonly maxRequests?: number | null | undefined;
  readonly range: TimeRangeInput;
  readonly route: string;
  /** The newest when left out. */
  readonly version?: number | null | undefined;
};

export type RouteTargetInput = {
  readonly enabled?: boolean | null | undefined;
  /** After so long without a word, ask the next target too (or this one again, when there is none). Who speaks first is kept, the other is DISCARDED; both are paid for. Once per call, out of the retry budget. Default: never. */
  readonly hedgeAfterMs?: number | null | undefined;
  /** Pings and empty events do not count as words. */
  readonly idleTimeoutMs?: number | null | undefined;
  /** provider/model */
  readonly model: string;
  readonly retry?: RetryPolicyInput | null | undefined;
  /** False for servers that cannot stream. */
  readonly streaming?: boolean | null | undefined;
  readonly timeoutMs?: number | null | undefined;
  readonly ttftTimeoutMs?: number | null | undefined;
  /** 1 to 1000. */
  readonly weight?: number | null | undefined;
};

export type RoutingStrategy =
  /** Where the fewest calls are under way, in proportion to the weights. */
  | 'LEAST_BUSY'
  /** The cheapest for this very call, by its quote. */
  | 'LOWEST_COST'
  /** The shortest time to a typical answer, as observed lately. */
  | 'LOWEST_LATENCY'
  /** What begins alike goes to the same target, so that its prompt cache stays warm; loads stay even. */
  | 'PREFIX_STICKY'
  /** In the order written: the next is tried when the one before fails. */
  | 'PRIORITY'
  /** One after the other. */
  | 'ROUND_ROBIN'
  /** By lot, in proportion to the weights. */
  | 'WEIGHTED';

/** Groups the calls of one agent run. */
export type RunContextInput = {
  readonly agent?: string | null | undefined;
  readonly runId: string;
};

export type RunLimitsInput = {
  /** Refuse when the worst case of the call is dearer. */
  readonly maxCost?: MoneyInput | null | undefined;
  /** Give up after this long, all attempts included. 600000 at most. */
  readonly timeoutMs?: number | null | undefined;
};

/** Unset = the provider's default. */
export type SamplingInput = {
  readonly frequencyPenalty?: number | null | undefined;
  readonly maxOutputTokens?: number | null | undefined;
  readonly presencePenalty?: number | null | undefined;
  readonly seed?: number | null | undefined;
  readonly stop?: ReadonlyArray<string> | null | undefined;
  readonly temperature?: number | null | undefined;
  readonly topK?: number | null | undefined;
  /** Asks how likely each token of the answer was, and this many others in its place, up to 20. */
  readonly topLogprobs?: number | null | undefined;
  readonly topP?: number | null | undefined;
};

/** What an API key may do. */
export type Scope =
  | 'ALERTS_WRITE'
  | 'AUDIT_READ'
  | 'BUDGETS_READ'
  | 'BUDGETS_WRITE'
  | 'COMPLETIONS_DEBUG'
  | 'COMPLETIONS_READ'
  | 'COMPLETIONS_WRITE'
  | 'CONTENT_READ'
  | 'ERASURE_WRITE'
  | 'FILES_READ'
  | 'FILES_WRITE'
  | 'KEYS_READ'
  | 'KEYS_WRITE'
  | 'MEMBERS_WRITE'
  | 'ORGANIZATIONS_WRITE'
  | 'POLICIES_READ'
  | 'POLICIES_WRITE'
  | 'PROVIDERS_READ'
  | 'PROVIDERS_WRITE'
  | 'ROUTES_PUBLISH'
  | 'ROUTES_READ'
  | 'ROUTES_WRITE'
  | 'USAGE_READ';

export type ScopeKind =
  | 'AGENT_RUN'
  | 'API_KEY'
  | 'END_USER'
  | 'MODEL'
  | 'ORGANIZATION'
  | 'PROJECT'
  | 'ROUTE'
  | 'TAG'
  | 'TEAM';

/** What something applies to. `*` in place of a name: each one by itself, with the whole amount. */
export type ScopeRef =
  {   /** A runId; usually `*`: each run by itself. */
  readonly agentRun: string; readonly apiKey?: never; readonly endUser?: never; readonly model?: never; readonly organization?: never; readonly project?: never; readonly route?: never; readonly tag?: never; readonly team?: never; }
  |  { readonly agentRun?: never;   readonly apiKey: string; readonly endUser?: never; readonly model?: never; readonly organization?: never; readonly project?: never; readonly route?: never; readonly tag?: never; readonly team?: never; }
  |  { readonly agentRun?: never; readonly apiKey?: never;   /** The name your application sends as `endUser`; `*` is each of them by itself. */
  readonly endUser: string; readonly model?: never; readonly organization?: never; readonly project?: never; readonly route?: never; readonly tag?: never; readonly team?: never; }
  |  { readonly agentRun?: never; readonly apiKey?: never; readonly endUser?: never;   /** provider/model */
  readonly model: string; readonly organization?: never; readonly project?: never; readonly route?: never; readonly tag?: never; readonly team?: never; }
  |  { readonly agentRun?: never; readonly apiKey?: never; readonly endUser?: never; readonly model?: never;   /** true: the whole organization. */
  readonly organization: boolean; readonly project?: never; readonly route?: never; readonly tag?: never; readonly team?: never; }
  |  { readonly agentRun?: never; readonly apiKey?: never; readonly endUser?: never; readonly model?: never; readonly organization?: never;   readonly project: string; readonly route?: never; readonly tag?: never; readonly team?: never; }
  |  { readonly agentRun?: never; readonly apiKey?: never; readonly endUser?: never; readonly model?: never; readonly organization?: never; readonly project?: never;   /** Its slug. */
  readonly route: string; readonly tag?: never; readonly team?: never; }
  |  { readonly agentRun?: never; readonly apiKey?: never; readonly endUser?: never; readonly model?: never; readonly organization?: never; readonly project?: never; readonly route?: never;   /** key=value, or key=* */
  readonly tag: string; readonly team?: never; }
  |  { readonly agentRun?: never; readonly apiKey?: never; readonly endUser?: never; readonly model?: never; readonly organization?: never; readonly project?: never; readonly route?: never; readonly tag?: never;   readonly team: string; };

export type ScoreCreateInput = {
  readonly comment?: string | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
  /** What was judged, e.g. helpful. */
  readonly name: string;
  readonly source?: ScoreSource | null | undefined;
  readonly subject: ScoreSubject;
  readonly value: ScoreValueInput;
};

export type ScoreSource =
  | 'AUTOMATED'
  | 'END_USER'
  | 'REVIEWER';

export type ScoreSubject =
  {   /** Counts for its request. */
  readonly completion: string; readonly request?: never; readonly run?: never; }
  |  { readonly completion?: never;   readonly request: string; readonly run?: never; }
  |  { readonly completion?: never; readonly request?: never;   /** An agent run as a whole: counts once, however many calls it made. */
  readonly run: string; };

export type ScoreValueInput =
  {   readonly category: string; readonly number?: never; readonly passed?: never; }
  |  { readonly category?: never;   readonly number: number; readonly passed?: never; }
  |  { readonly category?: never; readonly number?: never;   readonly passed: boolean; };

export type Severity =
  | 'CRITICAL'
  | 'INFO'
  | 'WARNING';

export type SimulatedFailure =
  | 'PROVIDER_ERROR'
  | 'PROVIDER_OVERLOADED'
  | 'PROVIDER_TIMEOUT'
  | 'RATE_LIMITED';

export type SimulatedOutcome =
  | 'BLOCKED'
  | 'EXPIRED'
  | 'FLAGGED'
  | 'MOVED'
  | 'REDACTED';

/** A script for simulator models: the same script and input give the same answer. Others ignore it. */
export type SimulationInput = {
  /** Cut the stream off without an end. */
  readonly breakStreamAfterTokens?: number | null | undefined;
  /** Fail only this many attempts of the call; all of them when unset. */
  readonly failFirstAttempts?: number | null | undefined;
  readonly failWith?: SimulatedFailure | null | undefined;
  /** Until the first token. */
  readonly latencyMs?: number | null | undefined;
  /** Say this. */
  readonly reply?: string | null | undefined;
  readonly seed?: number | null | undefined;
  readonly tokensPerSecond?: number | null | undefined;
};

export type SpeechInput = {
  /** Your end user, by an id that means nothing to others. Never an e-mail address. */
  readonly endUser?: string | null | undefined;
  /** mp3, wav, opus …, as the provider has it. */
  readonly format?: string | null | undefined;
  /** Required for completionStream, recommended everywhere. Kept 24 h per API key. The same key with the same input attaches to the run, also while it is running, and never pays twice; a run that failed in a retryable way is really tried again. The same key with another input is an IdempotencyConflictError. */
  readonly idempotencyKey?: string | null | undefined;
  /** How to say it, for models that listen. */
  readonly instructions?: string | null | undefined;
  /** Left out: CONTINUE with an idempotencyKey; without one nobody can come back for the answer, so the call is cancelled at once, as it is by CANCEL and CANCEL_AFTER_GRACE. */
  readonly onDisconnect?: DisconnectBehavior | null | undefined;
  readonly run?: RunContextInput | null | undefined;
  readonly speed?: number | null | undefined;
  /** Keep what was made as files. Needs the scope FILES_WRITE. */
  readonly store?: boolean | null | undefined;
  readonly tags?: ReadonlyArray<TagInput> | null | undefined;
  readonly target: TargetInput;
  readonly text: string;
  /** In the provider's words. */
  readonly voice?: string | null | undefined;
};

/** Unset = the provider's default. */
export type SpokenAnswerInput = {
  /** wav, mp3, pcm16 …, as the provider calls it. OpenAI streams pcm16 only: others come in one piece. */
  readonly format?: string | null | undefined;
  /** As the provider calls it, e.g. alloy. */
  readonly voice?: string | null | undefined;
};

export type StickyKey =
  | 'API_KEY'
  | 'END_USER'
  | 'NONE'
  | 'RUN';

export type TagInput = {
  readonly key: string;
  readonly value: string;
};

export type TagMatchInput = {
  /** false: the tag must be missing. */
  readonly exists?: boolean | null | undefined;
  /** One of these values; any when left out. */
  readonly in?: ReadonlyArray<string> | null | undefined;
  readonly key: string;
};

/** What to run against. Routes are the normal way; a pinned model is for tests and comparisons. */
export type TargetInput =
  {   /** provider/model, e.g. openai/gpt-4o-mini or sim/echo-1. */
  readonly model: string; readonly route?: never; }
  |  { readonly model?: never;   /** The slug of a published route. */
  readonly route: string; };

export type Task =
  | 'CHAT'
  | 'CODE'
  | 'CREATIVE'
  | 'EXTRACTION'
  | 'FACTUAL'
  | 'MATH'
  | 'SUMMARISATION'
  | 'TRANSLATION';

export type TaskMatchInput = {
  readonly in: ReadonlyArray<Task>;
  /** 0 to 1: how sure the guess must be. A stated task is sure. */
  readonly minConfidence?: number | null | undefined;
};

export type TeamSaveInput = {
  /** Of the team to change; left out, a new one is made. */
  readonly id?: string | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
  readonly name: string;
  /** Lower-case letters, digits and hyphens; unique here. */
  readonly slug: string;
};

export type TextMatchInput = {
  readonly anyOf: ReadonlyArray<string>;
  readonly caseSensitive?: boolean | null | undefined;
  readonly where?: TextScope | null | undefined;
};

export type TextScope =
  | 'ANY'
  | 'LAST_USER_MESSAGE'
  | 'SYSTEM';

/** Days and longer follow the calendar of the time zone; weeks begin on Monday. */
export type TimeBucket =
  | 'DAY'
  | 'HOUR'
  | 'MINUTE'
  | 'MONTH'
  | 'WEEK';

/** From later than to means over midnight; such a night belongs to the day on which it begins. */
export type TimeOfDayInput = {
  readonly days?: ReadonlyArray<Weekday> | null | undefined;
  /** HH:MM */
  readonly from: string;
  /** IANA, e.g. Europe/Berlin. */
  readonly timezone: string;
  /** HH:MM, not included. */
  readonly to: string;
};

export type TimeRangeInput =
  {   readonly between: IntervalInput; readonly last?: never; }
  |  { readonly between?: never;   /** Ending now, e.g. PT1H or P7D. */
  readonly last: string; };

export type ToolCallPartInput = {
  readonly arguments: unknown;
  readonly name: string;
  /** Opaque; as it came with the call. */
  readonly signature?: string | null | undefined;
  readonly toolCallId: string;
};

export type ToolChoiceInput =
  {   readonly mode: ToolChoiceMode; readonly tool?: never; }
  |  { readonly mode?: never;   /** Call exactly this tool. */
  readonly tool: string; };

export type ToolChoiceMode =
  | 'AUTO'
  | 'NONE'
  | 'REQUIRED';

export type ToolResultInput =
  {   /** With images or files among the words. */
  readonly content: ReadonlyArray<ToolResultPieceInput>; readonly json?: never; readonly text?: never; }
  |  { readonly content?: never;   readonly json: unknown; readonly text?: never; }
  |  { readonly content?: never; readonly json?: never;   readonly text: string; };

export type ToolResultPartInput = {
  readonly isError?: boolean | null | undefined;
  readonly result: ToolResultInput;
  readonly toolCallId: string;
};

export type ToolResultPieceInput =
  {   readonly audio: MediaInput; readonly file?: never; readonly image?: never; readonly text?: never; }
  |  { readonly audio?: never;   readonly file: FilePartInput; readonly image?: never; readonly text?: never; }
  |  { readonly audio?: never; readonly file?: never;   readonly image: MediaInput; readonly text?: never; }
  |  { readonly audio?: never; readonly file?: never; readonly image?: never;   readonly text: string; };

export type ToolUseInput = {
  readonly choice?: ToolChoiceInput | null | undefined;
  /** Tools known only to this call. */
  readonly inline: ReadonlyArray<InlineToolInput>;
  /** False asks for one call at a time, of providers that can be asked for that. Unset = as they like. */
  readonly parallel?: boolean | null | undefined;
};

export type TranscriptionInput = {
  /** The audio, about 6 MB in one message; larger ones by fileId, up to 25 MB. */
  readonly base64?: string | null | undefined;
  /** Your end user, by an id that means nothing to others. Never an e-mail address. */
  readonly endUser?: string | null | undefined;
  /** A stored file, see fileCreate; this or base64. */
  readonly fileId?: string | null | undefined;
  /** Required for completionStream, recommended everywhere. Kept 24 h per API key. The same key with the same input attaches to the run, also while it is running, and never pays twice; a run that failed in a retryable way is really tried again. The same key with another input is an IdempotencyConflictError. */
  readonly idempotencyKey?: string | null | undefined;
  /** e.g. audio/wav. */
  readonly mimeType: string;
  /** Left out: CONTINUE with an idempotencyKey; without one nobody can come back for the answer, so the call is cancelled at once, as it is by CANCEL and CANCEL_AFTER_GRACE. */
  readonly onDisconnect?: DisconnectBehavior | null | undefined;
  readonly run?: RunContextInput | null | undefined;
  readonly tags?: ReadonlyArray<TagInput> | null | undefined;
  readonly target: TargetInput;
};

/** What a limit does while the counters shared by all instances do not answer within 100 ms. */
export type UnavailablePolicy =
  /** Refuse with an UnavailableError. */
  | 'FAIL_CLOSED'
  /** Each instance grants its share of the amount by itself. */
  | 'LOCAL_SHARE';

export type UsageDimension =
  | 'API_KEY'
  | 'END_USER'
  | 'ERROR_CODE'
  | 'MODEL'
  | 'PROJECT'
  | 'PROVIDER'
  | 'ROUTE'
  | 'RUN'
  | 'STATUS'
  | 'TEAM';

export type UsageDimensionInput =
  {   readonly by: UsageDimension; readonly tagKey?: never; }
  |  { readonly by?: never;   readonly tagKey: string; };

export type UsageOrder =
  | 'COST_DESC'
  | 'REQUESTS_DESC'
  | 'TIME_ASC'
  | 'TOKENS_DESC';

export type UsageReportInput = {
  /** Without it, a row covers the whole range. */
  readonly bucket?: TimeBucket | null | undefined;
  readonly compareToPrevious?: boolean;
  readonly filter?: RequestFilter | null | undefined;
  /** At most 3. */
  readonly groupBy?: ReadonlyArray<UsageDimensionInput> | null | undefined;
  readonly orderBy?: UsageOrder;
  readonly range: TimeRangeInput;
  /** A name like Europe/Berlin. */
  readonly timezone?: string;
  /** How many groups get rows of their own, 1 to 100; the rest is merged into rows with `isOther`. */
  readonly topN?: number;
};

export type UsageSource =
  /** Counted by the gateway: the stream broke, or nothing was reported. */
  | 'ESTIMATED'
  /** Some of it was reported, some counted. */
  | 'MIXED'
  /** Nothing was consumed. */
  | 'NONE'
  /** Reported by the provider. */
  | 'PROVIDER';

export type UserSaveInput = {
  /** Whoever signs in with this address, verified by the identity provider, is this person. */
  readonly email: string;
  /** Of the person to change; left out, a new one is invited. */
  readonly id?: string | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
  /** Until the identity provider says it. */
  readonly name?: string | null | undefined;
  /** Whose calls those of this person are; left out, the oldest. */
  readonly project?: string | null | undefined;
  /** Only roles that allow nothing that you may not do yourself. */
  readonly roles: ReadonlyArray<string>;
};

export type VectorEncoding =
  | 'BASE64_FLOAT32'
  | 'FLOAT';

/** What a rule did; in MONITOR, what it would have done. */
export type VerdictOutcome =
  | 'BLOCKED'
  /** It could not be asked, and its policy says to go on then. */
  | 'ERRORED'
  | 'FLAGGED'
  | 'PASSED'
  | 'REDACTED';

export type WebhookChannelInput = {
  /** An object of further headers. */
  readonly headers?: unknown;
  readonly url: string;
};

export type Weekday =
  | 'FRI'
  | 'MON'
  | 'SAT'
  | 'SUN'
  | 'THU'
  | 'TUE'
  | 'WED';

/** What becomes of a call with parts that no rule can read: images, sounds, other files, links. */
export type WhenUnreadable =
  | 'ALLOW'
  /** It is refused: nobody can say what is in it. */
  | 'BLOCK';

export type WithheldReason =
  /** Whom it was about had it erased. */
  | 'ERASED'
  /** No policy asked for it to be kept: content is there only while the run can be followed. */
  | 'NOT_LOGGED'
  /** You lack the scope CONTENT_READ. */
  | 'NO_PERMISSION'
  /** It was kept as long as policies allow. */
  | 'RETENTION_EXPIRED';

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { readonly viewer: { readonly scopes: ReadonlyArray<Scope>, readonly organization: { readonly id: string, readonly slug: string, readonly name: string }, readonly apiKey: KeyFragment | null, readonly projects: ReadonlyArray<ProjectSummaryFragment> } };

export type NodeQueryVariables = Exact<{
  id: string;
}>;


export type NodeQuery = { readonly node:
    | { readonly __typename: 'AgentLimit', readonly id: string }
    | { readonly __typename: 'AlertChannel', readonly id: string }
    | { readonly __typename: 'ApiKey', readonly id: string }
    | { readonly __typename: 'AuditEvent', readonly id: string }
    | { readonly __typename: 'Budget', readonly id: string }
    | { readonly __typename: 'Completion', readonly id: string }
    | { readonly __typename: 'ErasureRequest', readonly id: string }
    | { readonly __typename: 'Experiment', readonly id: string }
    | { readonly __typename: 'ExportJob', readonly id: string }
    | { readonly __typename: 'GatewayRequest', readonly id: string }
    | { readonly __typename: 'Organization', readonly id: string }
    | { readonly __typename: 'Policy', readonly id: string }
    | { readonly __typename: 'Project', readonly id: string }
    | { readonly __typename: 'Provider', readonly id: string }
    | { readonly __typename: 'RateLimit', readonly id: string }
    | { readonly __typename: 'Route', readonly id: string }
    | { readonly __typename: 'StoredFile', readonly id: string }
    | { readonly __typename: 'Team', readonly id: string }
    | { readonly __typename: 'User', readonly id: string }
    | { readonly __typename: 'UserSession', readonly id: string }
   | null };

export type TeamsQueryVariables = Exact<{ [key: string]: never; }>;


export type TeamsQuery = { readonly teams: ReadonlyArray<(
    { readonly projects: ReadonlyArray<ProjectSummaryFragment> }
    & TeamSummaryFragment
  )> };

export type ProjectQueryVariables = Exact<{
  id: string;
}>;


export type ProjectQuery = { readonly project: (
    { readonly team: TeamSummaryFragment }
    & ProjectSummaryFragment
  ) | null };

export type ApiKeysQueryVariables = Exact<{
  project?: string | null | undefined;
  includeRevoked?: boolean;
  first: number;
  after?: string | null | undefined;
}>;


export type ApiKeysQuery = { readonly apiKeys: { readonly totalCount: number, readonly nodes: ReadonlyArray<KeyFragment>, readonly pageInfo: PageFragment } };

export type OrganizationCreateMutationVariables = Exact<{
  input: OrganizationCreateInput;
}>;


export type OrganizationCreateMutation = { readonly organizationCreate:
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'IdempotencyConflictError' }
      & Problem_IdempotencyConflictError_Fragment
    )
    | { readonly __typename: 'OrganizationCreated', readonly organizationId: string, readonly secret: string | null, readonly change: ReceiptFragment }
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type TeamSaveMutationVariables = Exact<{
  input: TeamSaveInput;
}>;


export type TeamSaveMutation = { readonly teamSave:
    | { readonly __typename: 'AccessSaved', readonly team: TeamSummaryFragment | null, readonly change: ReceiptFragment }
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'IdempotencyConflictError' }
      & Problem_IdempotencyConflictError_Fragment
    )
    | (
      { readonly __typename: 'NotFoundError' }
      & Problem_NotFoundError_Fragment
    )
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type ProjectSaveMutationVariables = Exact<{
  input: ProjectSaveInput;
}>;


export type ProjectSaveMutation = { readonly projectSave:
    | { readonly __typename: 'AccessSaved', readonly project: ProjectSummaryFragment | null, readonly change: ReceiptFragment }
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'IdempotencyConflictError' }
      & Problem_IdempotencyConflictError_Fragment
    )
    | (
      { readonly __typename: 'NotFoundError' }
      & Problem_NotFoundError_Fragment
    )
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type ApiKeyCreateMutationVariables = Exact<{
  input: ApiKeyCreateInput;
}>;


export type ApiKeyCreateMutation = { readonly apiKeyCreate:
    | (
      { readonly __typename: 'ApiKeySaved' }
      & KeyChangeFragment
    )
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'IdempotencyConflictError' }
      & Problem_IdempotencyConflictError_Fragment
    )
    | (
      { readonly __typename: 'NotFoundError' }
      & Problem_NotFoundError_Fragment
    )
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type ApiKeyRotateMutationVariables = Exact<{
  input: ApiKeyRotateInput;
}>;


export type ApiKeyRotateMutation = { readonly apiKeyRotate:
    | (
      { readonly __typename: 'ApiKeySaved' }
      & KeyChangeFragment
    )
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'IdempotencyConflictError' }
      & Problem_IdempotencyConflictError_Fragment
    )
    | (
      { readonly __typename: 'NotFoundError' }
      & Problem_NotFoundError_Fragment
    )
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type ApiKeyRevokeMutationVariables = Exact<{
  id: string;
  reason: string;
}>;


export type ApiKeyRevokeMutation = { readonly apiKeyRevoke:
    | (
      { readonly __typename: 'ApiKeySaved' }
      & KeyChangeFragment
    )
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'IdempotencyConflictError' }
      & Problem_IdempotencyConflictError_Fragment
    )
    | (
      { readonly __typename: 'NotFoundError' }
      & Problem_NotFoundError_Fragment
    )
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type KeyChangeFragment = { readonly secret: string | null, readonly apiKey: KeyFragment, readonly change: ReceiptFragment };

export type KeyFragment = { readonly id: string, readonly name: string, readonly prefix: string, readonly scopes: ReadonlyArray<Scope>, readonly everyScope: boolean, readonly issuedTo: string | null, readonly createdAt: string, readonly lastUsedAt: string | null, readonly expiresAt: string | null, readonly graceUntil: string | null, readonly revokedAt: string | null, readonly project: { readonly id: string, readonly slug: string } };

export type TeamSummaryFragment = { readonly id: string, readonly slug: string, readonly name: string };

export type ProjectSummaryFragment = { readonly id: string, readonly slug: string, readonly name: string };

export type AgentRunQueryVariables = Exact<{
  runId: string;
  project?: string | null | undefined;
}>;


export type AgentRunQuery = { readonly agentRun: AgentRunSummaryFragment | null };

export type AgentRunsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  filter?: AgentRunFilter | null | undefined;
}>;


export type AgentRunsQuery = { readonly agentRuns: { readonly nodes: ReadonlyArray<AgentRunSummaryFragment>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type AgentLimitsQueryVariables = Exact<{ [key: string]: never; }>;


export type AgentLimitsQuery = { readonly agentLimits: ReadonlyArray<AgentLimitSummaryFragment> };

export type AgentLimitSaveMutationVariables = Exact<{
  input: AgentLimitSaveInput;
}>;


export type AgentLimitSaveMutation = { readonly agentLimitSave:
    | (
      { readonly __typename: 'AgentLimitSaved' }
      & AgentLimitChangeFragment
    )
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'IdempotencyConflictError' }
      & Problem_IdempotencyConflictError_Fragment
    )
    | (
      { readonly __typename: 'NotFoundError' }
      & Problem_NotFoundError_Fragment
    )
    | (
      { readonly __typename: 'UnavailableError' }
      & Problem_UnavailableError_Fragment
    )
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type AgentLimitDeleteMutationVariables = Exact<{
  id: string;
}>;


export type AgentLimitDeleteMutation = { readonly agentLimitDelete:
    | (
      { readonly __typename: 'AgentLimitSaved' }
      & AgentLimitChangeFragment
    )
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'IdempotencyConflictError' }
      & Problem_IdempotencyConflictError_Fragment
    )
    | (
      { readonly __typename: 'NotFoundError' }
      & Problem_NotFoundError_Fragment
    )
    | (
      { readonly __typename: 'UnavailableError' }
      & Problem_UnavailableError_Fragment
    )
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type AgentLimitChangeFragment = { readonly id: string, readonly agentLimit: AgentLimitSummaryFragment | null, readonly change: ReceiptFragment };

export type AgentLimitSummaryFragment = { readonly id: string, readonly maxSteps: number | null, readonly maxDurationMs: number | null, readonly maxToolCalls: number | null, readonly maxIdenticalSteps: number | null, readonly maxPromptTokens: number | null, readonly onLimit: AgentLimitAction, readonly downgradeRoute: string | null, readonly scope: { readonly kind: ScopeKind, readonly reference: string | null }, readonly maxCost: { readonly nanos: string, readonly display: string } | null };

export type AgentRunSummaryFragment = { readonly runId: string, readonly projectId: string, readonly agent: string | null, readonly startedAt: string, readonly lastActivityAt: string, readonly steps: number, readonly toolCalls: number, readonly stoppedAt: string | null, readonly stoppedBy: AgentStop | null, readonly totalCost: { readonly nanos: string, readonly display: string }, readonly loopSuspicion: { readonly repeats: number, readonly fingerprint: string, readonly sinceStep: number } | null };

export type AlertsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  filter?: AlertFilter | null | undefined;
}>;


export type AlertsQuery = { readonly alerts: { readonly nodes: ReadonlyArray<
      | AlertSummary_AnomalyAlert_Fragment
      | AlertSummary_BudgetAlert_Fragment
      | AlertSummary_ExperimentAlert_Fragment
      | AlertSummary_LoopAlert_Fragment
      | AlertSummary_PolicyAlert_Fragment
      | AlertSummary_ProviderAlert_Fragment
    >, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type AlertRaisedSubscriptionVariables = Exact<{
  filter?: AlertFilter | null | undefined;
  after?: string | null | undefined;
}>;


export type AlertRaisedSubscription = { readonly alertRaised:
    | AlertSummary_AnomalyAlert_Fragment
    | AlertSummary_BudgetAlert_Fragment
    | AlertSummary_ExperimentAlert_Fragment
    | AlertSummary_LoopAlert_Fragment
    | AlertSummary_PolicyAlert_Fragment
    | AlertSummary_ProviderAlert_Fragment
   };

export type BudgetAlertSubscriptionVariables = Exact<{
  scope?: ScopeRef | null | undefined;
  after?: string | null | undefined;
}>;


export type BudgetAlertSubscription = { readonly budgetAlert: AlertSummary_BudgetAlert_Fragment };

export type AlertAcknowledgeMutationVariables = Exact<{
  ids: ReadonlyArray<string>;
  comment?: string | null | undefined;
}>;


export type AlertAcknowledgeMutation = { readonly alertAcknowledge:
    | { readonly __typename: 'AlertsAcknowledged', readonly alerts: ReadonlyArray<
        | AlertSummary_AnomalyAlert_Fragment
        | AlertSummary_BudgetAlert_Fragment
        | AlertSummary_ExperimentAlert_Fragment
        | AlertSummary_LoopAlert_Fragment
        | AlertSummary_PolicyAlert_Fragment
        | AlertSummary_ProviderAlert_Fragment
      >, readonly change: ReceiptFragment }
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'NotFoundError' }
      & Problem_NotFoundError_Fragment
    )
    | (
      { readonly __typename: 'UnavailableError' }
      & Problem_UnavailableError_Fragment
    )
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type AlertChannelsQueryVariables = Exact<{
  deliveries: number;
}>;


export type AlertChannelsQuery = { readonly alertChannels: ReadonlyArray<(
    { readonly deliveries: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly at: string, readonly status: DeliveryStatus, readonly attempt: number, readonly nextRetryAt: string | null, readonly httpStatus: number | null, readonly durationMs: number | null, readonly requestBody: unknown, readonly responseSnippet: string | null }> } }
    & ChannelSummaryFragment
  )> };

export type ChannelSaveMutationVariables = Exact<{
  input: ChannelSaveInput;
}>;


export type ChannelSaveMutation = { readonly channelSave:
    | (
      { readonly __typename: 'ChannelSaved' }
      & ChannelChangeFragment
    )
    | (
      { readonly __typename: 'ConflictError' }
      & Problem_ConflictError_Fragment
    )
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'IdempotencyConflictError' }
      & Problem_IdempotencyConflictError_Fragment
    )
    | (
      { readonly __typename: 'NotFoundError' }
      & Problem_NotFoundError_Fragment
    )
    | (
      { readonly __typename: 'UnavailableError' }
      & Problem_UnavailableError_Fragment
    )
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type ChannelTestMutationVariables = Exact<{
  id: string;
}>;


export type ChannelTestMutation = { readonly channelTest:
    | (
      { readonly __typename: 'ChannelSaved' }
      & ChannelChangeFragment
    )
    | (
      { readonly __typename: 'ConflictError' }
      & Problem_ConflictError_Fragment
    )
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'IdempotencyConflictError' }
      & Problem_IdempotencyConflictError_Fragment
    )
    | (
      { readonly __typename: 'NotFoundError' }
      & Problem_NotFoundError_Fragment
    )
    | (
      { readonly __typename: 'UnavailableError' }
      & Problem_UnavailableError_Fragment
    )
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type ChannelDeleteMutationVariables = Exact<{
  id: string;
}>;


export type ChannelDeleteMutation = { readonly channelDelete:
    | (
      { readonly __typename: 'ChannelSaved' }
      & ChannelChangeFragment
    )
    | (
      { readonly __typename: 'ConflictError' }
      & Problem_ConflictError_Fragment
    )
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'IdempotencyConflictError' }
      & Problem_IdempotencyConflictError_Fragment
    )
    | (
      { readonly __typename: 'NotFoundError' }
      & Problem_NotFoundError_Fragment
    )
    | (
      { readonly __typename: 'UnavailableError' }
      & Problem_UnavailableError_Fragment
    )
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type DeliveryRetryMutationVariables = Exact<{
  id: string;
}>;


export type DeliveryRetryMutation = { readonly deliveryRetry:
    | (
      { readonly __typename: 'ChannelSaved' }
      & ChannelChangeFragment
    )
    | (
      { readonly __typename: 'ConflictError' }
      & Problem_ConflictError_Fragment
    )
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'IdempotencyConflictError' }
      & Problem_IdempotencyConflictError_Fragment
    )
    | (
      { readonly __typename: 'NotFoundError' }
      & Problem_NotFoundError_Fragment
    )
    | (
      { readonly __typename: 'UnavailableError' }
      & Problem_UnavailableError_Fragment
    )
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type ChannelChangeFragment = { readonly id: string, readonly signingSecret: string | null, readonly channel: ChannelSummaryFragment | null, readonly change: ReceiptFragment };

export type ChannelSummaryFragment = { readonly id: string, readonly name: string, readonly type: ChannelType, readonly summary: string, readonly kinds: ReadonlyArray<AlertKind>, readonly minSeverity: Severity, readonly enabled: boolean };

type AlertSummary_AnomalyAlert_Fragment = { readonly __typename: 'AnomalyAlert', readonly metric: string, readonly observed: number, readonly expected: number, readonly id: string, readonly cursor: string, readonly at: string, readonly kind: AlertKind, readonly severity: Severity, readonly title: string, readonly message: string, readonly acknowledgedAt: string | null, readonly acknowledgedBy: string | null, readonly acknowledgeComment: string | null, readonly scope: { readonly kind: ScopeKind, readonly reference: string | null } | null };

type AlertSummary_BudgetAlert_Fragment = { readonly __typename: 'BudgetAlert', readonly budgetId: string | null, readonly thresholdPercent: number | null, readonly id: string, readonly cursor: string, readonly at: string, readonly kind: AlertKind, readonly severity: Severity, readonly title: string, readonly message: string, readonly acknowledgedAt: string | null, readonly acknowledgedBy: string | null, readonly acknowledgeComment: string | null, readonly scope: { readonly kind: ScopeKind, readonly reference: string | null } | null };

type AlertSummary_ExperimentAlert_Fragment = { readonly __typename: 'ExperimentAlert', readonly id: string, readonly cursor: string, readonly at: string, readonly kind: AlertKind, readonly severity: Severity, readonly title: string, readonly message: string, readonly acknowledgedAt: string | null, readonly acknowledgedBy: string | null, readonly acknowledgeComment: string | null, readonly scope: { readonly kind: ScopeKind, readonly reference: string | null } | null };

type AlertSummary_LoopAlert_Fragment = { readonly __typename: 'LoopAlert', readonly runId: string, readonly stop: AgentStop | null, readonly id: string, readonly cursor: string, readonly at: string, readonly kind: AlertKind, readonly severity: Severity, readonly title: string, readonly message: string, readonly acknowledgedAt: string | null, readonly acknowledgedBy: string | null, readonly acknowledgeComment: string | null, readonly scope: { readonly kind: ScopeKind, readonly reference: string | null } | null };

type AlertSummary_PolicyAlert_Fragment = { readonly __typename: 'PolicyAlert', readonly id: string, readonly cursor: string, readonly at: string, readonly kind: AlertKind, readonly severity: Severity, readonly title: string, readonly message: string, readonly acknowledgedAt: string | null, readonly acknowledgedBy: string | null, readonly acknowledgeComment: string | null, readonly scope: { readonly kind: ScopeKind, readonly reference: string | null } | null };

type AlertSummary_ProviderAlert_Fragment = { readonly __typename: 'ProviderAlert', readonly provider: string, readonly failures: number, readonly attempts: number, readonly id: string, readonly cursor: string, readonly at: string, readonly kind: AlertKind, readonly severity: Severity, readonly title: string, readonly message: string, readonly acknowledgedAt: string | null, readonly acknowledgedBy: string | null, readonly acknowledgeComment: string | null, readonly scope: { readonly kind: ScopeKind, readonly reference: string | null } | null };

export type AlertSummaryFragment =
  | AlertSummary_AnomalyAlert_Fragment
  | AlertSummary_BudgetAlert_Fragment
  | AlertSummary_ExperimentAlert_Fragment
  | AlertSummary_LoopAlert_Fragment
  | AlertSummary_PolicyAlert_Fragment
  | AlertSummary_ProviderAlert_Fragment
;

export type AnomalyBacktestQueryVariables = Exact<{
  range: TimeRangeInput;
  sensitivity?: number | null | undefined;
}>;


export type AnomalyBacktestQuery = { readonly anomalyBacktest: ReadonlyArray<{ readonly apiKeyId: string, readonly route: string | null, readonly at: string, readonly metric: AnomalyMetric, readonly observed: number, readonly expected: number }> };

export type AnomalyWatchSaveMutationVariables = Exact<{
  enabled: boolean;
  sensitivity?: number | null | undefined;
}>;


export type AnomalyWatchSaveMutation = { readonly anomalyWatchSave:
    | { readonly __typename: 'AnomalyWatchSaved', readonly enabled: boolean, readonly sensitivity: number, readonly change: ReceiptFragment }
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'UnavailableError' }
      & Problem_UnavailableError_Fragment
    )
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type AuditEventsQueryVariables = Exact<{
  filter?: AuditFilter | null | undefined;
  first: number;
  after?: string | null | undefined;
}>;


export type AuditEventsQuery = { readonly auditEvents: { readonly nodes: ReadonlyArray<AuditEntryFragment>, readonly pageInfo: PageFragment } };

export type AuditEventAppendedSubscriptionVariables = Exact<{
  filter?: AuditFilter | null | undefined;
  after?: string | null | undefined;
}>;


export type AuditEventAppendedSubscription = { readonly auditEventAppended: AuditEntryFragment };

export type AuditVerifyQueryVariables = Exact<{
  range?: TimeRangeInput | null | undefined;
}>;


export type AuditVerifyQuery = { readonly auditVerify: { readonly ok: boolean, readonly checked: number, readonly firstBrokenSeq: string | null, readonly problem: string | null, readonly headHash: string, readonly checkedAt: string } };

export type AuditEntryFragment = { readonly id: string, readonly cursor: string | null, readonly at: string, readonly action: string, readonly ip: string | null, readonly resourceType: string, readonly resourceId: string, readonly outcome: AuditOutcome, readonly reason: string | null, readonly revision: string, readonly prevHash: string | null, readonly hash: string | null, readonly actor: { readonly id: string, readonly name: string }, readonly diff: ReadonlyArray<ChangeFragment> };

export type BudgetPartsFragment = { readonly id: string, readonly slug: string, readonly name: string, readonly period: BudgetPeriod, readonly timezone: string, readonly thresholdsPercent: ReadonlyArray<number>, readonly onExceed: BudgetAction, readonly downgradeRoute: string | null, readonly revision: number, readonly scope: { readonly kind: ScopeKind, readonly reference: string | null }, readonly limit: { readonly nanos: string }, readonly status: { readonly usedPercent: number, readonly state: BudgetState, readonly periodStart: string, readonly resetsAt: string | null, readonly exhaustedAt: string | null, readonly limit: { readonly nanos: string }, readonly spent: { readonly nanos: string }, readonly reserved: { readonly nanos: string }, readonly remaining: { readonly nanos: string }, readonly burnPerHour: { readonly nanos: string }, readonly forecast: { readonly nanos: string } | null } | null };

export type BudgetsQueryVariables = Exact<{
  scope?: ScopeRef | null | undefined;
}>;


export type BudgetsQuery = { readonly budgets: ReadonlyArray<BudgetPartsFragment> };

export type BudgetQueryVariables = Exact<{
  id: string;
}>;


export type BudgetQuery = { readonly budget: BudgetPartsFragment | null };

export type BudgetSaveMutationVariables = Exact<{
  input: BudgetSaveInput;
}>;


export type BudgetSaveMutation = { readonly budgetSave:
    | { readonly budgetId: string, readonly budget: BudgetPartsFragment | null, readonly change: { readonly revision: string, readonly replayed: boolean } }
    | Problem_ConflictError_Fragment
    | Problem_ForbiddenError_Fragment
    | Problem_IdempotencyConflictError_Fragment
    | Problem_NotFoundError_Fragment
    | Problem_UnavailableError_Fragment
    | Problem_ValidationError_Fragment
   };

export type BudgetAdjustMutationVariables = Exact<{
  input: BudgetAdjustInput;
}>;


export type BudgetAdjustMutation = { readonly budgetAdjust:
    | { readonly budgetId: string, readonly budget: BudgetPartsFragment | null, readonly change: { readonly revision: string, readonly replayed: boolean } }
    | Problem_ConflictError_Fragment
    | Problem_ForbiddenError_Fragment
    | Problem_IdempotencyConflictError_Fragment
    | Problem_NotFoundError_Fragment
    | Problem_UnavailableError_Fragment
    | Problem_ValidationError_Fragment
   };

export type BudgetDeleteMutationVariables = Exact<{
  id: string;
}>;


export type BudgetDeleteMutation = { readonly budgetDelete:
    | { readonly budgetId: string, readonly change: { readonly revision: string, readonly replayed: boolean } }
    | Problem_ConflictError_Fragment
    | Problem_ForbiddenError_Fragment
    | Problem_IdempotencyConflictError_Fragment
    | Problem_NotFoundError_Fragment
    | Problem_UnavailableError_Fragment
    | Problem_ValidationError_Fragment
   };

export type LedgerReviewPartsFragment = { readonly id: string, readonly status: JobStatus, readonly rebuilds: boolean, readonly accountsChecked: number, readonly accounts: number, readonly found: number, readonly error: string | null, readonly discrepancies: ReadonlyArray<{ readonly accountId: string, readonly balance: { readonly limit: { readonly nanos: string }, readonly spent: { readonly nanos: string }, readonly reserved: { readonly nanos: string }, readonly overrun: { readonly nanos: string } }, readonly entries: { readonly limit: { readonly nanos: string }, readonly spent: { readonly nanos: string }, readonly reserved: { readonly nanos: string }, readonly overrun: { readonly nanos: string } } }> };

export type LedgerCheckMutationVariables = Exact<{ [key: string]: never; }>;


export type LedgerCheckMutation = { readonly ledgerCheck:
    | Problem_ForbiddenError_Fragment
    | LedgerReviewPartsFragment
    | Problem_UnavailableError_Fragment
    | Problem_ValidationError_Fragment
   };

export type LedgerRebuildMutationVariables = Exact<{
  reason: string;
}>;


export type LedgerRebuildMutation = { readonly ledgerRebuild:
    | Problem_ForbiddenError_Fragment
    | LedgerReviewPartsFragment
    | Problem_UnavailableError_Fragment
    | Problem_ValidationError_Fragment
   };

export type LedgerReviewQueryVariables = Exact<{
  id: string;
}>;


export type LedgerReviewQuery = { readonly ledgerReview: LedgerReviewPartsFragment | null };

export type EmbeddingCreateMutationVariables = Exact<{
  input: EmbeddingInput;
}>;


export type EmbeddingCreateMutation = { readonly embeddingCreate:
    | (
      { readonly __typename: 'AgentStoppedError' }
      & Problem_AgentStoppedError_Fragment
    )
    | (
      { readonly __typename: 'BudgetExceededError' }
      & Problem_BudgetExceededError_Fragment
    )
    | (
      { readonly __typename: 'CancelledError' }
      & Problem_CancelledError_Fragment
    )
    | (
      { readonly __typename: 'ContentTooLargeError' }
      & Problem_ContentTooLargeError_Fragment
    )
    | (
      { readonly __typename: 'EmbeddingBatch', readonly dimensions: number, readonly embeddings: ReadonlyArray<{ readonly index: number, readonly vector: ReadonlyArray<number> | null, readonly vectorBase64: string | null }> }
      & CallCosts_EmbeddingBatch_Fragment
    )
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'IdempotencyConflictError' }
      & Problem_IdempotencyConflictError_Fragment
    )
    | (
      { readonly __typename: 'InternalError' }
      & Problem_InternalError_Fragment
    )
    | (
      { readonly __typename: 'NoEligibleTargetError' }
      & Problem_NoEligibleTargetError_Fragment
    )
    | (
      { readonly __typename: 'NotFoundError' }
      & Problem_NotFoundError_Fragment
    )
    | (
      { readonly __typename: 'PolicyBlockedError' }
      & Problem_PolicyBlockedError_Fragment
    )
    | (
      { readonly __typename: 'ProviderError' }
      & Problem_ProviderError_Fragment
    )
    | (
      { readonly __typename: 'RateLimitedError' }
      & Problem_RateLimitedError_Fragment
    )
    | (
      { readonly __typename: 'UnavailableError' }
      & Problem_UnavailableError_Fragment
    )
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type ImageGenerateMutationVariables = Exact<{
  input: ImageGenerationInput;
}>;


export type ImageGenerateMutation = { readonly imageGenerate:
    | (
      { readonly __typename: 'AgentStoppedError' }
      & Problem_AgentStoppedError_Fragment
    )
    | (
      { readonly __typename: 'BudgetExceededError' }
      & Problem_BudgetExceededError_Fragment
    )
    | (
      { readonly __typename: 'CancelledError' }
      & Problem_CancelledError_Fragment
    )
    | (
      { readonly __typename: 'ContentTooLargeError' }
      & Problem_ContentTooLargeError_Fragment
    )
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'IdempotencyConflictError' }
      & Problem_IdempotencyConflictError_Fragment
    )
    | (
      { readonly __typename: 'ImageGeneration', readonly images: ReadonlyArray<{ readonly mimeType: string, readonly base64: string }> }
      & CallCosts_ImageGeneration_Fragment
    )
    | (
      { readonly __typename: 'InternalError' }
      & Problem_InternalError_Fragment
    )
    | (
      { readonly __typename: 'NoEligibleTargetError' }
      & Problem_NoEligibleTargetError_Fragment
    )
    | (
      { readonly __typename: 'NotFoundError' }
      & Problem_NotFoundError_Fragment
    )
    | (
      { readonly __typename: 'PolicyBlockedError' }
      & Problem_PolicyBlockedError_Fragment
    )
    | (
      { readonly __typename: 'ProviderError' }
      & Problem_ProviderError_Fragment
    )
    | (
      { readonly __typename: 'RateLimitedError' }
      & Problem_RateLimitedError_Fragment
    )
    | (
      { readonly __typename: 'UnavailableError' }
      & Problem_UnavailableError_Fragment
    )
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type SpeechCreateMutationVariables = Exact<{
  input: SpeechInput;
}>;


export type SpeechCreateMutation = { readonly speechCreate:
    | (
      { readonly __typename: 'AgentStoppedError' }
      & Problem_AgentStoppedError_Fragment
    )
    | (
      { readonly __typename: 'BudgetExceededError' }
      & Problem_BudgetExceededError_Fragment
    )
    | (
      { readonly __typename: 'CancelledError' }
      & Problem_CancelledError_Fragment
    )
    | (
      { readonly __typename: 'ContentTooLargeError' }
      & Problem_ContentTooLargeError_Fragment
    )
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'IdempotencyConflictError' }
      & Problem_IdempotencyConflictError_Fragment
    )
    | (
      { readonly __typename: 'InternalError' }
      & Problem_InternalError_Fragment
    )
    | (
      { readonly __typename: 'NoEligibleTargetError' }
      & Problem_NoEligibleTargetError_Fragment
    )
    | (
      { readonly __typename: 'NotFoundError' }
      & Problem_NotFoundError_Fragment
    )
    | (
      { readonly __typename: 'PolicyBlockedError' }
      & Problem_PolicyBlockedError_Fragment
    )
    | (
      { readonly __typename: 'ProviderError' }
      & Problem_ProviderError_Fragment
    )
    | (
      { readonly __typename: 'RateLimitedError' }
      & Problem_RateLimitedError_Fragment
    )
    | (
      { readonly __typename: 'Speech', readonly audio: { readonly mimeType: string, readonly base64: string } }
      & CallCosts_Speech_Fragment
    )
    | (
      { readonly __typename: 'UnavailableError' }
      & Problem_UnavailableError_Fragment
    )
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type TranscriptionCreateMutationVariables = Exact<{
  input: TranscriptionInput;
}>;


export type TranscriptionCreateMutation = { readonly transcriptionCreate:
    | (
      { readonly __typename: 'AgentStoppedError' }
      & Problem_AgentStoppedError_Fragment
    )
    | (
      { readonly __typename: 'BudgetExceededError' }
      & Problem_BudgetExceededError_Fragment
    )
    | (
      { readonly __typename: 'CancelledError' }
      & Problem_CancelledError_Fragment
    )
    | (
      { readonly __typename: 'ContentTooLargeError' }
      & Problem_ContentTooLargeError_Fragment
    )
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'IdempotencyConflictError' }
      & Problem_IdempotencyConflictError_Fragment
    )
    | (
      { readonly __typename: 'InternalError' }
      & Problem_InternalError_Fragment
    )
    | (
      { readonly __typename: 'NoEligibleTargetError' }
      & Problem_NoEligibleTargetError_Fragment
    )
    | (
      { readonly __typename: 'NotFoundError' }
      & Problem_NotFoundError_Fragment
    )
    | (
      { readonly __typename: 'PolicyBlockedError' }
      & Problem_PolicyBlockedError_Fragment
    )
    | (
      { readonly __typename: 'ProviderError' }
      & Problem_ProviderError_Fragment
    )
    | (
      { readonly __typename: 'RateLimitedError' }
      & Problem_RateLimitedError_Fragment
    )
    | (
      { readonly __typename: 'Transcription', readonly text: string, readonly language: string | null, readonly durationSeconds: number | null, readonly segments: ReadonlyArray<{ readonly text: string, readonly startSeconds: number, readonly endSeconds: number }> }
      & CallCosts_Transcription_Fragment
    )
    | (
      { readonly __typename: 'UnavailableError' }
      & Problem_UnavailableError_Fragment
    )
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type RerankMutationVariables = Exact<{
  input: RerankInput;
}>;


export type RerankMutation = { readonly rerank:
    | (
      { readonly __typename: 'AgentStoppedError' }
      & Problem_AgentStoppedError_Fragment
    )
    | (
      { readonly __typename: 'BudgetExceededError' }
      & Problem_BudgetExceededError_Fragment
    )
    | (
      { readonly __typename: 'CancelledError' }
      & Problem_CancelledError_Fragment
    )
    | (
      { readonly __typename: 'ContentTooLargeError' }
      & Problem_ContentTooLargeError_Fragment
    )
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'IdempotencyConflictError' }
      & Problem_IdempotencyConflictError_Fragment
    )
    | (
      { readonly __typename: 'InternalError' }
      & Problem_InternalError_Fragment
    )
    | (
      { readonly __typename: 'NoEligibleTargetError' }
      & Problem_NoEligibleTargetError_Fragment
    )
    | (
      { readonly __typename: 'NotFoundError' }
      & Problem_NotFoundError_Fragment
    )
    | (
      { readonly __typename: 'PolicyBlockedError' }
      & Problem_PolicyBlockedError_Fragment
    )
    | (
      { readonly __typename: 'ProviderError' }
      & Problem_ProviderError_Fragment
    )
    | (
      { readonly __typename: 'Ranking', readonly results: ReadonlyArray<{ readonly index: number, readonly score: number }> }
      & CallCosts_Ranking_Fragment
    )
    | (
      { readonly __typename: 'RateLimitedError' }
      & Problem_RateLimitedError_Fragment
    )
    | (
      { readonly __typename: 'UnavailableError' }
      & Problem_UnavailableError_Fragment
    )
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

type CallCosts_EmbeddingBatch_Fragment = { readonly id: string, readonly requestId: string | null, readonly model: { readonly name: string } | null, readonly usage: TokenUsageFragment, readonly cost: CostLinesFragment, readonly budgets: ReadonlyArray<BudgetLeftFragment> | null, readonly timing: TimingMsFragment };

type CallCosts_ImageGeneration_Fragment = { readonly id: string, readonly requestId: string | null, readonly model: { readonly name: string } | null, readonly usage: TokenUsageFragment, readonly cost: CostLinesFragment, readonly budgets: ReadonlyArray<BudgetLeftFragment> | null, readonly timing: TimingMsFragment };

type CallCosts_Ranking_Fragment = { readonly id: string, readonly requestId: string | null, readonly model: { readonly name: string } | null, readonly usage: TokenUsageFragment, readonly cost: CostLinesFragment, readonly budgets: ReadonlyArray<BudgetLeftFragment> | null, readonly timing: TimingMsFragment };

type CallCosts_Speech_Fragment = { readonly id: string, readonly requestId: string | null, readonly model: { readonly name: string } | null, readonly usage: TokenUsageFragment, readonly cost: CostLinesFragment, readonly budgets: ReadonlyArray<BudgetLeftFragment> | null, readonly timing: TimingMsFragment };

type CallCosts_Transcription_Fragment = { readonly id: string, readonly requestId: string | null, readonly model: { readonly name: string } | null, readonly usage: TokenUsageFragment, readonly cost: CostLinesFragment, readonly budgets: ReadonlyArray<BudgetLeftFragment> | null, readonly timing: TimingMsFragment };

export type CallCostsFragment =
  | CallCosts_EmbeddingBatch_Fragment
  | CallCosts_ImageGeneration_Fragment
  | CallCosts_Ranking_Fragment
  | CallCosts_Speech_Fragment
  | CallCosts_Transcription_Fragment
;

export type CompletionCreateMutationVariables = Exact<{
  input: CompletionInput;
  waitMs?: number | null | undefined;
}>;


export type CompletionCreateMutation = { readonly completionCreate:
    | (
      { readonly __typename: 'AgentStoppedError' }
      & Problem_AgentStoppedError_Fragment
    )
    | (
      { readonly __typename: 'BudgetExceededError' }
      & Problem_BudgetExceededError_Fragment
    )
    | (
      { readonly __typename: 'CancelledError' }
      & Problem_CancelledError_Fragment
    )
    | { readonly __typename: 'CompletionAccepted', readonly replayed: boolean, readonly completion: CompletionContentFragment }
    | (
      { readonly __typename: 'ContentTooLargeError' }
      & Problem_ContentTooLargeError_Fragment
    )
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'IdempotencyConflictError' }
      & Problem_IdempotencyConflictError_Fragment
    )
    | (
      { readonly __typename: 'IncompleteError' }
      & Problem_IncompleteError_Fragment
    )
    | (
      { readonly __typename: 'InternalError' }
      & Problem_InternalError_Fragment
    )
    | (
      { readonly __typename: 'NoEligibleTargetError' }
      & Problem_NoEligibleTargetError_Fragment
    )
    | (
      { readonly __typename: 'NotFoundError' }
      & Problem_NotFoundError_Fragment
    )
    | (
      { readonly __typename: 'PolicyBlockedError' }
      & Problem_PolicyBlockedError_Fragment
    )
    | (
      { readonly __typename: 'ProviderError' }
      & Problem_ProviderError_Fragment
    )
    | (
      { readonly __typename: 'RateLimitedError' }
      & Problem_RateLimitedError_Fragment
    )
    | (
      { readonly __typename: 'UnavailableError' }
      & Problem_UnavailableError_Fragment
    )
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type CompletionCancelMutationVariables = Exact<{
  id: string;
  reason?: string | null | undefined;
}>;


export type CompletionCancelMutation = { readonly completionCancel:
    | (
      { readonly __typename: 'AgentStoppedError' }
      & Problem_AgentStoppedError_Fragment
    )
    | (
      { readonly __typename: 'BudgetExceededError' }
      & Problem_BudgetExceededError_Fragment
    )
    | (
      { readonly __typename: 'CancelledError' }
      & Problem_CancelledError_Fragment
    )
    | { readonly __typename: 'CompletionAccepted', readonly replayed: boolean, readonly completion: CompletionContentFragment }
    | (
      { readonly __typename: 'ContentTooLargeError' }
      & Problem_ContentTooLargeError_Fragment
    )
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'IdempotencyConflictError' }
      & Problem_IdempotencyConflictError_Fragment
    )
    | (
      { readonly __typename: 'IncompleteError' }
      & Problem_IncompleteError_Fragment
    )
    | (
      { readonly __typename: 'InternalError' }
      & Problem_InternalError_Fragment
    )
    | (
      { readonly __typename: 'NoEligibleTargetError' }
      & Problem_NoEligibleTargetError_Fragment
    )
    | (
      { readonly __typename: 'NotFoundError' }
      & Problem_NotFoundError_Fragment
    )
    | (
      { readonly __typename: 'PolicyBlockedError' }
      & Problem_PolicyBlockedError_Fragment
    )
    | (
      { readonly __typename: 'ProviderError' }
      & Problem_ProviderError_Fragment
    )
    | (
      { readonly __typename: 'RateLimitedError' }
      & Problem_RateLimitedError_Fragment
    )
    | (
      { readonly __typename: 'UnavailableError' }
      & Problem_UnavailableError_Fragment
    )
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type CompletionStreamSubscriptionVariables = Exact<{
  input: CompletionInput;
  afterSeq?: number | null | undefined;
  coalesceMs?: number | null | undefined;
}>;


export type CompletionStreamSubscription = { readonly completionStream:
    | RunEvent_AttemptFailed_Fragment
    | RunEvent_AttemptStarted_Fragment
    | RunEvent_AttemptSucceeded_Fragment
    | RunEvent_CompletionFailed_Fragment
    | RunEvent_CompletionFinished_Fragment
    | RunEvent_CompletionStarted_Fragment
    | RunEvent_Heartbeat_Fragment
    | RunEvent_OutputReset_Fragment
    | RunEvent_PartFinished_Fragment
    | RunEvent_PartStarted_Fragment
    | RunEvent_ReasoningDelta_Fragment
    | RunEvent_RouteDecided_Fragment
    | RunEvent_TextDelta_Fragment
    | RunEvent_ToolCallDelta_Fragment
    | RunEvent_UsageUpdated_Fragment
   };

export type CompletionEventsSubscriptionVariables = Exact<{
  id: string;
  afterSeq?: number | null | undefined;
}>;


export type CompletionEventsSubscription = { readonly completionEvents:
    | RunEvent_AttemptFailed_Fragment
    | RunEvent_AttemptStarted_Fragment
    | RunEvent_AttemptSucceeded_Fragment
    | RunEvent_CompletionFailed_Fragment
    | RunEvent_CompletionFinished_Fragment
    | RunEvent_CompletionStarted_Fragment
    | RunEvent_Heartbeat_Fragment
    | RunEvent_OutputReset_Fragment
    | RunEvent_PartFinished_Fragment
    | RunEvent_PartStarted_Fragment
    | RunEvent_ReasoningDelta_Fragment
    | RunEvent_RouteDecided_Fragment
    | RunEvent_TextDelta_Fragment
    | RunEvent_ToolCallDelta_Fragment
    | RunEvent_UsageUpdated_Fragment
   };

export type CompletionQueryVariables = Exact<{
  id: string;
}>;


export type CompletionQuery = { readonly completion: (
    { readonly attempts: ReadonlyArray<AttemptMadeFragment>, readonly decision: DecisionFragment | null, readonly error:
      | Problem_AgentStoppedError_Fragment
      | Problem_BudgetExceededError_Fragment
      | Problem_CancelledError_Fragment
      | Problem_ConflictError_Fragment
      | Problem_ContentTooLargeError_Fragment
      | Problem_ForbiddenError_Fragment
      | Problem_IdempotencyConflictError_Fragment
      | Problem_IncompleteError_Fragment
      | Problem_InternalError_Fragment
      | Problem_NoEligibleTargetError_Fragment
      | Problem_NotFoundError_Fragment
      | Problem_PolicyBlockedError_Fragment
      | Problem_ProviderError_Fragment
      | Problem_RateLimitedError_Fragment
      | Problem_UnavailableError_Fragment
      | Problem_ValidationError_Fragment
     | null }
    & CompletionContentFragment
  ) | null };

export type CompletionByKeyQueryVariables = Exact<{
  idempotencyKey: string;
}>;


export type CompletionByKeyQuery = { readonly completionByKey: (
    { readonly error:
      | Problem_AgentStoppedError_Fragment
      | Problem_BudgetExceededError_Fragment
      | Problem_CancelledError_Fragment
      | Problem_ConflictError_Fragment
      | Problem_ContentTooLargeError_Fragment
      | Problem_ForbiddenError_Fragment
      | Problem_IdempotencyConflictError_Fragment
      | Problem_IncompleteError_Fragment
      | Problem_InternalError_Fragment
      | Problem_NoEligibleTargetError_Fragment
      | Problem_NotFoundError_Fragment
      | Problem_PolicyBlockedError_Fragment
      | Problem_ProviderError_Fragment
      | Problem_RateLimitedError_Fragment
      | Problem_UnavailableError_Fragment
      | Problem_ValidationError_Fragment
     | null }
    & CompletionContentFragment
  ) | null };

export type CompletionContentFragment = (
  { readonly parts: ReadonlyArray<
    | AnswerPart_MediaPart_Fragment
    | AnswerPart_ReasoningPart_Fragment
    | AnswerPart_RefusalPart_Fragment
    | AnswerPart_TextPart_Fragment
    | AnswerPart_ToolCallPart_Fragment
    | AnswerPart_UnknownPart_Fragment
  > | null, readonly withheld: { readonly reason: WithheldReason } | null }
  & CompletionReceiptFragment
);

export type CompletionReceiptFragment = { readonly id: string, readonly requestId: string, readonly status: CompletionStatus, readonly createdAt: string, readonly finishedAt: string | null, readonly lastSeq: number, readonly text: string | null, readonly object: unknown, readonly finishReason: FinishReason | null, readonly toolCalls: ReadonlyArray<ToolCallFragment>, readonly model: { readonly name: string, readonly provider: string } | null, readonly usage: TokenUsageFragment, readonly cost: CostLinesFragment, readonly budgets: ReadonlyArray<BudgetLeftFragment> | null, readonly timing: TimingMsFragment | null };

type AnswerPart_MediaPart_Fragment = { readonly __typename: 'MediaPart', readonly index: number, readonly mimeType: string, readonly base64: string };

type AnswerPart_ReasoningPart_Fragment = { readonly __typename: 'ReasoningPart', readonly index: number, readonly text: string, readonly signature: string | null };

type AnswerPart_RefusalPart_Fragment = { readonly __typename: 'RefusalPart', readonly index: number, readonly text: string, readonly category: string | null };

type AnswerPart_TextPart_Fragment = { readonly __typename: 'TextPart', readonly index: number, readonly text: string, readonly citations: ReadonlyArray<{ readonly title: string | null, readonly url: string | null }> };

type AnswerPart_ToolCallPart_Fragment = (
  { readonly __typename: 'ToolCallPart' }
  & ToolCallFragment
);

type AnswerPart_UnknownPart_Fragment = { readonly __typename: 'UnknownPart', readonly index: number, readonly provider: string, readonly raw: unknown };

export type AnswerPartFragment =
  | AnswerPart_MediaPart_Fragment
  | AnswerPart_ReasoningPart_Fragment
  | AnswerPart_RefusalPart_Fragment
  | AnswerPart_TextPart_Fragment
  | AnswerPart_ToolCallPart_Fragment
  | AnswerPart_UnknownPart_Fragment
;

export type ToolCallFragment = { readonly index: number, readonly toolCallId: string, readonly name: string, readonly arguments: unknown, readonly rawArguments: string, readonly signature: string | null, readonly issues: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly code: string, readonly message: string }> };

type RunEvent_AttemptFailed_Fragment = { readonly __typename: 'AttemptFailed', readonly next: string | null, readonly seq: number, readonly at: string, readonly completionId: string, readonly attempt: AttemptMadeFragment };

type RunEvent_AttemptStarted_Fragment = { readonly __typename: 'AttemptStarted', readonly seq: number, readonly at: string, readonly completionId: string, readonly attempt: AttemptMadeFragment };

type RunEvent_AttemptSucceeded_Fragment = { readonly __typename: 'AttemptSucceeded', readonly seq: number, readonly at: string, readonly completionId: string, readonly attempt: AttemptMadeFragment };

type RunEvent_CompletionFailed_Fragment = { readonly __typename: 'CompletionFailed', readonly seq: number, readonly at: string, readonly completionId: string, readonly error:
    | Problem_AgentStoppedError_Fragment
    | Problem_BudgetExceededError_Fragment
    | Problem_CancelledError_Fragment
    | Problem_ConflictError_Fragment
    | Problem_ContentTooLargeError_Fragment
    | Problem_ForbiddenError_Fragment
    | Problem_IdempotencyConflictError_Fragment
    | Problem_IncompleteError_Fragment
    | Problem_InternalError_Fragment
    | Problem_NoEligibleTargetError_Fragment
    | Problem_NotFoundError_Fragment
    | Problem_PolicyBlockedError_Fragment
    | Problem_ProviderError_Fragment
    | Problem_RateLimitedError_Fragment
    | Problem_UnavailableError_Fragment
    | Problem_ValidationError_Fragment
  , readonly completion: CompletionReceiptFragment };

type RunEvent_CompletionFinished_Fragment = { readonly __typename: 'CompletionFinished', readonly seq: number, readonly at: string, readonly completionId: string, readonly completion: CompletionReceiptFragment };

type RunEvent_CompletionStarted_Fragment = { readonly __typename: 'CompletionStarted', readonly requestId: string, readonly replayed: boolean, readonly seq: number, readonly at: string, readonly completionId: string };

type RunEvent_Heartbeat_Fragment = { readonly __typename: 'Heartbeat', readonly seq: number, readonly at: string, readonly completionId: string };

type RunEvent_OutputReset_Fragment = { readonly __typename: 'OutputReset', readonly fromIndex: number, readonly reason: ResetReason, readonly seq: number, readonly at: string, readonly completionId: string };

type RunEvent_PartFinished_Fragment = { readonly __typename: 'PartFinished', readonly index: number, readonly seq: number, readonly at: string, readonly completionId: string, readonly part:
    | AnswerPart_MediaPart_Fragment
    | AnswerPart_ReasoningPart_Fragment
    | AnswerPart_RefusalPart_Fragment
    | AnswerPart_TextPart_Fragment
    | AnswerPart_ToolCallPart_Fragment
    | AnswerPart_UnknownPart_Fragment
   };

type RunEvent_PartStarted_Fragment = { readonly __typename: 'PartStarted', readonly index: number, readonly kind: PartKind, readonly toolCallId: string | null, readonly toolName: string | null, readonly seq: number, readonly at: string, readonly completionId: string };

type RunEvent_ReasoningDelta_Fragment = { readonly __typename: 'ReasoningDelta', readonly index: number, readonly text: string, readonly seq: number, readonly at: string, readonly completionId: string };

type RunEvent_RouteDecided_Fragment = { readonly __typename: 'RouteDecided', readonly seq: number, readonly at: string, readonly completionId: string, readonly decision: DecisionFragment };

type RunEvent_TextDelta_Fragment = { readonly __typename: 'TextDelta', readonly index: number, readonly text: string, readonly seq: number, readonly at: string, readonly completionId: string };

type RunEvent_ToolCallDelta_Fragment = { readonly __typename: 'ToolCallDelta', readonly index: number, readonly argumentsDelta: string, readonly seq: number, readonly at: string, readonly completionId: string };

type RunEvent_UsageUpdated_Fragment = { readonly __typename: 'UsageUpdated', readonly seq: number, readonly at: string, readonly completionId: string, readonly usage: TokenUsageFragment, readonly cost: CostTotalFragment };

export type RunEventFragment =
  | RunEvent_AttemptFailed_Fragment
  | RunEvent_AttemptStarted_Fragment
  | RunEvent_AttemptSucceeded_Fragment
  | RunEvent_CompletionFailed_Fragment
  | RunEvent_CompletionFinished_Fragment
  | RunEvent_CompletionStarted_Fragment
  | RunEvent_Heartbeat_Fragment
  | RunEvent_OutputReset_Fragment
  | RunEvent_PartFinished_Fragment
  | RunEvent_PartStarted_Fragment
  | RunEvent_ReasoningDelta_Fragment
  | RunEvent_RouteDecided_Fragment
  | RunEvent_TextDelta_Fragment
  | RunEvent_ToolCallDelta_Fragment
  | RunEvent_UsageUpdated_Fragment
;

export type UsageRerateMutationVariables = Exact<{
  range: TimeRangeInput;
  dryRun: boolean;
}>;


export type UsageRerateMutation = { readonly usageRerate:
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | { readonly __typename: 'UsageRerated', readonly id: string | null, readonly dryRun: boolean, readonly calls: number, readonly changed: number, readonly skipped: number, readonly before: MoneyAmountFragment, readonly after: MoneyAmountFragment, readonly difference: MoneyAmountFragment, readonly rows: ReadonlyArray<{ readonly day: string, readonly model: string, readonly attempts: number, readonly difference: MoneyAmountFragment }>, readonly change: ReceiptFragment | null }
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type CostReconcileQueryVariables = Exact<{
  import: CostImportInput;
}>;


export type CostReconcileQuery = { readonly costReconcile:
    | { readonly __typename: 'CostReconciliation', readonly format: string, readonly unread: number, readonly unreadRows: ReadonlyArray<number>, readonly agreeing: number, readonly unreadCost: MoneyAmountFragment | null, readonly differing: ReadonlyArray<{ readonly day: string, readonly model: string, readonly meter: PriceMeter, readonly vendorQuantity: number | null, readonly ourQuantity: number, readonly priced: boolean, readonly cause: DiscrepancyCause, readonly vendorCost: MoneyAmountFragment | null, readonly ourCost: MoneyAmountFragment }>, readonly vendorCost: MoneyAmountFragment | null, readonly ourCost: MoneyAmountFragment }
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type ErasureCreateMutationVariables = Exact<{
  input: ErasureCreateInput;
}>;


export type ErasureCreateMutation = { readonly erasureCreate:
    | { readonly __typename: 'ErasureSaved', readonly id: string, readonly erasure: ErasureCardFragment, readonly change: { readonly revision: string, readonly replayed: boolean } }
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'IdempotencyConflictError' }
      & Problem_IdempotencyConflictError_Fragment
    )
    | (
      { readonly __typename: 'UnavailableError' }
      & Problem_UnavailableError_Fragment
    )
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type ErasureRequestQueryVariables = Exact<{
  id: string;
}>;


export type ErasureRequestQuery = { readonly erasureRequest: (
    { readonly certificate: string | null, readonly certificateKey: string }
    & ErasureCardFragment
  ) | null };

export type ErasureRequestsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  status?: ReadonlyArray<JobStatus> | null | undefined;
}>;


export type ErasureRequestsQuery = { readonly erasureRequests: { readonly nodes: ReadonlyArray<ErasureCardFragment>, readonly pageInfo: PageFragment } };

export type ErasureCardFragment = { readonly id: string, readonly subject: string, readonly subjectHash: string, readonly reason: string, readonly dryRun: boolean, readonly keepAggregates: boolean, readonly status: JobStatus, readonly requestedBy: string, readonly requestedAt: string, readonly finishedAt: string | null, readonly calls: number, readonly error: string | null, readonly stores: ReadonlyArray<{ readonly store: string, readonly found: number, readonly erased: number, readonly anonymized: number }>, readonly blockedBy: ReadonlyArray<{ readonly policy: string, readonly calls: number }> };

type Problem_AgentStoppedError_Fragment = { readonly __typename: 'AgentStoppedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly retryAfterMs: number | null, readonly requestId: string | null };

type Problem_BudgetExceededError_Fragment = { readonly __typename: 'BudgetExceededError', readonly budgetId: string, readonly resetsAt: string | null, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly retryAfterMs: number | null, readonly requestId: string | null };

type Problem_CancelledError_Fragment = { readonly __typename: 'CancelledError', readonly reason: string | null, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly retryAfterMs: number | null, readonly requestId: string | null };

type Problem_ConflictError_Fragment = { readonly __typename: 'ConflictError', readonly currentRevision: number, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly retryAfterMs: number | null, readonly requestId: string | null };

type Problem_ContentTooLargeError_Fragment = { readonly __typename: 'ContentTooLargeError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly retryAfterMs: number | null, readonly requestId: string | null };

type Problem_ForbiddenError_Fragment = { readonly __typename: 'ForbiddenError', readonly missingScopes: ReadonlyArray<string>, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly retryAfterMs: number | null, readonly requestId: string | null };

type Problem_IdempotencyConflictError_Fragment = { readonly __typename: 'IdempotencyConflictError', readonly firstUsedAt: string, readonly originalId: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly retryAfterMs: number | null, readonly requestId: string | null };

type Problem_IncompleteError_Fragment = { readonly __typename: 'IncompleteError', readonly failure: ErrorCode, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly retryAfterMs: number | null, readonly requestId: string | null, readonly usage: { readonly inputTokens: number, readonly outputTokens: number } };

type Problem_InternalError_Fragment = { readonly __typename: 'InternalError', readonly incidentId: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly retryAfterMs: number | null, readonly requestId: string | null };

type Problem_NoEligibleTargetError_Fragment = { readonly __typename: 'NoEligibleTargetError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly retryAfterMs: number | null, readonly requestId: string | null };

type Problem_NotFoundError_Fragment = { readonly __typename: 'NotFoundError', readonly resourceType: string, readonly reference: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly retryAfterMs: number | null, readonly requestId: string | null };

type Problem_PolicyBlockedError_Fragment = { readonly __typename: 'PolicyBlockedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly retryAfterMs: number | null, readonly requestId: string | null };

type Problem_ProviderError_Fragment = { readonly __typename: 'ProviderError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly retryAfterMs: number | null, readonly requestId: string | null };

type Problem_RateLimitedError_Fragment = { readonly __typename: 'RateLimitedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly retryAfterMs: number | null, readonly requestId: string | null };

type Problem_UnavailableError_Fragment = { readonly __typename: 'UnavailableError', readonly dependency: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly retryAfterMs: number | null, readonly requestId: string | null };

type Problem_ValidationError_Fragment = { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly retryAfterMs: number | null, readonly requestId: string | null, readonly issues: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly code: string, readonly message: string, readonly suggestions: ReadonlyArray<string> }> };

export type ProblemFragment =
  | Problem_AgentStoppedError_Fragment
  | Problem_BudgetExceededError_Fragment
  | Problem_CancelledError_Fragment
  | Problem_ConflictError_Fragment
  | Problem_ContentTooLargeError_Fragment
  | Problem_ForbiddenError_Fragment
  | Problem_IdempotencyConflictError_Fragment
  | Problem_IncompleteError_Fragment
  | Problem_InternalError_Fragment
  | Problem_NoEligibleTargetError_Fragment
  | Problem_NotFoundError_Fragment
  | Problem_PolicyBlockedError_Fragment
  | Problem_ProviderError_Fragment
  | Problem_RateLimitedError_Fragment
  | Problem_UnavailableError_Fragment
  | Problem_ValidationError_Fragment
;

export type ExperimentsQueryVariables = Exact<{
  status?: ReadonlyArray<ExperimentStatus> | null | undefined;
}>;


export type ExperimentsQuery = { readonly experiments: ReadonlyArray<ExperimentSummaryFragment> };

export type ExperimentQueryVariables = Exact<{
  id: string;
}>;


export type ExperimentQuery = { readonly experiment: (
    { readonly schedule: ReadonlyArray<{ readonly weightPercent: number, readonly holdMinutes: number }>, readonly guardrails: ReadonlyArray<{ readonly metric: ExperimentMetric, readonly score: string | null, readonly maxDegradation: number, readonly minSamples: number }>, readonly results: ReadonlyArray<{ readonly arm: string, readonly control: boolean, readonly samples: number, readonly cost: MoneyAmountFragment, readonly metrics: ReadonlyArray<{ readonly metric: ExperimentMetric, readonly score: string | null, readonly samples: number, readonly estimate: IntervalFragment }>, readonly vsControl: ReadonlyArray<{ readonly metric: ExperimentMetric, readonly score: string | null, readonly significant: boolean, readonly delta: IntervalFragment }> }> }
    & ExperimentSummaryFragment
  ) | null };

export type ExperimentCreateMutationVariables = Exact<{
  input: ExperimentCreateInput;
}>;


export type ExperimentCreateMutation = { readonly experimentCreate:
    | (
      { readonly __typename: 'ExperimentSaved' }
      & ExperimentChangeFragment
    )
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'IdempotencyConflictError' }
      & Problem_IdempotencyConflictError_Fragment
    )
    | (
      { readonly __typename: 'NotFoundError' }
      & Problem_NotFoundError_Fragment
    )
    | (
      { readonly __typename: 'UnavailableError' }
      & Problem_UnavailableError_Fragment
    )
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type ExperimentStartMutationVariables = Exact<{
  id: string;
}>;


export type ExperimentStartMutation = { readonly experimentStart:
    | (
      { readonly __typename: 'ExperimentSaved' }
      & ExperimentChangeFragment
    )
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'IdempotencyConflictError' }
      & Problem_IdempotencyConflictError_Fragment
    )
    | (
      { readonly __typename: 'NotFoundError' }
      & Problem_NotFoundError_Fragment
    )
    | (
      { readonly __typename: 'UnavailableError' }
      & Problem_UnavailableError_Fragment
    )
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type ExperimentStopMutationVariables = Exact<{
  id: string;
  reason: string;
}>;


export type ExperimentStopMutation = { readonly experimentStop:
    | (
      { readonly __typename: 'ExperimentSaved' }
      & ExperimentChangeFragment
    )
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'IdempotencyConflictError' }
      & Problem_IdempotencyConflictError_Fragment
    )
    | (
      { readonly __typename: 'NotFoundError' }
      & Problem_NotFoundError_Fragment
    )
    | (
      { readonly __typename: 'UnavailableError' }
      & Problem_UnavailableError_Fragment
    )
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type ExperimentPromoteMutationVariables = Exact<{
  id: string;
  arm: string;
  note?: string | null | undefined;
}>;


export type ExperimentPromoteMutation = { readonly experimentPromote:
    | (
      { readonly __typename: 'ExperimentSaved' }
      & ExperimentChangeFragment
    )
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'IdempotencyConflictError' }
      & Problem_IdempotencyConflictError_Fragment
    )
    | (
      { readonly __typename: 'NotFoundError' }
      & Problem_NotFoundError_Fragment
    )
    | (
      { readonly __typename: 'UnavailableError' }
      & Problem_UnavailableError_Fragment
    )
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type ScoreCreateMutationVariables = Exact<{
  input: ScoreCreateInput;
}>;


export type ScoreCreateMutation = { readonly scoreCreate:
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'IdempotencyConflictError' }
      & Problem_IdempotencyConflictError_Fragment
    )
    | (
      { readonly __typename: 'NotFoundError' }
      & Problem_NotFoundError_Fragment
    )
    | { readonly __typename: 'ScoreSaved', readonly replayed: boolean, readonly score: ScoreGivenFragment }
    | (
      { readonly __typename: 'UnavailableError' }
      & Problem_UnavailableError_Fragment
    )
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type ExperimentChangeFragment = { readonly experiment: ExperimentSummaryFragment, readonly change: ReceiptFragment };

export type ExperimentSummaryFragment = { readonly id: string, readonly slug: string, readonly name: string, readonly kind: ExperimentKind, readonly status: ExperimentStatus, readonly routeId: string, readonly route: string, readonly rule: string | null, readonly assignBy: AssignBy, readonly treatedPercent: number, readonly conclusion: string | null, readonly startedAt: string | null, readonly endedAt: string | null, readonly arms: ReadonlyArray<{ readonly name: string, readonly control: boolean, readonly weightPercent: number, readonly model: string | null }> };

export type IntervalFragment = { readonly value: number, readonly low: number | null, readonly high: number | null };

export type ScoreGivenFragment = { readonly id: string, readonly requestId: string | null, readonly runId: string | null, readonly name: string, readonly comment: string | null, readonly source: ScoreSource, readonly createdBy: string, readonly createdAt: string, readonly value:
    | { readonly passed: boolean }
    | { readonly category: string }
    | { readonly number: number }
   };

export type ExportStartMutationVariables = Exact<{
  input: ExportStartInput;
}>;


export type ExportStartMutation = { readonly exportStart:
    | { readonly __typename: 'ExportStarted', readonly id: string, readonly job: ExportCardFragment | null, readonly change: { readonly revision: string, readonly replayed: boolean } }
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'IdempotencyConflictError' }
      & Problem_IdempotencyConflictError_Fragment
    )
    | (
      { readonly __typename: 'UnavailableError' }
      & Problem_UnavailableError_Fragment
    )
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type ExportJobQueryVariables = Exact<{
  id: string;
}>;


export type ExportJobQuery = { readonly exportJob: ExportCardFragment | null };

export type ExportCardFragment = { readonly id: string, readonly what: ExportKind, readonly format: ExportFormat, readonly status: JobStatus, readonly rows: number, readonly sizeBytes: number, readonly path: string | null, readonly createdBy: string, readonly createdAt: string, readonly expiresAt: string, readonly error: string | null };

export type FileCreateMutationVariables = Exact<{
  input: FileCreateInput;
}>;


export type FileCreateMutation = { readonly fileCreate:
    | (
      { readonly __typename: 'FileSaved' }
      & FileChangeFragment
    )
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'IdempotencyConflictError' }
      & Problem_IdempotencyConflictError_Fragment
    )
    | (
      { readonly __typename: 'NotFoundError' }
      & Problem_NotFoundError_Fragment
    )
    | (
      { readonly __typename: 'UnavailableError' }
      & Problem_UnavailableError_Fragment
    )
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type FileDeleteMutationVariables = Exact<{
  id: string;
}>;


export type FileDeleteMutation = { readonly fileDelete:
    | (
      { readonly __typename: 'FileSaved' }
      & FileChangeFragment
    )
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'IdempotencyConflictError' }
      & Problem_IdempotencyConflictError_Fragment
    )
    | (
      { readonly __typename: 'NotFoundError' }
      & Problem_NotFoundError_Fragment
    )
    | (
      { readonly __typename: 'UnavailableError' }
      & Problem_UnavailableError_Fragment
    )
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type FileQueryVariables = Exact<{
  id: string;
}>;


export type FileQuery = { readonly file: (
    { readonly base64: string }
    & FileCardFragment
  ) | null };

export type FilesQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type FilesQuery = { readonly files: { readonly nodes: ReadonlyArray<FileCardFragment>, readonly pageInfo: PageFragment } };

export type FileLimitsQueryVariables = Exact<{ [key: string]: never; }>;


export type FileLimitsQuery = { readonly fileLimits: FileLimitsNowFragment };

export type FileLimitSaveMutationVariables = Exact<{
  input: FileLimitSaveInput;
}>;


export type FileLimitSaveMutation = { readonly fileLimitSave:
    | { readonly __typename: 'FileLimitSaved', readonly limits: FileLimitsNowFragment, readonly change: ReceiptFragment }
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'IdempotencyConflictError' }
      & Problem_IdempotencyConflictError_Fragment
    )
    | (
      { readonly __typename: 'NotFoundError' }
      & Problem_NotFoundError_Fragment
    )
    | (
      { readonly __typename: 'UnavailableError' }
      & Problem_UnavailableError_Fragment
    )
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type FileChangeFragment = { readonly id: string, readonly file: FileCardFragment | null, readonly change: ReceiptFragment };

export type FileCardFragment = { readonly id: string, readonly filename: string, readonly mimeType: string, readonly sizeBytes: number, readonly sha256: string, readonly purpose: string | null, readonly createdAt: string, readonly expiresAt: string | null };

export type FileLimitsNowFragment = { readonly maxFileBytes: number, readonly maxTotalBytes: number, readonly usedBytes: number, readonly mimeTypes: ReadonlyArray<string> };

export type RateLimitsQueryVariables = Exact<{
  scope?: ScopeRef | null | undefined;
}>;


export type RateLimitsQuery = { readonly rateLimits: ReadonlyArray<RateLimitSummaryFragment> };

export type LimitsHealthQueryVariables = Exact<{ [key: string]: never; }>;


export type LimitsHealthQuery = { readonly health: { readonly status: HealthStatus, readonly checks: ReadonlyArray<{ readonly name: string, readonly status: HealthStatus, readonly since: string | null, readonly message: string | null }> } };

export type RateLimitSaveMutationVariables = Exact<{
  input: RateLimitSaveInput;
}>;


export type RateLimitSaveMutation = { readonly rateLimitSave:
    | (
      { readonly __typename: 'ConflictError' }
      & Problem_ConflictError_Fragment
    )
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'IdempotencyConflictError' }
      & Problem_IdempotencyConflictError_Fragment
    )
    | (
      { readonly __typename: 'NotFoundError' }
      & Problem_NotFoundError_Fragment
    )
    | (
      { readonly __typename: 'RateLimitSaved' }
      & RateLimitChangeFragment
    )
    | (
      { readonly __typename: 'UnavailableError' }
      & Problem_UnavailableError_Fragment
    )
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type RateLimitDeleteMutationVariables = Exact<{
  id: string;
}>;


export type RateLimitDeleteMutation = { readonly rateLimitDelete:
    | (
      { readonly __typename: 'ConflictError' }
      & Problem_ConflictError_Fragment
    )
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'IdempotencyConflictError' }
      & Problem_IdempotencyConflictError_Fragment
    )
    | (
      { readonly __typename: 'NotFoundError' }
      & Problem_NotFoundError_Fragment
    )
    | (
      { readonly __typename: 'RateLimitSaved' }
      & RateLimitChangeFragment
    )
    | (
      { readonly __typename: 'UnavailableError' }
      & Problem_UnavailableError_Fragment
    )
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type RateLimitChangeFragment = { readonly id: string, readonly rateLimit: RateLimitSummaryFragment | null, readonly change: ReceiptFragment };

export type RateLimitSummaryFragment = { readonly id: string, readonly metric: LimitMetric, readonly amount: number, readonly windowMs: number, readonly whenUnavailable: UnavailablePolicy, readonly localSharePercent: number, readonly scope: { readonly kind: ScopeKind, readonly reference: string | null }, readonly state: { readonly used: number, readonly remaining: number, readonly resetsAt: string, readonly throttledLastHour: number } | null };

export type ModelsQueryVariables = Exact<{
  filter?: ModelFilter | null | undefined;
  first: number;
  after?: string | null | undefined;
}>;


export type ModelsQuery = { readonly models: { readonly totalCount: number, readonly nodes: ReadonlyArray<ModelCardFragment>, readonly pageInfo: PageFragment } };

export type ModelQueryVariables = Exact<{
  name: string;
}>;


export type ModelQuery = { readonly model: ModelCardFragment | null };

export type ModelCardFragment = { readonly name: string, readonly provider: string, readonly enabled: boolean, readonly hasCredential: boolean, readonly contextTokens: number | null, readonly maxOutputTokens: number | null, readonly inputModalities: ReadonlyArray<Modality> | null, readonly health: HealthStatus, readonly observed: { readonly inFlight: number, readonly ttftMs: number | null, readonly tokensPerSecond: number | null, readonly errorRatePercent: number }, readonly prices: ReadonlyArray<{ readonly meter: PriceMeter, readonly per: number, readonly fromInputTokens: number, readonly amount: MoneyAmountFragment }> | null };

export type PriceHistoryQueryVariables = Exact<{
  name: string;
}>;


export type PriceHistoryQuery = { readonly model: { readonly name: string, readonly priceHistory: ReadonlyArray<{ readonly id: string | null, readonly meter: PriceMeter, readonly amount: string, readonly per: number, readonly currency: string, readonly fromInputTokens: number, readonly tier: string | null, readonly validFrom: string | null, readonly validTo: string | null, readonly supersededAt: string | null, readonly source: CatalogSource }> } | null };

export type PriceSetMutationVariables = Exact<{
  input: PriceSetInput;
}>;


export type PriceSetMutation = { readonly priceSet:
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'IdempotencyConflictError' }
      & Problem_IdempotencyConflictError_Fragment
    )
    | (
      { readonly __typename: 'ModelSaved' }
      & ModelChangeFragment
    )
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type ModelSaveMutationVariables = Exact<{
  input: ModelSaveInput;
}>;


export type ModelSaveMutation = { readonly modelSave:
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'IdempotencyConflictError' }
      & Problem_IdempotencyConflictError_Fragment
    )
    | (
      { readonly __typename: 'ModelSaved' }
      & ModelChangeFragment
    )
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type ModelSetEnabledMutationVariables = Exact<{
  id: string;
  enabled: boolean;
}>;


export type ModelSetEnabledMutation = { readonly modelSetEnabled:
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'IdempotencyConflictError' }
      & Problem_IdempotencyConflictError_Fragment
    )
    | (
      { readonly __typename: 'ModelSaved' }
      & ModelChangeFragment
    )
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type ModelChangeFragment = { readonly model: ModelCardFragment, readonly change: ReceiptFragment };

export type StoredOperationFieldsFragment = { readonly id: string, readonly name: string, readonly kind: OperationKind, readonly document: string, readonly documentId: string, readonly description: string };

export type OperationsQueryVariables = Exact<{ [key: string]: never; }>;


export type OperationsQuery = { readonly operations: ReadonlyArray<StoredOperationFieldsFragment> };

export type OperationQueryVariables = Exact<{
  name: string;
}>;


export type OperationQuery = { readonly operation: StoredOperationFieldsFragment | null };

export type OperationSaveMutationVariables = Exact<{
  input: OperationSaveInput;
}>;


export type OperationSaveMutation = { readonly operationSave:
    | Problem_ForbiddenError_Fragment
    | Problem_IdempotencyConflictError_Fragment
    | Problem_NotFoundError_Fragment
    | { readonly operation: StoredOperationFieldsFragment, readonly change: { readonly auditEventId: string } }
    | Problem_UnavailableError_Fragment
    | Problem_ValidationError_Fragment
   };

export type OperationDeleteMutationVariables = Exact<{
  name: string;
}>;


export type OperationDeleteMutation = { readonly operationDelete:
    | Problem_ForbiddenError_Fragment
    | Problem_IdempotencyConflictError_Fragment
    | Problem_NotFoundError_Fragment
    | { readonly operation: { readonly name: string } }
    | Problem_UnavailableError_Fragment
    | Problem_ValidationError_Fragment
   };

export type UsersQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type UsersQuery = { readonly users: { readonly totalCount: number, readonly nodes: ReadonlyArray<PersonFragment>, readonly pageInfo: PageFragment } };

export type RolesQueryVariables = Exact<{ [key: string]: never; }>;


export type RolesQuery = { readonly roles: ReadonlyArray<RoleSummaryFragment> };

export type IdentityProviderQueryVariables = Exact<{ [key: string]: never; }>;


export type IdentityProviderQuery = { readonly identityProvider: IdentityProviderSummaryFragment | null };

export type SignedInQueryVariables = Exact<{ [key: string]: never; }>;


export type SignedInQuery = { readonly viewer: { readonly scopes: ReadonlyArray<Scope>, readonly user: (
      { readonly sessions: ReadonlyArray<SessionFragment> }
      & PersonFragment
    ) | null, readonly session: SessionFragment | null } };

export type UserSaveMutationVariables = Exact<{
  input: UserSaveInput;
}>;


export type UserSaveMutation = { readonly userSave:
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'IdempotencyConflictError' }
      & Problem_IdempotencyConflictError_Fragment
    )
    | (
      { readonly __typename: 'NotFoundError' }
      & Problem_NotFoundError_Fragment
    )
    | (
      { readonly __typename: 'UserSaved' }
      & PersonChangeFragment
    )
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type UserDisableMutationVariables = Exact<{
  id: string;
  reason: string;
  revokeKeys?: boolean;
}>;


export type UserDisableMutation = { readonly userDisable:
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'IdempotencyConflictError' }
      & Problem_IdempotencyConflictError_Fragment
    )
    | (
      { readonly __typename: 'NotFoundError' }
      & Problem_NotFoundError_Fragment
    )
    | (
      { readonly __typename: 'UserSaved' }
      & PersonChangeFragment
    )
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type UserEnableMutationVariables = Exact<{
  id: string;
}>;


export type UserEnableMutation = { readonly userEnable:
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'IdempotencyConflictError' }
      & Problem_IdempotencyConflictError_Fragment
    )
    | (
      { readonly __typename: 'NotFoundError' }
      & Problem_NotFoundError_Fragment
    )
    | (
      { readonly __typename: 'UserSaved' }
      & PersonChangeFragment
    )
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type RoleSaveMutationVariables = Exact<{
  input: RoleSaveInput;
}>;


export type RoleSaveMutation = { readonly roleSave:
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'IdempotencyConflictError' }
      & Problem_IdempotencyConflictError_Fragment
    )
    | (
      { readonly __typename: 'NotFoundError' }
      & Problem_NotFoundError_Fragment
    )
    | { readonly __typename: 'RoleSaved', readonly role: RoleSummaryFragment | null, readonly change: ReceiptFragment }
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type RoleDeleteMutationVariables = Exact<{
  id: string;
}>;


export type RoleDeleteMutation = { readonly roleDelete:
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'IdempotencyConflictError' }
      & Problem_IdempotencyConflictError_Fragment
    )
    | (
      { readonly __typename: 'NotFoundError' }
      & Problem_NotFoundError_Fragment
    )
    | { readonly __typename: 'RoleSaved', readonly change: ReceiptFragment }
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type IdentityProviderSaveMutationVariables = Exact<{
  input: IdentityProviderSaveInput;
}>;


export type IdentityProviderSaveMutation = { readonly identityProviderSave:
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'IdempotencyConflictError' }
      & Problem_IdempotencyConflictError_Fragment
    )
    | { readonly __typename: 'IdentityProviderSaved', readonly identityProvider: IdentityProviderSummaryFragment | null, readonly change: ReceiptFragment }
    | (
      { readonly __typename: 'NotFoundError' }
      & Problem_NotFoundError_Fragment
    )
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type IdentityProviderDeleteMutationVariables = Exact<{ [key: string]: never; }>;


export type IdentityProviderDeleteMutation = { readonly identityProviderDelete:
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'IdempotencyConflictError' }
      & Problem_IdempotencyConflictError_Fragment
    )
    | { readonly __typename: 'IdentityProviderSaved', readonly change: ReceiptFragment }
    | (
      { readonly __typename: 'NotFoundError' }
      & Problem_NotFoundError_Fragment
    )
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type SessionEndMutationVariables = Exact<{
  id: string;
  reason: string;
}>;


export type SessionEndMutation = { readonly sessionEnd:
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'NotFoundError' }
      & Problem_NotFoundError_Fragment
    )
    | { readonly __typename: 'SessionEnded', readonly session: SessionFragment, readonly change: ReceiptFragment }
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type PersonFragment = { readonly id: string, readonly email: string, readonly name: string, readonly groups: ReadonlyArray<string>, readonly scopes: ReadonlyArray<Scope>, readonly workingKeys: number, readonly disabled: boolean, readonly createdAt: string, readonly lastSignInAt: string | null, readonly roles: ReadonlyArray<{ readonly id: string, readonly name: string }> };

export type PersonChangeFragment = { readonly user: PersonFragment, readonly change: ReceiptFragment };

export type RoleSummaryFragment = { readonly id: string, readonly name: string, readonly description: string, readonly builtIn: boolean, readonly scopes: ReadonlyArray<Scope> };

export type IdentityProviderSummaryFragment = { readonly issuer: string, readonly clientId: string, readonly confidential: boolean, readonly scopes: ReadonlyArray<string>, readonly groupsClaim: string, readonly trustEmail: boolean, readonly maxAge: string, readonly idle: string, readonly updatedAt: string, readonly groupRoles: ReadonlyArray<{ readonly group: string, readonly role: string }> };

export type SessionFragment = { readonly id: string, readonly createdAt: string, readonly lastUsedAt: string, readonly expiresAt: string, readonly endedAt: string | null, readonly ip: string | null, readonly userAgent: string | null, readonly current: boolean };

export type PoliciesQueryVariables = Exact<{ [key: string]: never; }>;


export type PoliciesQuery = { readonly policies: ReadonlyArray<PolicySummaryFragment> };

export type PolicyQueryVariables = Exact<{
  id: string;
}>;


export type PolicyQuery = { readonly policy: (
    { readonly versions: ReadonlyArray<{ readonly version: number, readonly note: string | null, readonly createdBy: string, readonly createdAt: string }> }
    & PolicySummaryFragment
  ) | null };

export type PolicyHitsQueryVariables = Exact<{
  range: TimeRangeInput;
}>;


export type PolicyHitsQuery = { readonly policies: ReadonlyArray<{ readonly slug: string, readonly hits: { readonly requests: number, readonly blocked: number, readonly redacted: number, readonly flagged: number, readonly monitored: number } }> };

export type EffectivePolicyQueryVariables = Exact<{
  scope: ScopeRef;
}>;


export type EffectivePolicyQuery = { readonly effectivePolicy: { readonly scope: { readonly kind: ScopeKind, readonly reference: string | null }, readonly rules: ReadonlyArray<{ readonly policySlug: string, readonly ruleIndex: number, readonly mode: PolicyMode, readonly overridden: boolean, readonly overriddenBy: string | null, readonly inheritedFrom: { readonly kind: ScopeKind, readonly reference: string | null }, readonly rule:
        | { readonly __typename: 'AccessRule' }
        | { readonly __typename: 'AgentLimitRule' }
        | { readonly __typename: 'CachingRule' }
        | { readonly __typename: 'ContentLimitRule' }
        | { readonly __typename: 'GuardrailRule' }
        | { readonly __typename: 'LoggingRule' }
        | { readonly __typename: 'RedactionRule' }
        | { readonly __typename: 'ResidencyRule' }
        | { readonly __typename: 'RetentionRule' }
       }> } };

export type PolicyTestQueryVariables = Exact<{
  input: PolicyTestInput;
}>;


export type PolicyTestQuery = { readonly policyTest: { readonly blocked: boolean, readonly resultingText: string | null, readonly findings: ReadonlyArray<{ readonly start: number, readonly end: number, readonly label: string, readonly enforced: boolean }>, readonly verdicts: ReadonlyArray<RuleVerdictFragment> } };

export type PolicySimulateQueryVariables = Exact<{
  input: PolicySimulateInput;
}>;


export type PolicySimulateQuery = { readonly policySimulate: { readonly replayed: number, readonly blocked: number, readonly redacted: number, readonly flagged: number, readonly moved: number, readonly expired: number, readonly unjudged: number, readonly unjudgedBecause: ReadonlyArray<string>, readonly cutShort: boolean, readonly read: number, readonly examples: ReadonlyArray<{ readonly requestId: string, readonly outcome: SimulatedOutcome, readonly reason: string, readonly excerpt: string | null }> } };

export type PolicySaveMutationVariables = Exact<{
  input: PolicySaveInput;
}>;


export type PolicySaveMutation = { readonly policySave:
    | (
      { readonly __typename: 'ConflictError' }
      & Problem_ConflictError_Fragment
    )
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'IdempotencyConflictError' }
      & Problem_IdempotencyConflictError_Fragment
    )
    | (
      { readonly __typename: 'NotFoundError' }
      & Problem_NotFoundError_Fragment
    )
    | (
      { readonly __typename: 'PolicySaved' }
      & PolicyChangeFragment
    )
    | (
      { readonly __typename: 'UnavailableError' }
      & Problem_UnavailableError_Fragment
    )
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type PolicyBindMutationVariables = Exact<{
  input: PolicyBindInput;
}>;


export type PolicyBindMutation = { readonly policyBind:
    | (
      { readonly __typename: 'ConflictError' }
      & Problem_ConflictError_Fragment
    )
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'IdempotencyConflictError' }
      & Problem_IdempotencyConflictError_Fragment
    )
    | (
      { readonly __typename: 'NotFoundError' }
      & Problem_NotFoundError_Fragment
    )
    | (
      { readonly __typename: 'PolicySaved' }
      & PolicyChangeFragment
    )
    | (
      { readonly __typename: 'UnavailableError' }
      & Problem_UnavailableError_Fragment
    )
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type PolicyUnbindMutationVariables = Exact<{
  policy: string;
  scope: ScopeRef;
}>;


export type PolicyUnbindMutation = { readonly policyUnbind:
    | (
      { readonly __typename: 'ConflictError' }
      & Problem_ConflictError_Fragment
    )
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'IdempotencyConflictError' }
      & Problem_IdempotencyConflictError_Fragment
    )
    | (
      { readonly __typename: 'NotFoundError' }
      & Problem_NotFoundError_Fragment
    )
    | (
      { readonly __typename: 'PolicySaved' }
      & PolicyChangeFragment
    )
    | (
      { readonly __typename: 'UnavailableError' }
      & Problem_UnavailableError_Fragment
    )
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type PolicyDeleteMutationVariables = Exact<{
  id: string;
  expectedRevision: number;
}>;


export type PolicyDeleteMutation = { readonly policyDelete:
    | (
      { readonly __typename: 'ConflictError' }
      & Problem_ConflictError_Fragment
    )
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'IdempotencyConflictError' }
      & Problem_IdempotencyConflictError_Fragment
    )
    | (
      { readonly __typename: 'NotFoundError' }
      & Problem_NotFoundError_Fragment
    )
    | (
      { readonly __typename: 'PolicySaved' }
      & PolicyChangeFragment
    )
    | (
      { readonly __typename: 'UnavailableError' }
      & Problem_UnavailableError_Fragment
    )
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type PolicyChangeFragment = { readonly id: string, readonly policy: PolicySummaryFragment | null, readonly diff: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly op: ChangeOp, readonly before: unknown, readonly after: unknown }>, readonly change: { readonly revision: string, readonly replayed: boolean } };

export type PolicySummaryFragment = { readonly id: string, readonly slug: string, readonly name: string, readonly version: number, readonly revision: number, readonly frameworks: ReadonlyArray<string>, readonly replaceable: boolean, readonly replaces: ReadonlyArray<string>, readonly rules: ReadonlyArray<
    | { readonly __typename: 'AccessRule' }
    | { readonly __typename: 'AgentLimitRule' }
    | { readonly __typename: 'CachingRule' }
    | { readonly __typename: 'ContentLimitRule' }
    | { readonly __typename: 'GuardrailRule' }
    | { readonly __typename: 'LoggingRule' }
    | { readonly __typename: 'RedactionRule' }
    | { readonly __typename: 'ResidencyRule' }
    | { readonly __typename: 'RetentionRule' }
  >, readonly bindings: ReadonlyArray<{ readonly mode: PolicyMode, readonly since: string, readonly scope: { readonly kind: ScopeKind, readonly reference: string | null } }> };

export type ProviderKindsQueryVariables = Exact<{ [key: string]: never; }>;


export type ProviderKindsQuery = { readonly providerKinds: ReadonlyArray<{ readonly kind: ProviderKind, readonly displayName: string, readonly baseUrl: string | null, readonly needsSecret: boolean, readonly secretFields: ReadonlyArray<string>, readonly environment: ReadonlyArray<string>, readonly settings: ReadonlyArray<{ readonly name: string, readonly description: string }> }> };

export type ProvidersQueryVariables = Exact<{ [key: string]: never; }>;


export type ProvidersQuery = { readonly providers: ReadonlyArray<ProviderSummaryFragment> };

export type ProviderSaveMutationVariables = Exact<{
  input: ProviderSaveInput;
}>;


export type ProviderSaveMutation = { readonly providerSave:
    | (
      { readonly __typename: 'ConflictError' }
      & Problem_ConflictError_Fragment
    )
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'IdempotencyConflictError' }
      & Problem_IdempotencyConflictError_Fragment
    )
    | (
      { readonly __typename: 'NotFoundError' }
      & Problem_NotFoundError_Fragment
    )
    | (
      { readonly __typename: 'ProviderSaved' }
      & ProviderChangeFragment
    )
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type CredentialSaveMutationVariables = Exact<{
  input: CredentialSaveInput;
}>;


export type CredentialSaveMutation = { readonly credentialSave:
    | (
      { readonly __typename: 'ConflictError' }
      & Problem_ConflictError_Fragment
    )
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'IdempotencyConflictError' }
      & Problem_IdempotencyConflictError_Fragment
    )
    | (
      { readonly __typename: 'NotFoundError' }
      & Problem_NotFoundError_Fragment
    )
    | (
      { readonly __typename: 'ProviderSaved' }
      & ProviderChangeFragment
    )
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type CredentialDeleteMutationVariables = Exact<{
  id: string;
}>;


export type CredentialDeleteMutation = { readonly credentialDelete:
    | (
      { readonly __typename: 'ConflictError' }
      & Problem_ConflictError_Fragment
    )
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'IdempotencyConflictError' }
      & Problem_IdempotencyConflictError_Fragment
    )
    | (
      { readonly __typename: 'NotFoundError' }
      & Problem_NotFoundError_Fragment
    )
    | (
      { readonly __typename: 'ProviderSaved' }
      & ProviderChangeFragment
    )
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type ProviderTestMutationVariables = Exact<{
  id: string;
}>;


export type ProviderTestMutation = { readonly providerTest:
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'NotFoundError' }
      & Problem_NotFoundError_Fragment
    )
    | (
      { readonly __typename: 'ProviderError' }
      & Problem_ProviderError_Fragment
    )
    | { readonly __typename: 'ProviderTested', readonly latencyMs: number, readonly modelsVisible: number | null }
   };

export type ProviderChangeFragment = { readonly provider: ProviderSummaryFragment, readonly change: ReceiptFragment };

export type ProviderSummaryFragment = { readonly id: string, readonly slug: string, readonly kind: ProviderKind, readonly displayName: string, readonly baseUrl: string | null, readonly enabled: boolean, readonly revision: number, readonly settings: ReadonlyArray<{ readonly name: string, readonly value: string }>, readonly health: { readonly status: HealthStatus, readonly breaker: BreakerState, readonly errorRatePercent: number, readonly p50Ms: number | null, readonly p95Ms: number | null, readonly ttftP50Ms: number | null, readonly inFlight: number, readonly since: string, readonly lastError: string | null }, readonly credentials: ReadonlyArray<{ readonly id: string, readonly label: string, readonly source: CredentialSource, readonly env: string | null, readonly lastFour: string | null, readonly weight: number }> };

export type RoutesQueryVariables = Exact<{ [key: string]: never; }>;


export type RoutesQuery = { readonly routes: ReadonlyArray<RouteSummaryFragment> };

export type RouteQueryVariables = Exact<{
  ref: RouteRef;
  versions?: number;
}>;


export type RouteQuery = { readonly route: (
    { readonly createdAt: string, readonly updatedAt: string, readonly published: RulesFragment | null, readonly draft: RulesFragment | null, readonly versions: { readonly totalCount: number, readonly nodes: ReadonlyArray<VersionFragment>, readonly pageInfo: PageFragment } }
    & RouteSummaryFragment
  ) | null };

export type RouteDiffQueryVariables = Exact<{
  route: string;
  from?: number | null | undefined;
  to?: number | null | undefined;
}>;


export type RouteDiffQuery = { readonly routeDiff:
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'NotFoundError' }
      & Problem_NotFoundError_Fragment
    )
    | { readonly __typename: 'RouteDiff', readonly changes: ReadonlyArray<ChangeFragment> }
    | (
      { readonly __typename: 'UnavailableError' }
      & Problem_UnavailableError_Fragment
    )
   };

export type RouteSaveMutationVariables = Exact<{
  input: RouteSaveInput;
}>;


export type RouteSaveMutation = { readonly routeSave:
    | (
      { readonly __typename: 'ConflictError' }
      & Problem_ConflictError_Fragment
    )
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'IdempotencyConflictError' }
      & Problem_IdempotencyConflictError_Fragment
    )
    | (
      { readonly __typename: 'NotFoundError' }
      & Problem_NotFoundError_Fragment
    )
    | (
      { readonly __typename: 'RouteSaved' }
      & RouteChangeFragment
    )
    | (
      { readonly __typename: 'UnavailableError' }
      & Problem_UnavailableError_Fragment
    )
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type RoutePublishMutationVariables = Exact<{
  id: string;
  version: number;
  expectedRevision: number;
  note?: string | null | undefined;
}>;


export type RoutePublishMutation = { readonly routePublish:
    | (
      { readonly __typename: 'ConflictError' }
      & Problem_ConflictError_Fragment
    )
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'IdempotencyConflictError' }
      & Problem_IdempotencyConflictError_Fragment
    )
    | (
      { readonly __typename: 'NotFoundError' }
      & Problem_NotFoundError_Fragment
    )
    | (
      { readonly __typename: 'RouteSaved' }
      & RouteChangeFragment
    )
    | (
      { readonly __typename: 'UnavailableError' }
      & Problem_UnavailableError_Fragment
    )
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type RouteRollbackMutationVariables = Exact<{
  id: string;
  toVersion: number;
  reason: string;
}>;


export type RouteRollbackMutation = { readonly routeRollback:
    | (
      { readonly __typename: 'ConflictError' }
      & Problem_ConflictError_Fragment
    )
    | (
      { readonly __typename: 'ForbiddenError' }
      & Problem_ForbiddenError_Fragment
    )
    | (
      { readonly __typename: 'IdempotencyConflictError' }
      & Problem_IdempotencyConflictError_Fragment
    )
    | (
      { readonly __typename: 'NotFoundError' }
      & Problem_NotFoundError_Fragment
    )
    | (
      { readonly __typename: 'RouteSaved' }
      & RouteChangeFragment
    )
    | (
      { readonly __typename: 'UnavailableError' }
      & Problem_UnavailableError_Fragment
    )
    | (
      { readonly __typename: 'ValidationError' }
      & Problem_ValidationError_Fragment
    )
   };

export type RouteChangeFragment = { readonly route: RouteSummaryFragment, readonly diff: ReadonlyArray<ChangeFragment>, readonly warnings: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly severity: Severity, readonly message: string }>, readonly change: ReceiptFragment };

export type RouteSummaryFragment = { readonly id: string, readonly slug: string, readonly name: string, readonly description: string, readonly revision: number, readonly published: VersionFragment | null, readonly draft: VersionFragment | null };

export type VersionFragment = { readonly version: number, readonly note: string | null, readonly createdAt: string, readonly createdBy: string };

export type RulesFragment = { readonly rules: ReadonlyArray<{ readonly id: string, readonly name: string, readonly condition: unknown, readonly conditionSummary: string, readonly strategy: RoutingStrategy, readonly stickyBy: StickyKey, readonly fallbackOn: ReadonlyArray<FallbackCode>, readonly fallbacks: ReadonlyArray<{ readonly id: string, readonly modelName: string }>, readonly targets: ReadonlyArray<{ readonly id: string, readonly modelName: string, readonly weight: number, readonly enabled: boolean, readonly timeoutMs: number, readonly ttftTimeoutMs: number | null, readonly idleTimeoutMs: number | null, readonly streaming: boolean, readonly retry: { readonly maxAttempts: number } }> }> };

export type RouteExplainQueryVariables = Exact<{
  input: CompletionInput;
  route?: string | null | undefined;
  version?: number | null | undefined;
}>;


export type RouteExplainQuery = { readonly routeExplain:
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'RouteExplanation', readonly refusal: string | null, readonly hints: ReadonlyArray<string>, readonly effectiveInput: unknown, readonly wouldHitCache: boolean, readonly verdicts: ReadonlyArray<RuleVerdictFragment>, readonly budgetChecks: ReadonlyArray<{ readonly slug: string, readonly subject: string, readonly wouldExceed: boolean, readonly estimated: MoneyAmountFragment | null, readonly remaining: MoneyAmountFragment }>, readonly rateLimitChecks: ReadonlyArray<{ readonly limitId: string, readonly metric: string, readonly demanded: number, readonly remaining: number, readonly wouldExceed: boolean }>, readonly decision: { readonly summary: string, readonly rule: string | null, readonly strategy: RoutingStrategy, readonly stickyHit: boolean, readonly task: Task | null, readonly taskConfidence: number | null, readonly inputsDigest: string | null, readonly rulesEvaluated: ReadonlyArray<{ readonly rule: string, readonly matched: boolean, readonly trace: ReadonlyArray<string> }>, readonly selected: { readonly model: string } | null, readonly candidates: ReadonlyArray<{ readonly model: string, readonly eligible: boolean, readonly rank: number | null, readonly score: number | null, readonly reasons: ReadonlyArray<{ readonly code: EligibilityCode, readonly message: string }> }> } }
    | { readonly __typename: 'UnavailableError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string }
   };

export type RouteSimulateMutationVariables = Exact<{
  input: RouteSimulateInput;
}>;


export type RouteSimulateMutation = { readonly routeSimulate:
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string }
    | (
      { readonly __typename: 'RouteSimulation' }
      & SimulationFragment
    )
    | { readonly __typename: 'UnavailableError', readonly code: ErrorCode, readonly message: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string }
   };

export type RouteSimulationQueryVariables = Exact<{
  id: string;
}>;


export type RouteSimulationQuery = { readonly routeSimulation: SimulationFragment | null };

export type SimulationFragment = { readonly id: string, readonly status: JobStatus, readonly version: number, readonly error: string | null, readonly requestsReplayed: number, readonly maxRequests: number, readonly changedDecisions: number, readonly refusedRequests: number, readonly undecidableRequests: number, readonly unpricedRequests: number, readonly savedPercent: number, readonly costBefore: { readonly nanos: string }, readonly costAfter: { readonly nanos: string }, readonly byTarget: ReadonlyArray<{ readonly model: string, readonly beforePercent: number, readonly afterPercent: number }>, readonly examples: ReadonlyArray<{ readonly requestId: string, readonly before: string, readonly after: string | null, readonly reason: string }>, readonly suggestion: { readonly condition: unknown, readonly conditionSummary: string, readonly model: string, readonly movedPercent: number, readonly savedPercent: number, readonly costAfter: { readonly nanos: string } } | null };

export type UsageReportQueryVariables = Exact<{
  input: UsageReportInput;
}>;


export type UsageReportQuery = { readonly usageReport: { readonly freshAsOf: string, readonly bucket: TimeBucket | null, readonly truncated: boolean, readonly range: { readonly from: string, readonly to: string, readonly timezone: string }, readonly totals: MetricsFragment, readonly previousTotals: MetricsFragment | null, readonly rows: ReadonlyArray<{ readonly bucketStart: string | null, readonly isOther: boolean, readonly keys: ReadonlyArray<{ readonly dimension: string, readonly value: string | null, readonly label: string }>, readonly metrics: MetricsFragment }> } };

export type RequestsQueryVariables = Exact<{
  filter?: RequestFilter | null | undefined;
  orderBy?: RequestOrder;
  first: number;
  after?: string | null | undefined;
}>;


export type RequestsQuery = { readonly requests: { readonly nodes: ReadonlyArray<RequestSummaryFragment>, readonly pageInfo: PageFragment } };

export type RequestQueryVariables = Exact<{
  id: string;
}>;


export type RequestQuery = { readonly request: (
    { readonly cost: CostLinesFragment, readonly decision: DecisionFragment | null, readonly attempts: ReadonlyArray<(
      { readonly usage: TokenUsageFragment, readonly cost: CostTotalFragment }
      & AttemptMadeFragment
    )>, readonly error:
      | Problem_AgentStoppedError_Fragment
      | Problem_BudgetExceededError_Fragment
      | Problem_CancelledError_Fragment
      | Problem_ConflictError_Fragment
      | Problem_ContentTooLargeError_Fragment
      | Problem_ForbiddenError_Fragment
      | Problem_IdempotencyConflictError_Fragment
      | Problem_IncompleteError_Fragment
      | Problem_InternalError_Fragment
      | Problem_NoEligibleTargetError_Fragment
      | Problem_NotFoundError_Fragment
      | Problem_PolicyBlockedError_Fragment
      | Problem_ProviderError_Fragment
      | Problem_RateLimitedError_Fragment
      | Problem_UnavailableError_Fragment
      | Problem_ValidationError_Fragment
     | null }
    & RequestSummaryFragment
  ) | null };

export type MetricsFragment = { readonly requests: number, readonly errors: number, readonly errorRatePercent: number, readonly inputTokens: number, readonly outputTokens: number, readonly totalTokens: number, readonly costComplete: boolean, readonly p50Ms: number | null, readonly p95Ms: number | null, readonly cost: MoneyAmountFragment };

export type RequestSummaryFragment = { readonly id: string, readonly kind: RequestKind, readonly status: RequestStatus, readonly startedAt: string, readonly finishedAt: string | null, readonly streamed: boolean, readonly completionId: string, readonly apiKeyId: string, readonly projectId: string, readonly teamId: string, readonly model: string | null, readonly provider: string | null, readonly route: string | null, readonly errorCode: ErrorCode | null, readonly endUser: string | null, readonly agent: string | null, readonly runId: string | null, readonly tags: ReadonlyArray<{ readonly key: string, readonly value: string }>, readonly usage: TokenUsageFragment, readonly cost: CostTotalFragment, readonly timing: TimingMsFragment };

export type UsageTickSubscriptionVariables = Exact<{
  filter?: RequestFilter | null | undefined;
  intervalMs?: number | null | undefined;
}>;


export type UsageTickSubscription = { readonly usageTick: { readonly at: string, readonly requestsPerSecond: number, readonly tokensPerSecond: number, readonly errorRatePercent: number, readonly ttftP95Ms: number | null, readonly costPerHour: { readonly nanos: string, readonly display: string } } };

export type RequestContentQueryVariables = Exact<{
  id: string;
}>;


export type RequestContentQuery = { readonly request: { readonly id: string, readonly content: { readonly input: unknown, readonly output: unknown, readonly withheld: { readonly reason: WithheldReason, readonly policy: string | null, readonly until: string | null } | null } } | null };

export type MoneyAmountFragment = { readonly nanos: string, readonly decimal: string, readonly display: string };

export type TokenUsageFragment = { readonly inputTokens: number, readonly outputTokens: number, readonly reasoningTokens: number, readonly cacheReadTokens: number, readonly cacheWriteTokens: number, readonly cacheWrite1hTokens: number, readonly audioTokens: number, readonly images: number, readonly toolCalls: number, readonly serviceTier: string | null, readonly totalTokens: number, readonly source: UsageSource };

export type CostTotalFragment = { readonly complete: boolean, readonly total: MoneyAmountFragment };

export type CostLinesFragment = (
  { readonly lines: ReadonlyArray<{ readonly meter: PriceMeter, readonly quantity: number, readonly source: QuantitySource | null, readonly amount: MoneyAmountFragment, readonly unitPrice: { readonly id: string | null, readonly meter: PriceMeter, readonly per: number, readonly fromInputTokens: number, readonly tier: string | null, readonly amount: MoneyAmountFragment } }> }
  & CostTotalFragment
);

export type TimingMsFragment = { readonly queuedMs: number, readonly routingMs: number, readonly ttftMs: number | null, readonly totalMs: number, readonly overheadMs: number };

export type AttemptMadeFragment = { readonly id: string, readonly number: number, readonly model: string, readonly provider: string, readonly targetId: string, readonly outcome: AttemptOutcome, readonly startedAt: string, readonly durationMs: number | null, readonly ttftMs: number | null, readonly errorCode: ErrorCode | null, readonly httpStatus: number | null, readonly providerMessage: string | null, readonly providerRequestId: string | null, readonly responseModel: string | null };

export type DecisionFragment = { readonly summary: string, readonly strategy: RoutingStrategy, readonly rule: string | null, readonly tookMicros: number, readonly route: { readonly id: string, readonly slug: string, readonly version: number } | null, readonly estimatedCost: MoneyAmountFragment | null, readonly candidates: ReadonlyArray<{ readonly targetId: string, readonly model: string, readonly eligible: boolean, readonly reasons: ReadonlyArray<{ readonly code: EligibilityCode, readonly message: string }>, readonly estimatedCost: MoneyAmountFragment | null }> };

export type ReceiptFragment = { readonly revision: string, readonly replayed: boolean, readonly auditEventId: string };

export type ChangeFragment = { readonly path: ReadonlyArray<string>, readonly op: ChangeOp, readonly before: unknown, readonly after: unknown, readonly masked: boolean };

export type PageFragment = { readonly startCursor: string | null, readonly endCursor: string | null, readonly hasNextPage: boolean, readonly hasPreviousPage: boolean };

export type BudgetLeftFragment = { readonly budgetId: string, readonly subject: string | null, readonly usedPercent: number, readonly resetsAt: string | null, readonly limit: { readonly nanos: string }, readonly remaining: { readonly nanos: string } };

export type RuleVerdictFragment = { readonly policySlug: string, readonly ruleIndex: number, readonly mode: PolicyMode, readonly outcome: VerdictOutcome, readonly message: string };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const KeyFragmentDoc = new TypedDocumentString(`
    fragment Key on ApiKey {
  id
  name
  prefix
  scopes
  everyScope
  issuedTo
  project {
    id
    slug
  }
  createdAt
  lastUsedAt
  expiresAt
  graceUntil
  revokedAt
}
    `, {"fragmentName":"Key"}) as unknown as TypedDocumentString<KeyFragment, unknown>;
export const ReceiptFragmentDoc = new TypedDocumentString(`
    fragment Receipt on ChangeReceipt {
  revision
  replayed
  auditEventId
}
    `, {"fragmentName":"Receipt"}) as unknown as TypedDocumentString<ReceiptFragment, unknown>;
export const KeyChangeFragmentDoc = new TypedDocumentString(`
    fragment KeyChange on ApiKeySaved {
  apiKey {
    ...Key
  }
  secret
  change {
    ...Receipt
  }
}
    fragment Key on ApiKey {
  id
  name
  prefix
  scopes
  everyScope
  issuedTo
  project {
    id
    slug
  }
  createdAt
  lastUsedAt
  expiresAt
  graceUntil
  revokedAt
}
fragment Receipt on ChangeReceipt {
  revision
  replayed
  auditEventId
}`, {"fragmentName":"KeyChange"}) as unknown as TypedDocumentString<KeyChangeFragment, unknown>;
export const TeamSummaryFragmentDoc = new TypedDocumentString(`
    fragment TeamSummary on Team {
  id
  slug
  name
}
    `, {"fragmentName":"TeamSummary"}) as unknown as TypedDocumentString<TeamSummaryFragment, unknown>;
export const ProjectSummaryFragmentDoc = new TypedDocumentString(`
    fragment ProjectSummary on Project {
  id
  slug
  name
}
    `, {"fragmentName":"ProjectSummary"}) as unknown as TypedDocumentString<ProjectSummaryFragment, unknown>;
export const AgentLimitSummaryFragmentDoc = new TypedDocumentString(`
    fragment AgentLimitSummary on AgentLimit {
  id
  scope {
    kind
    reference
  }
  maxSteps
  maxCost {
    nanos
    display
  }
  maxDurationMs
  maxToolCalls
  maxIdenticalSteps
  maxPromptTokens
  onLimit
  downgradeRoute
}
    `, {"fragmentName":"AgentLimitSummary"}) as unknown as TypedDocumentString<AgentLimitSummaryFragment, unknown>;
export const AgentLimitChangeFragmentDoc = new TypedDocumentString(`
    fragment AgentLimitChange on AgentLimitSaved {
  id
  agentLimit {
    ...AgentLimitSummary
  }
  change {
    ...Receipt
  }
}
    fragment AgentLimitSummary on AgentLimit {
  id
  scope {
    kind
    reference
  }
  maxSteps
  maxCost {
    nanos
    display
  }
  maxDurationMs
  maxToolCalls
  maxIdenticalSteps
  maxPromptTokens
  onLimit
  downgradeRoute
}
fragment Receipt on ChangeReceipt {
  revision
  replayed
  auditEventId
}`, {"fragmentName":"AgentLimitChange"}) as unknown as TypedDocumentString<AgentLimitChangeFragment, unknown>;
export const AgentRunSummaryFragmentDoc = new TypedDocumentString(`
    fragment AgentRunSummary on AgentRun {
  runId
  projectId
  agent
  startedAt
  lastActivityAt
  steps
  toolCalls
  totalCost {
    nanos
    display
  }
  loopSuspicion {
    repeats
    fingerprint
    sinceStep
  }
  stoppedAt
  stoppedBy
}
    `, {"fragmentName":"AgentRunSummary"}) as unknown as TypedDocumentString<AgentRunSummaryFragment, unknown>;
export const ChannelSummaryFragmentDoc = new TypedDocumentString(`
    fragment ChannelSummary on AlertChannel {
  id
  name
  type
  summary
  kinds
  minSeverity
  enabled
}
    `, {"fragmentName":"ChannelSummary"}) as unknown as TypedDocumentString<ChannelSummaryFragment, unknown>;
export const ChannelChangeFragmentDoc = new TypedDocumentString(`
    fragment ChannelChange on ChannelSaved {
  id
  signingSecret
  channel {
    ...ChannelSummary
  }
  change {
    ...Receipt
  }
}
    fragment ChannelSummary on AlertChannel {
  id
  name
  type
  summary
  kinds
  minSeverity
  enabled
}
fragment Receipt on ChangeReceipt {
  revision
  replayed
  auditEventId
}`, {"fragmentName":"ChannelChange"}) as unknown as TypedDocumentString<ChannelChangeFragment, unknown>;
export const AlertSummaryFragmentDoc = new TypedDocumentString(`
    fragment AlertSummary on Alert {
  __typename
  id
  cursor
  at
  kind
  severity
  title
  message
  scope {
    kind
    reference
  }
  acknowledgedAt
  acknowledgedBy
  acknowledgeComment
  ... on BudgetAlert {
    budgetId
    thresholdPercent
  }
  ... on AnomalyAlert {
    metric
    observed
    expected
  }
  ... on ProviderAlert {
    provider
    failures
    attempts
  }
  ... on LoopAlert {
    runId
    stop
  }
}
    `, {"fragmentName":"AlertSummary"}) as unknown as TypedDocumentString<AlertSummaryFragment, unknown>;
export const ChangeFragmentDoc = new TypedDocumentString(`
    fragment Change on FieldChange {
  path
  op
  before
  after
  masked
}
    `, {"fragmentName":"Change"}) as unknown as TypedDocumentString<ChangeFragment, unknown>;
export const AuditEntryFragmentDoc = new TypedDocumentString(`
    fragment AuditEntry on AuditEvent {
  id
  cursor
  at
  action
  actor {
    id
    name
  }
  ip
  resourceType
  resourceId
  outcome
  reason
  revision
  diff {
    ...Change
  }
  prevHash
  hash
}
    fragment Change on FieldChange {
  path
  op
  before
  after
  masked
}`, {"fragmentName":"AuditEntry"}) as unknown as TypedDocumentString<AuditEntryFragment, unknown>;
export const BudgetPartsFragmentDoc = new TypedDocumentString(`
    fragment BudgetParts on Budget {
  id
  slug
  name
  scope {
    kind
    reference
  }
  limit {
    nanos
  }
  period
  timezone
  thresholdsPercent
  onExceed
  downgradeRoute
  revision
  status {
    limit {
      nanos
    }
    spent {
      nanos
    }
    reserved {
      nanos
    }
    remaining {
      nanos
    }
    usedPercent
    state
    periodStart
    resetsAt
    burnPerHour {
      nanos
    }
    forecast {
      nanos
    }
    exhaustedAt
  }
}
    `, {"fragmentName":"BudgetParts"}) as unknown as TypedDocumentString<BudgetPartsFragment, unknown>;
export const LedgerReviewPartsFragmentDoc = new TypedDocumentString(`
    fragment LedgerReviewParts on LedgerReview {
  id
  status
  rebuilds
  accountsChecked
  accounts
  found
  discrepancies {
    accountId
    balance {
      limit {
        nanos
      }
      spent {
        nanos
      }
      reserved {
        nanos
      }
      overrun {
        nanos
      }
    }
    entries {
      limit {
        nanos
      }
      spent {
        nanos
      }
      reserved {
        nanos
      }
      overrun {
        nanos
      }
    }
  }
  error
}
    `, {"fragmentName":"LedgerReviewParts"}) as unknown as TypedDocumentString<LedgerReviewPartsFragment, unknown>;
export const TokenUsageFragmentDoc = new TypedDocumentString(`
    fragment TokenUsage on Usage {
  inputTokens
  outputTokens
  reasoningTokens
  cacheReadTokens
  cacheWriteTokens
  cacheWrite1hTokens
  audioTokens
  images
  toolCalls
  serviceTier
  totalTokens
  source
}
    `, {"fragmentName":"TokenUsage"}) as unknown as TypedDocumentString<TokenUsageFragment, unknown>;
export const MoneyAmountFragmentDoc = new TypedDocumentString(`
    fragment MoneyAmount on Money {
  nanos
  decimal
  display
}
    `, {"fragmentName":"MoneyAmount"}) as unknown as TypedDocumentString<MoneyAmountFragment, unknown>;
export const CostTotalFragmentDoc = new TypedDocumentString(`
    fragment CostTotal on Cost {
  total {
    ...MoneyAmount
  }
  complete
}
    fragment MoneyAmount on Money {
  nanos
  decimal
  display
}`, {"fragmentName":"CostTotal"}) as unknown as TypedDocumentString<CostTotalFragment, unknown>;
export const CostLinesFragmentDoc = new TypedDocumentString(`
    fragment CostLines on Cost {
  ...CostTotal
  lines {
    meter
    quantity
    source
    amount {
      ...MoneyAmount
    }
    unitPrice {
      id
      meter
      per
      fromInputTokens
      tier
      amount {
        ...MoneyAmount
      }
    }
  }
}
    fragment MoneyAmount on Money {
  nanos
  decimal
  display
}
fragment CostTotal on Cost {
  total {
    ...MoneyAmount
  }
  complete
}`, {"fragmentName":"CostLines"}) as unknown as TypedDocumentString<CostLinesFragment, unknown>;
export const BudgetLeftFragmentDoc = new TypedDocumentString(`
    fragment BudgetLeft on BudgetStanding {
  budgetId
  subject
  limit {
    nanos
  }
  remaining {
    nanos
  }
  usedPercent
  resetsAt
}
    `, {"fragmentName":"BudgetLeft"}) as unknown as TypedDocumentString<BudgetLeftFragment, unknown>;
export const TimingMsFragmentDoc = new TypedDocumentString(`
    fragment TimingMs on Timing {
  queuedMs
  routingMs
  ttftMs
  totalMs
  overheadMs
}
    `, {"fragmentName":"TimingMs"}) as unknown as TypedDocumentString<TimingMsFragment, unknown>;
export const CallCostsFragmentDoc = new TypedDocumentString(`
    fragment CallCosts on CallReceipt {
  id
  requestId
  model {
    name
  }
  usage {
    ...TokenUsage
  }
  cost {
    ...CostLines
  }
  budgets {
    ...BudgetLeft
  }
  timing {
    ...TimingMs
  }
}
    fragment MoneyAmount on Money {
  nanos
  decimal
  display
}
fragment TokenUsage on Usage {
  inputTokens
  outputTokens
  reasoningTokens
  cacheReadTokens
  cacheWriteTokens
  cacheWrite1hTokens
  audioTokens
  images
  toolCalls
  serviceTier
  totalTokens
  source
}
fragment CostTotal on Cost {
  total {
    ...MoneyAmount
  }
  complete
}
fragment CostLines on Cost {
  ...CostTotal
  lines {
    meter
    quantity
    source
    amount {
      ...MoneyAmount
    }
    unitPrice {
      id
      meter
      per
      fromInputTokens
      tier
      amount {
        ...MoneyAmount
      }
    }
  }
}
fragment TimingMs on Timing {
  queuedMs
  routingMs
  ttftMs
  totalMs
  overheadMs
}
fragment BudgetLeft on BudgetStanding {
  budgetId
  subject
  limit {
    nanos
  }
  remaining {
    nanos
  }
  usedPercent
  resetsAt
}`, {"fragmentName":"CallCosts"}) as unknown as TypedDocumentString<CallCostsFragment, unknown>;
export const ToolCallFragmentDoc = new TypedDocumentString(`
    fragment ToolCall on ToolCallPart {
  index
  toolCallId
  name
  arguments
  rawArguments
  signature
  issues {
    path
    code
    message
  }
}
    `, {"fragmentName":"ToolCall"}) as unknown as TypedDocumentString<ToolCallFragment, unknown>;
export const CompletionReceiptFragmentDoc = new TypedDocumentString(`
    fragment CompletionReceipt on Completion {
  id
  requestId
  status
  createdAt
  finishedAt
  lastSeq
  text
  object
  toolCalls {
    ...ToolCall
  }
  finishReason
  model {
    name
    provider
  }
  usage {
    ...TokenUsage
  }
  cost {
    ...CostLines
  }
  budgets {
    ...BudgetLeft
  }
  timing {
    ...TimingMs
  }
}
    fragment ToolCall on ToolCallPart {
  index
  toolCallId
  name
  arguments
  rawArguments
  signature
  issues {
    path
    code
    message
  }
}
fragment MoneyAmount on Money {
  nanos
  decimal
  display
}
fragment TokenUsage on Usage {
  inputTokens
  outputTokens
  reasoningTokens
  cacheReadTokens
  cacheWriteTokens
  cacheWrite1hTokens
  audioTokens
  images
  toolCalls
  serviceTier
  totalTokens
  source
}
fragment CostTotal on Cost {
  total {
    ...MoneyAmount
  }
  complete
}
fragment CostLines on Cost {
  ...CostTotal
  lines {
    meter
    quantity
    source
    amount {
      ...MoneyAmount
    }
    unitPrice {
      id
      meter
      per
      fromInputTokens
      tier
      amount {
        ...MoneyAmount
      }
    }
  }
}
fragment TimingMs on Timing {
  queuedMs
  routingMs
  ttftMs
  totalMs
  overheadMs
}
fragment BudgetLeft on BudgetStanding {
  budgetId
  subject
  limit {
    nanos
  }
  remaining {
    nanos
  }
  usedPercent
  resetsAt
}`, {"fragmentName":"CompletionReceipt"}) as unknown as TypedDocumentString<CompletionReceiptFragment, unknown>;
export const AnswerPartFragmentDoc = new TypedDocumentString(`
    fragment AnswerPart on ContentPart {
  __typename
  ... on TextPart {
    index
    text
    citations {
      title
      url
    }
  }
  ... on ReasoningPart {
    index
    text
    signature
  }
  ...ToolCall
  ... on MediaPart {
    index
    mimeType
    base64
  }
  ... on RefusalPart {
    index
    text
    category
  }
  ... on UnknownPart {
    index
    provider
    raw
  }
}
    fragment ToolCall on ToolCallPart {
  index
  toolCallId
  name
  arguments
  rawArguments
  signature
  issues {
    path
    code
    message
  }
}`, {"fragmentName":"AnswerPart"}) as unknown as TypedDocumentString<AnswerPartFragment, unknown>;
export const CompletionContentFragmentDoc = new TypedDocumentString(`
    fragment CompletionContent on Completion {
  ...CompletionReceipt
  parts {
    ...AnswerPart
  }
  withheld {
    reason
  }
}
    fragment CompletionReceipt on Completion {
  id
  requestId
  status
  createdAt
  finishedAt
  lastSeq
  text
  object
  toolCalls {
    ...ToolCall
  }
  finishReason
  model {
    name
    provider
  }
  usage {
    ...TokenUsage
  }
  cost {
    ...CostLines
  }
  budgets {
    ...BudgetLeft
  }
  timing {
    ...TimingMs
  }
}
fragment AnswerPart on ContentPart {
  __typename
  ... on TextPart {
    index
    text
    citations {
      title
      url
    }
  }
  ... on ReasoningPart {
    index
    text
    signature
  }
  ...ToolCall
  ... on MediaPart {
    index
    mimeType
    base64
  }
  ... on RefusalPart {
    index
    text
    category
  }
  ... on UnknownPart {
    index
    provider
    raw
  }
}
fragment ToolCall on ToolCallPart {
  index
  toolCallId
  name
  arguments
  rawArguments
  signature
  issues {
    path
    code
    message
  }
}
fragment MoneyAmount on Money {
  nanos
  decimal
  display
}
fragment TokenUsage on Usage {
  inputTokens
  outputTokens
  reasoningTokens
  cacheReadTokens
  cacheWriteTokens
  cacheWrite1hTokens
  audioTokens
  images
  toolCalls
  serviceTier
  totalTokens
  source
}
fragment CostTotal on Cost {
  total {
    ...MoneyAmount
  }
  complete
}
fragment CostLines on Cost {
  ...CostTotal
  lines {
    meter
    quantity
    source
    amount {
      ...MoneyAmount
    }
    unitPrice {
      id
      meter
      per
      fromInputTokens
      tier
      amount {
        ...MoneyAmount
      }
    }
  }
}
fragment TimingMs on Timing {
  queuedMs
  routingMs
  ttftMs
  totalMs
  overheadMs
}
fragment BudgetLeft on BudgetStanding {
  budgetId
  subject
  limit {
    nanos
  }
  remaining {
    nanos
  }
  usedPercent
  resetsAt
}`, {"fragmentName":"CompletionContent"}) as unknown as TypedDocumentString<CompletionContentFragment, unknown>;
export const DecisionFragmentDoc = new TypedDocumentString(`
    fragment Decision on RoutingDecision {
  summary
  strategy
  rule
  tookMicros
  route {
    id
    slug
    version
  }
  estimatedCost {
    ...MoneyAmount
  }
  candidates {
    targetId
    model
    eligible
    reasons {
      code
      message
    }
    estimatedCost {
      ...MoneyAmount
    }
  }
}
    fragment MoneyAmount on Money {
  nanos
  decimal
  display
}`, {"fragmentName":"Decision"}) as unknown as TypedDocumentString<DecisionFragment, unknown>;
export const AttemptMadeFragmentDoc = new TypedDocumentString(`
    fragment AttemptMade on Attempt {
  id
  number
  model
  provider
  targetId
  outcome
  startedAt
  durationMs
  ttftMs
  errorCode
  httpStatus
  providerMessage
  providerRequestId
  responseModel
}
    `, {"fragmentName":"AttemptMade"}) as unknown as TypedDocumentString<AttemptMadeFragment, unknown>;
export const ProblemFragmentDoc = new TypedDocumentString(`
    fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
    `, {"fragmentName":"Problem"}) as unknown as TypedDocumentString<ProblemFragment, unknown>;
export const RunEventFragmentDoc = new TypedDocumentString(`
    fragment RunEvent on CompletionEvent {
  __typename
  seq
  at
  completionId
  ... on CompletionStarted {
    requestId
    replayed
  }
  ... on RouteDecided {
    decision {
      ...Decision
    }
  }
  ... on AttemptStarted {
    attempt {
      ...AttemptMade
    }
  }
  ... on AttemptFailed {
    attempt {
      ...AttemptMade
    }
    next
  }
  ... on AttemptSucceeded {
    attempt {
      ...AttemptMade
    }
  }
  ... on PartStarted {
    index
    kind
    toolCallId
    toolName
  }
  ... on TextDelta {
    index
    text
  }
  ... on ReasoningDelta {
    index
    text
  }
  ... on ToolCallDelta {
    index
    argumentsDelta
  }
  ... on PartFinished {
    index
    part {
      ...AnswerPart
    }
  }
  ... on OutputReset {
    fromIndex
    reason
  }
  ... on UsageUpdated {
    usage {
      ...TokenUsage
    }
    cost {
      ...CostTotal
    }
  }
  ... on CompletionFinished {
    completion {
      ...CompletionReceipt
    }
  }
  ... on CompletionFailed {
    error {
      ...Problem
    }
    completion {
      ...CompletionReceipt
    }
  }
}
    fragment CompletionReceipt on Completion {
  id
  requestId
  status
  createdAt
  finishedAt
  lastSeq
  text
  object
  toolCalls {
    ...ToolCall
  }
  finishReason
  model {
    name
    provider
  }
  usage {
    ...TokenUsage
  }
  cost {
    ...CostLines
  }
  budgets {
    ...BudgetLeft
  }
  timing {
    ...TimingMs
  }
}
fragment AnswerPart on ContentPart {
  __typename
  ... on TextPart {
    index
    text
    citations {
      title
      url
    }
  }
  ... on ReasoningPart {
    index
    text
    signature
  }
  ...ToolCall
  ... on MediaPart {
    index
    mimeType
    base64
  }
  ... on RefusalPart {
    index
    text
    category
  }
  ... on UnknownPart {
    index
    provider
    raw
  }
}
fragment ToolCall on ToolCallPart {
  index
  toolCallId
  name
  arguments
  rawArguments
  signature
  issues {
    path
    code
    message
  }
}
fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment MoneyAmount on Money {
  nanos
  decimal
  display
}
fragment TokenUsage on Usage {
  inputTokens
  outputTokens
  reasoningTokens
  cacheReadTokens
  cacheWriteTokens
  cacheWrite1hTokens
  audioTokens
  images
  toolCalls
  serviceTier
  totalTokens
  source
}
fragment CostTotal on Cost {
  total {
    ...MoneyAmount
  }
  complete
}
fragment CostLines on Cost {
  ...CostTotal
  lines {
    meter
    quantity
    source
    amount {
      ...MoneyAmount
    }
    unitPrice {
      id
      meter
      per
      fromInputTokens
      tier
      amount {
        ...MoneyAmount
      }
    }
  }
}
fragment TimingMs on Timing {
  queuedMs
  routingMs
  ttftMs
  totalMs
  overheadMs
}
fragment AttemptMade on Attempt {
  id
  number
  model
  provider
  targetId
  outcome
  startedAt
  durationMs
  ttftMs
  errorCode
  httpStatus
  providerMessage
  providerRequestId
  responseModel
}
fragment Decision on RoutingDecision {
  summary
  strategy
  rule
  tookMicros
  route {
    id
    slug
    version
  }
  estimatedCost {
    ...MoneyAmount
  }
  candidates {
    targetId
    model
    eligible
    reasons {
      code
      message
    }
    estimatedCost {
      ...MoneyAmount
    }
  }
}
fragment BudgetLeft on BudgetStanding {
  budgetId
  subject
  limit {
    nanos
  }
  remaining {
    nanos
  }
  usedPercent
  resetsAt
}`, {"fragmentName":"RunEvent"}) as unknown as TypedDocumentString<RunEventFragment, unknown>;
export const ErasureCardFragmentDoc = new TypedDocumentString(`
    fragment ErasureCard on ErasureRequest {
  id
  subject
  subjectHash
  reason
  dryRun
  keepAggregates
  status
  requestedBy
  requestedAt
  finishedAt
  calls
  stores {
    store
    found
    erased
    anonymized
  }
  blockedBy {
    policy
    calls
  }
  error
}
    `, {"fragmentName":"ErasureCard"}) as unknown as TypedDocumentString<ErasureCardFragment, unknown>;
export const ExperimentSummaryFragmentDoc = new TypedDocumentString(`
    fragment ExperimentSummary on Experiment {
  id
  slug
  name
  kind
  status
  routeId
  route
  rule
  assignBy
  treatedPercent
  arms {
    name
    control
    weightPercent
    model
  }
  conclusion
  startedAt
  endedAt
}
    `, {"fragmentName":"ExperimentSummary"}) as unknown as TypedDocumentString<ExperimentSummaryFragment, unknown>;
export const ExperimentChangeFragmentDoc = new TypedDocumentString(`
    fragment ExperimentChange on ExperimentSaved {
  experiment {
    ...ExperimentSummary
  }
  change {
    ...Receipt
  }
}
    fragment ExperimentSummary on Experiment {
  id
  slug
  name
  kind
  status
  routeId
  route
  rule
  assignBy
  treatedPercent
  arms {
    name
    control
    weightPercent
    model
  }
  conclusion
  startedAt
  endedAt
}
fragment Receipt on ChangeReceipt {
  revision
  replayed
  auditEventId
}`, {"fragmentName":"ExperimentChange"}) as unknown as TypedDocumentString<ExperimentChangeFragment, unknown>;
export const IntervalFragmentDoc = new TypedDocumentString(`
    fragment Interval on Estimate {
  value
  low
  high
}
    `, {"fragmentName":"Interval"}) as unknown as TypedDocumentString<IntervalFragment, unknown>;
export const ScoreGivenFragmentDoc = new TypedDocumentString(`
    fragment ScoreGiven on Score {
  id
  requestId
  runId
  name
  value {
    ... on NumericScore {
      number
    }
    ... on BooleanScore {
      passed
    }
    ... on CategoryScore {
      category
    }
  }
  comment
  source
  createdBy
  createdAt
}
    `, {"fragmentName":"ScoreGiven"}) as unknown as TypedDocumentString<ScoreGivenFragment, unknown>;
export const ExportCardFragmentDoc = new TypedDocumentString(`
    fragment ExportCard on ExportJob {
  id
  what
  format
  status
  rows
  sizeBytes
  path
  createdBy
  createdAt
  expiresAt
  error
}
    `, {"fragmentName":"ExportCard"}) as unknown as TypedDocumentString<ExportCardFragment, unknown>;
export const FileCardFragmentDoc = new TypedDocumentString(`
    fragment FileCard on StoredFile {
  id
  filename
  mimeType
  sizeBytes
  sha256
  purpose
  createdAt
  expiresAt
}
    `, {"fragmentName":"FileCard"}) as unknown as TypedDocumentString<FileCardFragment, unknown>;
export const FileChangeFragmentDoc = new TypedDocumentString(`
    fragment FileChange on FileSaved {
  id
  file {
    ...FileCard
  }
  change {
    ...Receipt
  }
}
    fragment FileCard on StoredFile {
  id
  filename
  mimeType
  sizeBytes
  sha256
  purpose
  createdAt
  expiresAt
}
fragment Receipt on ChangeReceipt {
  revision
  replayed
  auditEventId
}`, {"fragmentName":"FileChange"}) as unknown as TypedDocumentString<FileChangeFragment, unknown>;
export const FileLimitsNowFragmentDoc = new TypedDocumentString(`
    fragment FileLimitsNow on FileLimits {
  maxFileBytes
  maxTotalBytes
  usedBytes
  mimeTypes
}
    `, {"fragmentName":"FileLimitsNow"}) as unknown as TypedDocumentString<FileLimitsNowFragment, unknown>;
export const RateLimitSummaryFragmentDoc = new TypedDocumentString(`
    fragment RateLimitSummary on RateLimit {
  id
  scope {
    kind
    reference
  }
  metric
  amount
  windowMs
  whenUnavailable
  localSharePercent
  state {
    used
    remaining
    resetsAt
    throttledLastHour
  }
}
    `, {"fragmentName":"RateLimitSummary"}) as unknown as TypedDocumentString<RateLimitSummaryFragment, unknown>;
export const RateLimitChangeFragmentDoc = new TypedDocumentString(`
    fragment RateLimitChange on RateLimitSaved {
  id
  rateLimit {
    ...RateLimitSummary
  }
  change {
    ...Receipt
  }
}
    fragment RateLimitSummary on RateLimit {
  id
  scope {
    kind
    reference
  }
  metric
  amount
  windowMs
  whenUnavailable
  localSharePercent
  state {
    used
    remaining
    resetsAt
    throttledLastHour
  }
}
fragment Receipt on ChangeReceipt {
  revision
  replayed
  auditEventId
}`, {"fragmentName":"RateLimitChange"}) as unknown as TypedDocumentString<RateLimitChangeFragment, unknown>;
export const ModelCardFragmentDoc = new TypedDocumentString(`
    fragment ModelCard on Model {
  name
  provider
  enabled
  hasCredential
  contextTokens
  maxOutputTokens
  inputModalities
  health
  observed {
    inFlight
    ttftMs
    tokensPerSecond
    errorRatePercent
  }
  prices {
    meter
    per
    fromInputTokens
    amount {
      ...MoneyAmount
    }
  }
}
    fragment MoneyAmount on Money {
  nanos
  decimal
  display
}`, {"fragmentName":"ModelCard"}) as unknown as TypedDocumentString<ModelCardFragment, unknown>;
export const ModelChangeFragmentDoc = new TypedDocumentString(`
    fragment ModelChange on ModelSaved {
  model {
    ...ModelCard
  }
  change {
    ...Receipt
  }
}
    fragment ModelCard on Model {
  name
  provider
  enabled
  hasCredential
  contextTokens
  maxOutputTokens
  inputModalities
  health
  observed {
    inFlight
    ttftMs
    tokensPerSecond
    errorRatePercent
  }
  prices {
    meter
    per
    fromInputTokens
    amount {
      ...MoneyAmount
    }
  }
}
fragment MoneyAmount on Money {
  nanos
  decimal
  display
}
fragment Receipt on ChangeReceipt {
  revision
  replayed
  auditEventId
}`, {"fragmentName":"ModelChange"}) as unknown as TypedDocumentString<ModelChangeFragment, unknown>;
export const StoredOperationFieldsFragmentDoc = new TypedDocumentString(`
    fragment StoredOperationFields on StoredOperation {
  id
  name
  kind
  document
  documentId
  description
}
    `, {"fragmentName":"StoredOperationFields"}) as unknown as TypedDocumentString<StoredOperationFieldsFragment, unknown>;
export const PersonFragmentDoc = new TypedDocumentString(`
    fragment Person on User {
  id
  email
  name
  groups
  roles {
    id
    name
  }
  scopes
  workingKeys
  disabled
  createdAt
  lastSignInAt
}
    `, {"fragmentName":"Person"}) as unknown as TypedDocumentString<PersonFragment, unknown>;
export const PersonChangeFragmentDoc = new TypedDocumentString(`
    fragment PersonChange on UserSaved {
  user {
    ...Person
  }
  change {
    ...Receipt
  }
}
    fragment Person on User {
  id
  email
  name
  groups
  roles {
    id
    name
  }
  scopes
  workingKeys
  disabled
  createdAt
  lastSignInAt
}
fragment Receipt on ChangeReceipt {
  revision
  replayed
  auditEventId
}`, {"fragmentName":"PersonChange"}) as unknown as TypedDocumentString<PersonChangeFragment, unknown>;
export const RoleSummaryFragmentDoc = new TypedDocumentString(`
    fragment RoleSummary on RoleDef {
  id
  name
  description
  builtIn
  scopes
}
    `, {"fragmentName":"RoleSummary"}) as unknown as TypedDocumentString<RoleSummaryFragment, unknown>;
export const IdentityProviderSummaryFragmentDoc = new TypedDocumentString(`
    fragment IdentityProviderSummary on IdentityProvider {
  issuer
  clientId
  confidential
  scopes
  groupsClaim
  groupRoles {
    group
    role
  }
  trustEmail
  maxAge
  idle
  updatedAt
}
    `, {"fragmentName":"IdentityProviderSummary"}) as unknown as TypedDocumentString<IdentityProviderSummaryFragment, unknown>;
export const SessionFragmentDoc = new TypedDocumentString(`
    fragment Session on UserSession {
  id
  createdAt
  lastUsedAt
  expiresAt
  endedAt
  ip
  userAgent
  current
}
    `, {"fragmentName":"Session"}) as unknown as TypedDocumentString<SessionFragment, unknown>;
export const PolicySummaryFragmentDoc = new TypedDocumentString(`
    fragment PolicySummary on Policy {
  id
  slug
  name
  version
  revision
  frameworks
  replaceable
  replaces
  rules {
    __typename
  }
  bindings {
    scope {
      kind
      reference
    }
    mode
    since
  }
}
    `, {"fragmentName":"PolicySummary"}) as unknown as TypedDocumentString<PolicySummaryFragment, unknown>;
export const PolicyChangeFragmentDoc = new TypedDocumentString(`
    fragment PolicyChange on PolicySaved {
  id
  policy {
    ...PolicySummary
  }
  diff {
    path
    op
    before
    after
  }
  change {
    revision
    replayed
  }
}
    fragment PolicySummary on Policy {
  id
  slug
  name
  version
  revision
  frameworks
  replaceable
  replaces
  rules {
    __typename
  }
  bindings {
    scope {
      kind
      reference
    }
    mode
    since
  }
}`, {"fragmentName":"PolicyChange"}) as unknown as TypedDocumentString<PolicyChangeFragment, unknown>;
export const ProviderSummaryFragmentDoc = new TypedDocumentString(`
    fragment ProviderSummary on Provider {
  id
  slug
  kind
  displayName
  baseUrl
  settings {
    name
    value
  }
  enabled
  health {
    status
    breaker
    errorRatePercent
    p50Ms
    p95Ms
    ttftP50Ms
    inFlight
    since
    lastError
  }
  revision
  credentials {
    id
    label
    source
    env
    lastFour
    weight
  }
}
    `, {"fragmentName":"ProviderSummary"}) as unknown as TypedDocumentString<ProviderSummaryFragment, unknown>;
export const ProviderChangeFragmentDoc = new TypedDocumentString(`
    fragment ProviderChange on ProviderSaved {
  provider {
    ...ProviderSummary
  }
  change {
    ...Receipt
  }
}
    fragment ProviderSummary on Provider {
  id
  slug
  kind
  displayName
  baseUrl
  settings {
    name
    value
  }
  enabled
  health {
    status
    breaker
    errorRatePercent
    p50Ms
    p95Ms
    ttftP50Ms
    inFlight
    since
    lastError
  }
  revision
  credentials {
    id
    label
    source
    env
    lastFour
    weight
  }
}
fragment Receipt on ChangeReceipt {
  revision
  replayed
  auditEventId
}`, {"fragmentName":"ProviderChange"}) as unknown as TypedDocumentString<ProviderChangeFragment, unknown>;
export const VersionFragmentDoc = new TypedDocumentString(`
    fragment Version on RouteVersion {
  version
  note
  createdAt
  createdBy
}
    `, {"fragmentName":"Version"}) as unknown as TypedDocumentString<VersionFragment, unknown>;
export const RouteSummaryFragmentDoc = new TypedDocumentString(`
    fragment RouteSummary on Route {
  id
  slug
  name
  description
  revision
  published {
    ...Version
  }
  draft {
    ...Version
  }
}
    fragment Version on RouteVersion {
  version
  note
  createdAt
  createdBy
}`, {"fragmentName":"RouteSummary"}) as unknown as TypedDocumentString<RouteSummaryFragment, unknown>;
export const RouteChangeFragmentDoc = new TypedDocumentString(`
    fragment RouteChange on RouteSaved {
  route {
    ...RouteSummary
  }
  diff {
    ...Change
  }
  warnings {
    path
    severity
    message
  }
  change {
    ...Receipt
  }
}
    fragment RouteSummary on Route {
  id
  slug
  name
  description
  revision
  published {
    ...Version
  }
  draft {
    ...Version
  }
}
fragment Version on RouteVersion {
  version
  note
  createdAt
  createdBy
}
fragment Receipt on ChangeReceipt {
  revision
  replayed
  auditEventId
}
fragment Change on FieldChange {
  path
  op
  before
  after
  masked
}`, {"fragmentName":"RouteChange"}) as unknown as TypedDocumentString<RouteChangeFragment, unknown>;
export const RulesFragmentDoc = new TypedDocumentString(`
    fragment Rules on RouteVersion {
  rules {
    id
    name
    condition
    conditionSummary
    strategy
    stickyBy
    fallbackOn
    fallbacks {
      id
      modelName
    }
    targets {
      id
      modelName
      weight
      enabled
      timeoutMs
      ttftTimeoutMs
      idleTimeoutMs
      streaming
      retry {
        maxAttempts
      }
    }
  }
}
    `, {"fragmentName":"Rules"}) as unknown as TypedDocumentString<RulesFragment, unknown>;
export const SimulationFragmentDoc = new TypedDocumentString(`
    fragment Simulation on RouteSimulation {
  id
  status
  version
  error
  requestsReplayed
  maxRequests
  changedDecisions
  refusedRequests
  undecidableRequests
  unpricedRequests
  savedPercent
  costBefore {
    nanos
  }
  costAfter {
    nanos
  }
  byTarget {
    model
    beforePercent
    afterPercent
  }
  examples {
    requestId
    before
    after
    reason
  }
  suggestion {
    condition
    conditionSummary
    model
    movedPercent
    savedPercent
    costAfter {
      nanos
    }
  }
}
    `, {"fragmentName":"Simulation"}) as unknown as TypedDocumentString<SimulationFragment, unknown>;
export const MetricsFragmentDoc = new TypedDocumentString(`
    fragment Metrics on UsageMetrics {
  requests
  errors
  errorRatePercent
  inputTokens
  outputTokens
  totalTokens
  cost {
    ...MoneyAmount
  }
  costComplete
  p50Ms: latencyMs(percentile: 50)
  p95Ms: latencyMs(percentile: 95)
}
    fragment MoneyAmount on Money {
  nanos
  decimal
  display
}`, {"fragmentName":"Metrics"}) as unknown as TypedDocumentString<MetricsFragment, unknown>;
export const RequestSummaryFragmentDoc = new TypedDocumentString(`
    fragment RequestSummary on GatewayRequest {
  id
  kind
  status
  startedAt
  finishedAt
  streamed
  completionId
  apiKeyId
  projectId
  teamId
  model
  provider
  route
  errorCode
  endUser
  agent
  runId
  tags {
    key
    value
  }
  usage {
    ...TokenUsage
  }
  cost {
    ...CostTotal
  }
  timing {
    ...TimingMs
  }
}
    fragment MoneyAmount on Money {
  nanos
  decimal
  display
}
fragment TokenUsage on Usage {
  inputTokens
  outputTokens
  reasoningTokens
  cacheReadTokens
  cacheWriteTokens
  cacheWrite1hTokens
  audioTokens
  images
  toolCalls
  serviceTier
  totalTokens
  source
}
fragment CostTotal on Cost {
  total {
    ...MoneyAmount
  }
  complete
}
fragment TimingMs on Timing {
  queuedMs
  routingMs
  ttftMs
  totalMs
  overheadMs
}`, {"fragmentName":"RequestSummary"}) as unknown as TypedDocumentString<RequestSummaryFragment, unknown>;
export const PageFragmentDoc = new TypedDocumentString(`
    fragment Page on PageInfo {
  startCursor
  endCursor
  hasNextPage
  hasPreviousPage
}
    `, {"fragmentName":"Page"}) as unknown as TypedDocumentString<PageFragment, unknown>;
export const RuleVerdictFragmentDoc = new TypedDocumentString(`
    fragment RuleVerdict on PolicyVerdict {
  policySlug
  ruleIndex
  mode
  outcome
  message
}
    `, {"fragmentName":"RuleVerdict"}) as unknown as TypedDocumentString<RuleVerdictFragment, unknown>;
export const ViewerDocument = new TypedDocumentString(`
    query Viewer {
  viewer {
    organization {
      id
      slug
      name
    }
    apiKey {
      ...Key
    }
    projects {
      ...ProjectSummary
    }
    scopes
  }
}
    fragment Key on ApiKey {
  id
  name
  prefix
  scopes
  everyScope
  issuedTo
  project {
    id
    slug
  }
  createdAt
  lastUsedAt
  expiresAt
  graceUntil
  revokedAt
}
fragment ProjectSummary on Project {
  id
  slug
  name
}`, {"hash":"sha256:bad22c6ea00681818e45d46afb4648b357e76d1691a4cc9ad1fb6952751bbd62"}) as unknown as TypedDocumentString<ViewerQuery, ViewerQueryVariables>;
export const NodeDocument = new TypedDocumentString(`
    query Node($id: ID!) {
  node(id: $id) {
    __typename
    id
  }
}
    `, {"hash":"sha256:674a4e60b765ab762155deb5480b435445a7ecf217bd9a818ee68fa139bfb45a"}) as unknown as TypedDocumentString<NodeQuery, NodeQueryVariables>;
export const TeamsDocument = new TypedDocumentString(`
    query Teams {
  teams {
    ...TeamSummary
    projects {
      ...ProjectSummary
    }
  }
}
    fragment TeamSummary on Team {
  id
  slug
  name
}
fragment ProjectSummary on Project {
  id
  slug
  name
}`, {"hash":"sha256:06bd3a9a84d3d97ba3f8ece00024c2f26b658c63900aa8487bfdd1b289b9c369"}) as unknown as TypedDocumentString<TeamsQuery, TeamsQueryVariables>;
export const ProjectDocument = new TypedDocumentString(`
    query Project($id: ID!) {
  project(id: $id) {
    ...ProjectSummary
    team {
      ...TeamSummary
    }
  }
}
    fragment TeamSummary on Team {
  id
  slug
  name
}
fragment ProjectSummary on Project {
  id
  slug
  name
}`, {"hash":"sha256:af6d949a0e0ff3457c5906d2a1735328800e8c35053956103dcc485657c040c4"}) as unknown as TypedDocumentString<ProjectQuery, ProjectQueryVariables>;
export const ApiKeysDocument = new TypedDocumentString(`
    query ApiKeys($project: ID, $includeRevoked: Boolean! = false, $first: Int!, $after: String) {
  apiKeys(
    project: $project
    includeRevoked: $includeRevoked
    first: $first
    after: $after
  ) {
    totalCount
    nodes {
      ...Key
    }
    pageInfo {
      ...Page
    }
  }
}
    fragment Key on ApiKey {
  id
  name
  prefix
  scopes
  everyScope
  issuedTo
  project {
    id
    slug
  }
  createdAt
  lastUsedAt
  expiresAt
  graceUntil
  revokedAt
}
fragment Page on PageInfo {
  startCursor
  endCursor
  hasNextPage
  hasPreviousPage
}`, {"hash":"sha256:d06e6549a9737e899a14df27ee9511e768eb98b31ba6f999d3d9808b336a10a9"}) as unknown as TypedDocumentString<ApiKeysQuery, ApiKeysQueryVariables>;
export const OrganizationCreateDocument = new TypedDocumentString(`
    mutation OrganizationCreate($input: OrganizationCreateInput!) {
  organizationCreate(input: $input) {
    __typename
    ... on OrganizationCreated {
      organizationId
      secret
      change {
        ...Receipt
      }
    }
    ...Problem
  }
}
    fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment Receipt on ChangeReceipt {
  revision
  replayed
  auditEventId
}`, {"hash":"sha256:1bcca022e8a347c41dfb979465a12be9c9bb3643d87d0ceeceb23f7b7249dec9"}) as unknown as TypedDocumentString<OrganizationCreateMutation, OrganizationCreateMutationVariables>;
export const TeamSaveDocument = new TypedDocumentString(`
    mutation TeamSave($input: TeamSaveInput!) {
  teamSave(input: $input) {
    __typename
    ... on AccessSaved {
      team {
        ...TeamSummary
      }
      change {
        ...Receipt
      }
    }
    ...Problem
  }
}
    fragment TeamSummary on Team {
  id
  slug
  name
}
fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment Receipt on ChangeReceipt {
  revision
  replayed
  auditEventId
}`, {"hash":"sha256:723d62402abf747c6da3e268534fd654b6c79b890261647a9199a16ad9acd772"}) as unknown as TypedDocumentString<TeamSaveMutation, TeamSaveMutationVariables>;
export const ProjectSaveDocument = new TypedDocumentString(`
    mutation ProjectSave($input: ProjectSaveInput!) {
  projectSave(input: $input) {
    __typename
    ... on AccessSaved {
      project {
        ...ProjectSummary
      }
      change {
        ...Receipt
      }
    }
    ...Problem
  }
}
    fragment ProjectSummary on Project {
  id
  slug
  name
}
fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment Receipt on ChangeReceipt {
  revision
  replayed
  auditEventId
}`, {"hash":"sha256:ac45e52a72ae6ab6fd535ac5526522fe5114ac1a4dc0fb6ad17c9fe02051f6e2"}) as unknown as TypedDocumentString<ProjectSaveMutation, ProjectSaveMutationVariables>;
export const ApiKeyCreateDocument = new TypedDocumentString(`
    mutation ApiKeyCreate($input: ApiKeyCreateInput!) {
  apiKeyCreate(input: $input) {
    __typename
    ...KeyChange
    ...Problem
  }
}
    fragment KeyChange on ApiKeySaved {
  apiKey {
    ...Key
  }
  secret
  change {
    ...Receipt
  }
}
fragment Key on ApiKey {
  id
  name
  prefix
  scopes
  everyScope
  issuedTo
  project {
    id
    slug
  }
  createdAt
  lastUsedAt
  expiresAt
  graceUntil
  revokedAt
}
fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment Receipt on ChangeReceipt {
  revision
  replayed
  auditEventId
}`, {"hash":"sha256:92b474b2145b52434c2ce312bdf1f8428d7a69d3719feb58dd79c1fa94e42230"}) as unknown as TypedDocumentString<ApiKeyCreateMutation, ApiKeyCreateMutationVariables>;
export const ApiKeyRotateDocument = new TypedDocumentString(`
    mutation ApiKeyRotate($input: ApiKeyRotateInput!) {
  apiKeyRotate(input: $input) {
    __typename
    ...KeyChange
    ...Problem
  }
}
    fragment KeyChange on ApiKeySaved {
  apiKey {
    ...Key
  }
  secret
  change {
    ...Receipt
  }
}
fragment Key on ApiKey {
  id
  name
  prefix
  scopes
  everyScope
  issuedTo
  project {
    id
    slug
  }
  createdAt
  lastUsedAt
  expiresAt
  graceUntil
  revokedAt
}
fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment Receipt on ChangeReceipt {
  revision
  replayed
  auditEventId
}`, {"hash":"sha256:14785c615641aba2ef86993ef5969d8cfa5f978baa4b78725cf916228e7628e5"}) as unknown as TypedDocumentString<ApiKeyRotateMutation, ApiKeyRotateMutationVariables>;
export const ApiKeyRevokeDocument = new TypedDocumentString(`
    mutation ApiKeyRevoke($id: ID!, $reason: String!) {
  apiKeyRevoke(id: $id, reason: $reason) {
    __typename
    ...KeyChange
    ...Problem
  }
}
    fragment KeyChange on ApiKeySaved {
  apiKey {
    ...Key
  }
  secret
  change {
    ...Receipt
  }
}
fragment Key on ApiKey {
  id
  name
  prefix
  scopes
  everyScope
  issuedTo
  project {
    id
    slug
  }
  createdAt
  lastUsedAt
  expiresAt
  graceUntil
  revokedAt
}
fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment Receipt on ChangeReceipt {
  revision
  replayed
  auditEventId
}`, {"hash":"sha256:e9ca50b685ec79924ca9ca786524306e95bbda780af727b50a2f52ac269955c4"}) as unknown as TypedDocumentString<ApiKeyRevokeMutation, ApiKeyRevokeMutationVariables>;
export const AgentRunDocument = new TypedDocumentString(`
    query AgentRun($runId: String!, $project: ID) {
  agentRun(runId: $runId, project: $project) {
    ...AgentRunSummary
  }
}
    fragment AgentRunSummary on AgentRun {
  runId
  projectId
  agent
  startedAt
  lastActivityAt
  steps
  toolCalls
  totalCost {
    nanos
    display
  }
  loopSuspicion {
    repeats
    fingerprint
    sinceStep
  }
  stoppedAt
  stoppedBy
}`, {"hash":"sha256:a1a0e77dfb56413c8951ff27107d83b1cdb996eb693242b4eca42831d250c2f4"}) as unknown as TypedDocumentString<AgentRunQuery, AgentRunQueryVariables>;
export const AgentRunsDocument = new TypedDocumentString(`
    query AgentRuns($first: Int!, $after: String, $filter: AgentRunFilter) {
  agentRuns(first: $first, after: $after, filter: $filter) {
    nodes {
      ...AgentRunSummary
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment AgentRunSummary on AgentRun {
  runId
  projectId
  agent
  startedAt
  lastActivityAt
  steps
  toolCalls
  totalCost {
    nanos
    display
  }
  loopSuspicion {
    repeats
    fingerprint
    sinceStep
  }
  stoppedAt
  stoppedBy
}`, {"hash":"sha256:62edaeea26c7698d61639cd1638beb1297e8218492b4d9605b30942d8b9b7c34"}) as unknown as TypedDocumentString<AgentRunsQuery, AgentRunsQueryVariables>;
export const AgentLimitsDocument = new TypedDocumentString(`
    query AgentLimits {
  agentLimits {
    ...AgentLimitSummary
  }
}
    fragment AgentLimitSummary on AgentLimit {
  id
  scope {
    kind
    reference
  }
  maxSteps
  maxCost {
    nanos
    display
  }
  maxDurationMs
  maxToolCalls
  maxIdenticalSteps
  maxPromptTokens
  onLimit
  downgradeRoute
}`, {"hash":"sha256:4db17186386d16351e69fe023e5798ba75aed37c2b5ae3ea6bd88676626af977"}) as unknown as TypedDocumentString<AgentLimitsQuery, AgentLimitsQueryVariables>;
export const AgentLimitSaveDocument = new TypedDocumentString(`
    mutation AgentLimitSave($input: AgentLimitSaveInput!) {
  agentLimitSave(input: $input) {
    __typename
    ...AgentLimitChange
    ...Problem
  }
}
    fragment AgentLimitChange on AgentLimitSaved {
  id
  agentLimit {
    ...AgentLimitSummary
  }
  change {
    ...Receipt
  }
}
fragment AgentLimitSummary on AgentLimit {
  id
  scope {
    kind
    reference
  }
  maxSteps
  maxCost {
    nanos
    display
  }
  maxDurationMs
  maxToolCalls
  maxIdenticalSteps
  maxPromptTokens
  onLimit
  downgradeRoute
}
fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment Receipt on ChangeReceipt {
  revision
  replayed
  auditEventId
}`, {"hash":"sha256:61557eb33af30fdd587b8e73a11cf048d7cb4c1de38bf586b7396c2076337f5a"}) as unknown as TypedDocumentString<AgentLimitSaveMutation, AgentLimitSaveMutationVariables>;
export const AgentLimitDeleteDocument = new TypedDocumentString(`
    mutation AgentLimitDelete($id: ID!) {
  agentLimitDelete(id: $id) {
    __typename
    ...AgentLimitChange
    ...Problem
  }
}
    fragment AgentLimitChange on AgentLimitSaved {
  id
  agentLimit {
    ...AgentLimitSummary
  }
  change {
    ...Receipt
  }
}
fragment AgentLimitSummary on AgentLimit {
  id
  scope {
    kind
    reference
  }
  maxSteps
  maxCost {
    nanos
    display
  }
  maxDurationMs
  maxToolCalls
  maxIdenticalSteps
  maxPromptTokens
  onLimit
  downgradeRoute
}
fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment Receipt on ChangeReceipt {
  revision
  replayed
  auditEventId
}`, {"hash":"sha256:b177843eafa12e3b20ffe06ff38a8caf752a361d6587ba9786c33093f02f2977"}) as unknown as TypedDocumentString<AgentLimitDeleteMutation, AgentLimitDeleteMutationVariables>;
export const AlertsDocument = new TypedDocumentString(`
    query Alerts($first: Int!, $after: String, $filter: AlertFilter) {
  alerts(first: $first, after: $after, filter: $filter) {
    nodes {
      ...AlertSummary
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment AlertSummary on Alert {
  __typename
  id
  cursor
  at
  kind
  severity
  title
  message
  scope {
    kind
    reference
  }
  acknowledgedAt
  acknowledgedBy
  acknowledgeComment
  ... on BudgetAlert {
    budgetId
    thresholdPercent
  }
  ... on AnomalyAlert {
    metric
    observed
    expected
  }
  ... on ProviderAlert {
    provider
    failures
    attempts
  }
  ... on LoopAlert {
    runId
    stop
  }
}`, {"hash":"sha256:0df247a607f9da03b815b1d071ddeab7751e4e77b1231fbdf331586d73a17ab7"}) as unknown as TypedDocumentString<AlertsQuery, AlertsQueryVariables>;
export const AlertRaisedDocument = new TypedDocumentString(`
    subscription AlertRaised($filter: AlertFilter, $after: String) {
  alertRaised(filter: $filter, after: $after) {
    ...AlertSummary
  }
}
    fragment AlertSummary on Alert {
  __typename
  id
  cursor
  at
  kind
  severity
  title
  message
  scope {
    kind
    reference
  }
  acknowledgedAt
  acknowledgedBy
  acknowledgeComment
  ... on BudgetAlert {
    budgetId
    thresholdPercent
  }
  ... on AnomalyAlert {
    metric
    observed
    expected
  }
  ... on ProviderAlert {
    provider
    failures
    attempts
  }
  ... on LoopAlert {
    runId
    stop
  }
}`, {"hash":"sha256:88829105ef6a68c9cffd688a0e0963349274a3a96ee3049f3c50f6a7f7758bda"}) as unknown as TypedDocumentString<AlertRaisedSubscription, AlertRaisedSubscriptionVariables>;
export const BudgetAlertDocument = new TypedDocumentString(`
    subscription BudgetAlert($scope: ScopeRef, $after: String) {
  budgetAlert(scope: $scope, after: $after) {
    ...AlertSummary
  }
}
    fragment AlertSummary on Alert {
  __typename
  id
  cursor
  at
  kind
  severity
  title
  message
  scope {
    kind
    reference
  }
  acknowledgedAt
  acknowledgedBy
  acknowledgeComment
  ... on BudgetAlert {
    budgetId
    thresholdPercent
  }
  ... on AnomalyAlert {
    metric
    observed
    expected
  }
  ... on ProviderAlert {
    provider
    failures
    attempts
  }
  ... on LoopAlert {
    runId
    stop
  }
}`, {"hash":"sha256:b1aa67bb5dc8959f3355a1fbea1fb9711e718e85b0abe36d4d9d859e200a7597"}) as unknown as TypedDocumentString<BudgetAlertSubscription, BudgetAlertSubscriptionVariables>;
export const AlertAcknowledgeDocument = new TypedDocumentString(`
    mutation AlertAcknowledge($ids: [ID!]!, $comment: String) {
  alertAcknowledge(ids: $ids, comment: $comment) {
    __typename
    ... on AlertsAcknowledged {
      alerts {
        ...AlertSummary
      }
      change {
        ...Receipt
      }
    }
    ...Problem
  }
}
    fragment AlertSummary on Alert {
  __typename
  id
  cursor
  at
  kind
  severity
  title
  message
  scope {
    kind
    reference
  }
  acknowledgedAt
  acknowledgedBy
  acknowledgeComment
  ... on BudgetAlert {
    budgetId
    thresholdPercent
  }
  ... on AnomalyAlert {
    metric
    observed
    expected
  }
  ... on ProviderAlert {
    provider
    failures
    attempts
  }
  ... on LoopAlert {
    runId
    stop
  }
}
fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment Receipt on ChangeReceipt {
  revision
  replayed
  auditEventId
}`, {"hash":"sha256:e5d00d1595410c6f3fee07d1b1367a73232bf5e05aa362dce08f69002c447849"}) as unknown as TypedDocumentString<AlertAcknowledgeMutation, AlertAcknowledgeMutationVariables>;
export const AlertChannelsDocument = new TypedDocumentString(`
    query AlertChannels($deliveries: Int!) {
  alertChannels {
    ...ChannelSummary
    deliveries(first: $deliveries) {
      nodes {
        id
        at
        status
        attempt
        nextRetryAt
        httpStatus
        durationMs
        requestBody
        responseSnippet
      }
    }
  }
}
    fragment ChannelSummary on AlertChannel {
  id
  name
  type
  summary
  kinds
  minSeverity
  enabled
}`, {"hash":"sha256:a446842b74639ab40713f3c415c33077847c5371daf0ce4a9028f5ba372c4588"}) as unknown as TypedDocumentString<AlertChannelsQuery, AlertChannelsQueryVariables>;
export const ChannelSaveDocument = new TypedDocumentString(`
    mutation ChannelSave($input: ChannelSaveInput!) {
  channelSave(input: $input) {
    __typename
    ...ChannelChange
    ...Problem
  }
}
    fragment ChannelChange on ChannelSaved {
  id
  signingSecret
  channel {
    ...ChannelSummary
  }
  change {
    ...Receipt
  }
}
fragment ChannelSummary on AlertChannel {
  id
  name
  type
  summary
  kinds
  minSeverity
  enabled
}
fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment Receipt on ChangeReceipt {
  revision
  replayed
  auditEventId
}`, {"hash":"sha256:59bb83b71788190e772f2539bd77f3886a16b49eefc9cd2a88ab402f3379b21d"}) as unknown as TypedDocumentString<ChannelSaveMutation, ChannelSaveMutationVariables>;
export const ChannelTestDocument = new TypedDocumentString(`
    mutation ChannelTest($id: ID!) {
  channelTest(id: $id) {
    __typename
    ...ChannelChange
    ...Problem
  }
}
    fragment ChannelChange on ChannelSaved {
  id
  signingSecret
  channel {
    ...ChannelSummary
  }
  change {
    ...Receipt
  }
}
fragment ChannelSummary on AlertChannel {
  id
  name
  type
  summary
  kinds
  minSeverity
  enabled
}
fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment Receipt on ChangeReceipt {
  revision
  replayed
  auditEventId
}`, {"hash":"sha256:b904d570de0e504dc0ab36767e0dceedf38519c59fc682097795089884153d9e"}) as unknown as TypedDocumentString<ChannelTestMutation, ChannelTestMutationVariables>;
export const ChannelDeleteDocument = new TypedDocumentString(`
    mutation ChannelDelete($id: ID!) {
  channelDelete(id: $id) {
    __typename
    ...ChannelChange
    ...Problem
  }
}
    fragment ChannelChange on ChannelSaved {
  id
  signingSecret
  channel {
    ...ChannelSummary
  }
  change {
    ...Receipt
  }
}
fragment ChannelSummary on AlertChannel {
  id
  name
  type
  summary
  kinds
  minSeverity
  enabled
}
fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment Receipt on ChangeReceipt {
  revision
  replayed
  auditEventId
}`, {"hash":"sha256:adc1744ca6a102cdef96b87c56f1055abfaccb29802ef7aea637c4911bd562cd"}) as unknown as TypedDocumentString<ChannelDeleteMutation, ChannelDeleteMutationVariables>;
export const DeliveryRetryDocument = new TypedDocumentString(`
    mutation DeliveryRetry($id: ID!) {
  deliveryRetry(id: $id) {
    __typename
    ...ChannelChange
    ...Problem
  }
}
    fragment ChannelChange on ChannelSaved {
  id
  signingSecret
  channel {
    ...ChannelSummary
  }
  change {
    ...Receipt
  }
}
fragment ChannelSummary on AlertChannel {
  id
  name
  type
  summary
  kinds
  minSeverity
  enabled
}
fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment Receipt on ChangeReceipt {
  revision
  replayed
  auditEventId
}`, {"hash":"sha256:da4bd438a33ea9c344ce5b58e2b882c1e00435877edaaf60ae33c4fe70777bfa"}) as unknown as TypedDocumentString<DeliveryRetryMutation, DeliveryRetryMutationVariables>;
export const AnomalyBacktestDocument = new TypedDocumentString(`
    query AnomalyBacktest($range: TimeRangeInput!, $sensitivity: Float) {
  anomalyBacktest(range: $range, sensitivity: $sensitivity) {
    apiKeyId
    route
    at
    metric
    observed
    expected
  }
}
    `, {"hash":"sha256:4b5ee5c8d4894959a4217e688552ec3b1a783d0539185cde355acb1799c8613a"}) as unknown as TypedDocumentString<AnomalyBacktestQuery, AnomalyBacktestQueryVariables>;
export const AnomalyWatchSaveDocument = new TypedDocumentString(`
    mutation AnomalyWatchSave($enabled: Boolean!, $sensitivity: Float) {
  anomalyWatchSave(enabled: $enabled, sensitivity: $sensitivity) {
    __typename
    ... on AnomalyWatchSaved {
      enabled
      sensitivity
      change {
        ...Receipt
      }
    }
    ...Problem
  }
}
    fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment Receipt on ChangeReceipt {
  revision
  replayed
  auditEventId
}`, {"hash":"sha256:fcb575e3dde31053b9c919bfd2c7ee0a98e4454f578b9e5bae11edbc1ce56416"}) as unknown as TypedDocumentString<AnomalyWatchSaveMutation, AnomalyWatchSaveMutationVariables>;
export const AuditEventsDocument = new TypedDocumentString(`
    query AuditEvents($filter: AuditFilter, $first: Int!, $after: String) {
  auditEvents(filter: $filter, first: $first, after: $after) {
    nodes {
      ...AuditEntry
    }
    pageInfo {
      ...Page
    }
  }
}
    fragment AuditEntry on AuditEvent {
  id
  cursor
  at
  action
  actor {
    id
    name
  }
  ip
  resourceType
  resourceId
  outcome
  reason
  revision
  diff {
    ...Change
  }
  prevHash
  hash
}
fragment Change on FieldChange {
  path
  op
  before
  after
  masked
}
fragment Page on PageInfo {
  startCursor
  endCursor
  hasNextPage
  hasPreviousPage
}`, {"hash":"sha256:4a1e9d23e3b5e4ae2e2fb5758634c3abceacaf53a2a82613f2bf7dd376a3794f"}) as unknown as TypedDocumentString<AuditEventsQuery, AuditEventsQueryVariables>;
export const AuditEventAppendedDocument = new TypedDocumentString(`
    subscription AuditEventAppended($filter: AuditFilter, $after: String) {
  auditEventAppended(filter: $filter, after: $after) {
    ...AuditEntry
  }
}
    fragment AuditEntry on AuditEvent {
  id
  cursor
  at
  action
  actor {
    id
    name
  }
  ip
  resourceType
  resourceId
  outcome
  reason
  revision
  diff {
    ...Change
  }
  prevHash
  hash
}
fragment Change on FieldChange {
  path
  op
  before
  after
  masked
}`, {"hash":"sha256:54ec2c1bdf3962186528bc69573d58655b7cec2a539dad82e530dcd523ea6fba"}) as unknown as TypedDocumentString<AuditEventAppendedSubscription, AuditEventAppendedSubscriptionVariables>;
export const AuditVerifyDocument = new TypedDocumentString(`
    query AuditVerify($range: TimeRangeInput) {
  auditVerify(range: $range) {
    ok
    checked
    firstBrokenSeq
    problem
    headHash
    checkedAt
  }
}
    `, {"hash":"sha256:62ffa6a56b5953bcd84eb0197a38ecf28f6e1038516335c5ffb6961259d9558b"}) as unknown as TypedDocumentString<AuditVerifyQuery, AuditVerifyQueryVariables>;
export const BudgetsDocument = new TypedDocumentString(`
    query Budgets($scope: ScopeRef) {
  budgets(scope: $scope) {
    ...BudgetParts
  }
}
    fragment BudgetParts on Budget {
  id
  slug
  name
  scope {
    kind
    reference
  }
  limit {
    nanos
  }
  period
  timezone
  thresholdsPercent
  onExceed
  downgradeRoute
  revision
  status {
    limit {
      nanos
    }
    spent {
      nanos
    }
    reserved {
      nanos
    }
    remaining {
      nanos
    }
    usedPercent
    state
    periodStart
    resetsAt
    burnPerHour {
      nanos
    }
    forecast {
      nanos
    }
    exhaustedAt
  }
}`, {"hash":"sha256:48947b82c511597a7d65e148949e31af5874f3e9cd570bff0cf474fbafaf49c0"}) as unknown as TypedDocumentString<BudgetsQuery, BudgetsQueryVariables>;
export const BudgetDocument = new TypedDocumentString(`
    query Budget($id: ID!) {
  budget(id: $id) {
    ...BudgetParts
  }
}
    fragment BudgetParts on Budget {
  id
  slug
  name
  scope {
    kind
    reference
  }
  limit {
    nanos
  }
  period
  timezone
  thresholdsPercent
  onExceed
  downgradeRoute
  revision
  status {
    limit {
      nanos
    }
    spent {
      nanos
    }
    reserved {
      nanos
    }
    remaining {
      nanos
    }
    usedPercent
    state
    periodStart
    resetsAt
    burnPerHour {
      nanos
    }
    forecast {
      nanos
    }
    exhaustedAt
  }
}`, {"hash":"sha256:16289132afc99234179958272d8fa735d95f6b3247ac16e198d021dba2cea49a"}) as unknown as TypedDocumentString<BudgetQuery, BudgetQueryVariables>;
export const BudgetSaveDocument = new TypedDocumentString(`
    mutation BudgetSave($input: BudgetSaveInput!) {
  budgetSave(input: $input) {
    ... on BudgetSaved {
      budgetId
      budget {
        ...BudgetParts
      }
      change {
        revision
        replayed
      }
    }
    ...Problem
  }
}
    fragment BudgetParts on Budget {
  id
  slug
  name
  scope {
    kind
    reference
  }
  limit {
    nanos
  }
  period
  timezone
  thresholdsPercent
  onExceed
  downgradeRoute
  revision
  status {
    limit {
      nanos
    }
    spent {
      nanos
    }
    reserved {
      nanos
    }
    remaining {
      nanos
    }
    usedPercent
    state
    periodStart
    resetsAt
    burnPerHour {
      nanos
    }
    forecast {
      nanos
    }
    exhaustedAt
  }
}
fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}`, {"hash":"sha256:b1c8dcc4345fcf778ddc1fe3b8438153609485a30a465928bd392e82ad712679"}) as unknown as TypedDocumentString<BudgetSaveMutation, BudgetSaveMutationVariables>;
export const BudgetAdjustDocument = new TypedDocumentString(`
    mutation BudgetAdjust($input: BudgetAdjustInput!) {
  budgetAdjust(input: $input) {
    ... on BudgetSaved {
      budgetId
      budget {
        ...BudgetParts
      }
      change {
        revision
        replayed
      }
    }
    ...Problem
  }
}
    fragment BudgetParts on Budget {
  id
  slug
  name
  scope {
    kind
    reference
  }
  limit {
    nanos
  }
  period
  timezone
  thresholdsPercent
  onExceed
  downgradeRoute
  revision
  status {
    limit {
      nanos
    }
    spent {
      nanos
    }
    reserved {
      nanos
    }
    remaining {
      nanos
    }
    usedPercent
    state
    periodStart
    resetsAt
    burnPerHour {
      nanos
    }
    forecast {
      nanos
    }
    exhaustedAt
  }
}
fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}`, {"hash":"sha256:25f1e77b022e48a54c67eefbb0776b4a7c6a120e6afb28e6b850440cc8531f78"}) as unknown as TypedDocumentString<BudgetAdjustMutation, BudgetAdjustMutationVariables>;
export const BudgetDeleteDocument = new TypedDocumentString(`
    mutation BudgetDelete($id: ID!) {
  budgetDelete(id: $id) {
    ... on BudgetSaved {
      budgetId
      change {
        revision
        replayed
      }
    }
    ...Problem
  }
}
    fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}`, {"hash":"sha256:b0094551372511a63946ba2921dd152ed59402abab76d332612bf500401fb635"}) as unknown as TypedDocumentString<BudgetDeleteMutation, BudgetDeleteMutationVariables>;
export const LedgerCheckDocument = new TypedDocumentString(`
    mutation LedgerCheck {
  ledgerCheck {
    ...LedgerReviewParts
    ...Problem
  }
}
    fragment LedgerReviewParts on LedgerReview {
  id
  status
  rebuilds
  accountsChecked
  accounts
  found
  discrepancies {
    accountId
    balance {
      limit {
        nanos
      }
      spent {
        nanos
      }
      reserved {
        nanos
      }
      overrun {
        nanos
      }
    }
    entries {
      limit {
        nanos
      }
      spent {
        nanos
      }
      reserved {
        nanos
      }
      overrun {
        nanos
      }
    }
  }
  error
}
fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}`, {"hash":"sha256:bf8ec3e6de21195d83b122675fb1c7e7012b1bbbf12d1adc011483266d2bc73a"}) as unknown as TypedDocumentString<LedgerCheckMutation, LedgerCheckMutationVariables>;
export const LedgerRebuildDocument = new TypedDocumentString(`
    mutation LedgerRebuild($reason: String!) {
  ledgerRebuild(reason: $reason) {
    ...LedgerReviewParts
    ...Problem
  }
}
    fragment LedgerReviewParts on LedgerReview {
  id
  status
  rebuilds
  accountsChecked
  accounts
  found
  discrepancies {
    accountId
    balance {
      limit {
        nanos
      }
      spent {
        nanos
      }
      reserved {
        nanos
      }
      overrun {
        nanos
      }
    }
    entries {
      limit {
        nanos
      }
      spent {
        nanos
      }
      reserved {
        nanos
      }
      overrun {
        nanos
      }
    }
  }
  error
}
fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}`, {"hash":"sha256:fd1ac42f85046545cb4bf4b9e5f2d257d623c25da199ef1bfb6a8bac2530dbbf"}) as unknown as TypedDocumentString<LedgerRebuildMutation, LedgerRebuildMutationVariables>;
export const LedgerReviewDocument = new TypedDocumentString(`
    query LedgerReview($id: ID!) {
  ledgerReview(id: $id) {
    ...LedgerReviewParts
  }
}
    fragment LedgerReviewParts on LedgerReview {
  id
  status
  rebuilds
  accountsChecked
  accounts
  found
  discrepancies {
    accountId
    balance {
      limit {
        nanos
      }
      spent {
        nanos
      }
      reserved {
        nanos
      }
      overrun {
        nanos
      }
    }
    entries {
      limit {
        nanos
      }
      spent {
        nanos
      }
      reserved {
        nanos
      }
      overrun {
        nanos
      }
    }
  }
  error
}`, {"hash":"sha256:29ee2aa9b2596339726f2817d2778986e1c9c4f75f66064258ef4e5e28793d0f"}) as unknown as TypedDocumentString<LedgerReviewQuery, LedgerReviewQueryVariables>;
export const EmbeddingCreateDocument = new TypedDocumentString(`
    mutation EmbeddingCreate($input: EmbeddingInput!) {
  embeddingCreate(input: $input) {
    __typename
    ...CallCosts
    ... on EmbeddingBatch {
      dimensions
      embeddings {
        index
        vector
        vectorBase64
      }
    }
    ...Problem
  }
}
    fragment CallCosts on CallReceipt {
  id
  requestId
  model {
    name
  }
  usage {
    ...TokenUsage
  }
  cost {
    ...CostLines
  }
  budgets {
    ...BudgetLeft
  }
  timing {
    ...TimingMs
  }
}
fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment MoneyAmount on Money {
  nanos
  decimal
  display
}
fragment TokenUsage on Usage {
  inputTokens
  outputTokens
  reasoningTokens
  cacheReadTokens
  cacheWriteTokens
  cacheWrite1hTokens
  audioTokens
  images
  toolCalls
  serviceTier
  totalTokens
  source
}
fragment CostTotal on Cost {
  total {
    ...MoneyAmount
  }
  complete
}
fragment CostLines on Cost {
  ...CostTotal
  lines {
    meter
    quantity
    source
    amount {
      ...MoneyAmount
    }
    unitPrice {
      id
      meter
      per
      fromInputTokens
      tier
      amount {
        ...MoneyAmount
      }
    }
  }
}
fragment TimingMs on Timing {
  queuedMs
  routingMs
  ttftMs
  totalMs
  overheadMs
}
fragment BudgetLeft on BudgetStanding {
  budgetId
  subject
  limit {
    nanos
  }
  remaining {
    nanos
  }
  usedPercent
  resetsAt
}`, {"hash":"sha256:5f4881911da3caf8c622c1be2c76f86623a6faac0e5ee0123022b1b31a58a310"}) as unknown as TypedDocumentString<EmbeddingCreateMutation, EmbeddingCreateMutationVariables>;
export const ImageGenerateDocument = new TypedDocumentString(`
    mutation ImageGenerate($input: ImageGenerationInput!) {
  imageGenerate(input: $input) {
    __typename
    ...CallCosts
    ... on ImageGeneration {
      images {
        mimeType
        base64
      }
    }
    ...Problem
  }
}
    fragment CallCosts on CallReceipt {
  id
  requestId
  model {
    name
  }
  usage {
    ...TokenUsage
  }
  cost {
    ...CostLines
  }
  budgets {
    ...BudgetLeft
  }
  timing {
    ...TimingMs
  }
}
fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment MoneyAmount on Money {
  nanos
  decimal
  display
}
fragment TokenUsage on Usage {
  inputTokens
  outputTokens
  reasoningTokens
  cacheReadTokens
  cacheWriteTokens
  cacheWrite1hTokens
  audioTokens
  images
  toolCalls
  serviceTier
  totalTokens
  source
}
fragment CostTotal on Cost {
  total {
    ...MoneyAmount
  }
  complete
}
fragment CostLines on Cost {
  ...CostTotal
  lines {
    meter
    quantity
    source
    amount {
      ...MoneyAmount
    }
    unitPrice {
      id
      meter
      per
      fromInputTokens
      tier
      amount {
        ...MoneyAmount
      }
    }
  }
}
fragment TimingMs on Timing {
  queuedMs
  routingMs
  ttftMs
  totalMs
  overheadMs
}
fragment BudgetLeft on BudgetStanding {
  budgetId
  subject
  limit {
    nanos
  }
  remaining {
    nanos
  }
  usedPercent
  resetsAt
}`, {"hash":"sha256:44b00d4b8fdf681d931f8d9989a425428951f30442e1b947d006676db77da9b4"}) as unknown as TypedDocumentString<ImageGenerateMutation, ImageGenerateMutationVariables>;
export const SpeechCreateDocument = new TypedDocumentString(`
    mutation SpeechCreate($input: SpeechInput!) {
  speechCreate(input: $input) {
    __typename
    ...CallCosts
    ... on Speech {
      audio {
        mimeType
        base64
      }
    }
    ...Problem
  }
}
    fragment CallCosts on CallReceipt {
  id
  requestId
  model {
    name
  }
  usage {
    ...TokenUsage
  }
  cost {
    ...CostLines
  }
  budgets {
    ...BudgetLeft
  }
  timing {
    ...TimingMs
  }
}
fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment MoneyAmount on Money {
  nanos
  decimal
  display
}
fragment TokenUsage on Usage {
  inputTokens
  outputTokens
  reasoningTokens
  cacheReadTokens
  cacheWriteTokens
  cacheWrite1hTokens
  audioTokens
  images
  toolCalls
  serviceTier
  totalTokens
  source
}
fragment CostTotal on Cost {
  total {
    ...MoneyAmount
  }
  complete
}
fragment CostLines on Cost {
  ...CostTotal
  lines {
    meter
    quantity
    source
    amount {
      ...MoneyAmount
    }
    unitPrice {
      id
      meter
      per
      fromInputTokens
      tier
      amount {
        ...MoneyAmount
      }
    }
  }
}
fragment TimingMs on Timing {
  queuedMs
  routingMs
  ttftMs
  totalMs
  overheadMs
}
fragment BudgetLeft on BudgetStanding {
  budgetId
  subject
  limit {
    nanos
  }
  remaining {
    nanos
  }
  usedPercent
  resetsAt
}`, {"hash":"sha256:580519a337113d19a71991fb6319829f3823bab27f5d99b9da7391f0c1dfcd67"}) as unknown as TypedDocumentString<SpeechCreateMutation, SpeechCreateMutationVariables>;
export const TranscriptionCreateDocument = new TypedDocumentString(`
    mutation TranscriptionCreate($input: TranscriptionInput!) {
  transcriptionCreate(input: $input) {
    __typename
    ...CallCosts
    ... on Transcription {
      text
      language
      durationSeconds
      segments {
        text
        startSeconds
        endSeconds
      }
    }
    ...Problem
  }
}
    fragment CallCosts on CallReceipt {
  id
  requestId
  model {
    name
  }
  usage {
    ...TokenUsage
  }
  cost {
    ...CostLines
  }
  budgets {
    ...BudgetLeft
  }
  timing {
    ...TimingMs
  }
}
fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment MoneyAmount on Money {
  nanos
  decimal
  display
}
fragment TokenUsage on Usage {
  inputTokens
  outputTokens
  reasoningTokens
  cacheReadTokens
  cacheWriteTokens
  cacheWrite1hTokens
  audioTokens
  images
  toolCalls
  serviceTier
  totalTokens
  source
}
fragment CostTotal on Cost {
  total {
    ...MoneyAmount
  }
  complete
}
fragment CostLines on Cost {
  ...CostTotal
  lines {
    meter
    quantity
    source
    amount {
      ...MoneyAmount
    }
    unitPrice {
      id
      meter
      per
      fromInputTokens
      tier
      amount {
        ...MoneyAmount
      }
    }
  }
}
fragment TimingMs on Timing {
  queuedMs
  routingMs
  ttftMs
  totalMs
  overheadMs
}
fragment BudgetLeft on BudgetStanding {
  budgetId
  subject
  limit {
    nanos
  }
  remaining {
    nanos
  }
  usedPercent
  resetsAt
}`, {"hash":"sha256:9cde6f4d4fab3a35da3d636f7866509cfefd946c5125c741a51c29859ec67c06"}) as unknown as TypedDocumentString<TranscriptionCreateMutation, TranscriptionCreateMutationVariables>;
export const RerankDocument = new TypedDocumentString(`
    mutation Rerank($input: RerankInput!) {
  rerank(input: $input) {
    __typename
    ...CallCosts
    ... on Ranking {
      results {
        index
        score
      }
    }
    ...Problem
  }
}
    fragment CallCosts on CallReceipt {
  id
  requestId
  model {
    name
  }
  usage {
    ...TokenUsage
  }
  cost {
    ...CostLines
  }
  budgets {
    ...BudgetLeft
  }
  timing {
    ...TimingMs
  }
}
fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment MoneyAmount on Money {
  nanos
  decimal
  display
}
fragment TokenUsage on Usage {
  inputTokens
  outputTokens
  reasoningTokens
  cacheReadTokens
  cacheWriteTokens
  cacheWrite1hTokens
  audioTokens
  images
  toolCalls
  serviceTier
  totalTokens
  source
}
fragment CostTotal on Cost {
  total {
    ...MoneyAmount
  }
  complete
}
fragment CostLines on Cost {
  ...CostTotal
  lines {
    meter
    quantity
    source
    amount {
      ...MoneyAmount
    }
    unitPrice {
      id
      meter
      per
      fromInputTokens
      tier
      amount {
        ...MoneyAmount
      }
    }
  }
}
fragment TimingMs on Timing {
  queuedMs
  routingMs
  ttftMs
  totalMs
  overheadMs
}
fragment BudgetLeft on BudgetStanding {
  budgetId
  subject
  limit {
    nanos
  }
  remaining {
    nanos
  }
  usedPercent
  resetsAt
}`, {"hash":"sha256:22abc105fb7cc5522a711a0c25e39c91ca8bd8c5b596a0dd26751a8410773f8c"}) as unknown as TypedDocumentString<RerankMutation, RerankMutationVariables>;
export const CompletionCreateDocument = new TypedDocumentString(`
    mutation CompletionCreate($input: CompletionInput!, $waitMs: Int) {
  completionCreate(input: $input, waitMs: $waitMs) {
    __typename
    ... on CompletionAccepted {
      replayed
      completion {
        ...CompletionContent
      }
    }
    ...Problem
  }
}
    fragment CompletionContent on Completion {
  ...CompletionReceipt
  parts {
    ...AnswerPart
  }
  withheld {
    reason
  }
}
fragment CompletionReceipt on Completion {
  id
  requestId
  status
  createdAt
  finishedAt
  lastSeq
  text
  object
  toolCalls {
    ...ToolCall
  }
  finishReason
  model {
    name
    provider
  }
  usage {
    ...TokenUsage
  }
  cost {
    ...CostLines
  }
  budgets {
    ...BudgetLeft
  }
  timing {
    ...TimingMs
  }
}
fragment AnswerPart on ContentPart {
  __typename
  ... on TextPart {
    index
    text
    citations {
      title
      url
    }
  }
  ... on ReasoningPart {
    index
    text
    signature
  }
  ...ToolCall
  ... on MediaPart {
    index
    mimeType
    base64
  }
  ... on RefusalPart {
    index
    text
    category
  }
  ... on UnknownPart {
    index
    provider
    raw
  }
}
fragment ToolCall on ToolCallPart {
  index
  toolCallId
  name
  arguments
  rawArguments
  signature
  issues {
    path
    code
    message
  }
}
fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment MoneyAmount on Money {
  nanos
  decimal
  display
}
fragment TokenUsage on Usage {
  inputTokens
  outputTokens
  reasoningTokens
  cacheReadTokens
  cacheWriteTokens
  cacheWrite1hTokens
  audioTokens
  images
  toolCalls
  serviceTier
  totalTokens
  source
}
fragment CostTotal on Cost {
  total {
    ...MoneyAmount
  }
  complete
}
fragment CostLines on Cost {
  ...CostTotal
  lines {
    meter
    quantity
    source
    amount {
      ...MoneyAmount
    }
    unitPrice {
      id
      meter
      per
      fromInputTokens
      tier
      amount {
        ...MoneyAmount
      }
    }
  }
}
fragment TimingMs on Timing {
  queuedMs
  routingMs
  ttftMs
  totalMs
  overheadMs
}
fragment BudgetLeft on BudgetStanding {
  budgetId
  subject
  limit {
    nanos
  }
  remaining {
    nanos
  }
  usedPercent
  resetsAt
}`, {"hash":"sha256:253ecdbde9f90b053bc27d15bcb57e4783c60ca65d5f3876762fcdaf0695b801"}) as unknown as TypedDocumentString<CompletionCreateMutation, CompletionCreateMutationVariables>;
export const CompletionCancelDocument = new TypedDocumentString(`
    mutation CompletionCancel($id: ID!, $reason: String) {
  completionCancel(id: $id, reason: $reason) {
    __typename
    ... on CompletionAccepted {
      replayed
      completion {
        ...CompletionContent
      }
    }
    ...Problem
  }
}
    fragment CompletionContent on Completion {
  ...CompletionReceipt
  parts {
    ...AnswerPart
  }
  withheld {
    reason
  }
}
fragment CompletionReceipt on Completion {
  id
  requestId
  status
  createdAt
  finishedAt
  lastSeq
  text
  object
  toolCalls {
    ...ToolCall
  }
  finishReason
  model {
    name
    provider
  }
  usage {
    ...TokenUsage
  }
  cost {
    ...CostLines
  }
  budgets {
    ...BudgetLeft
  }
  timing {
    ...TimingMs
  }
}
fragment AnswerPart on ContentPart {
  __typename
  ... on TextPart {
    index
    text
    citations {
      title
      url
    }
  }
  ... on ReasoningPart {
    index
    text
    signature
  }
  ...ToolCall
  ... on MediaPart {
    index
    mimeType
    base64
  }
  ... on RefusalPart {
    index
    text
    category
  }
  ... on UnknownPart {
    index
    provider
    raw
  }
}
fragment ToolCall on ToolCallPart {
  index
  toolCallId
  name
  arguments
  rawArguments
  signature
  issues {
    path
    code
    message
  }
}
fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment MoneyAmount on Money {
  nanos
  decimal
  display
}
fragment TokenUsage on Usage {
  inputTokens
  outputTokens
  reasoningTokens
  cacheReadTokens
  cacheWriteTokens
  cacheWrite1hTokens
  audioTokens
  images
  toolCalls
  serviceTier
  totalTokens
  source
}
fragment CostTotal on Cost {
  total {
    ...MoneyAmount
  }
  complete
}
fragment CostLines on Cost {
  ...CostTotal
  lines {
    meter
    quantity
    source
    amount {
      ...MoneyAmount
    }
    unitPrice {
      id
      meter
      per
      fromInputTokens
      tier
      amount {
        ...MoneyAmount
      }
    }
  }
}
fragment TimingMs on Timing {
  queuedMs
  routingMs
  ttftMs
  totalMs
  overheadMs
}
fragment BudgetLeft on BudgetStanding {
  budgetId
  subject
  limit {
    nanos
  }
  remaining {
    nanos
  }
  usedPercent
  resetsAt
}`, {"hash":"sha256:d963e4e4f052862c1979cb56a4f5f5cc4ca1db0ad582d60e1244d142db3bef60"}) as unknown as TypedDocumentString<CompletionCancelMutation, CompletionCancelMutationVariables>;
export const CompletionStreamDocument = new TypedDocumentString(`
    subscription CompletionStream($input: CompletionInput!, $afterSeq: Int, $coalesceMs: Int) {
  completionStream(input: $input, afterSeq: $afterSeq, coalesceMs: $coalesceMs) {
    ...RunEvent
  }
}
    fragment CompletionReceipt on Completion {
  id
  requestId
  status
  createdAt
  finishedAt
  lastSeq
  text
  object
  toolCalls {
    ...ToolCall
  }
  finishReason
  model {
    name
    provider
  }
  usage {
    ...TokenUsage
  }
  cost {
    ...CostLines
  }
  budgets {
    ...BudgetLeft
  }
  timing {
    ...TimingMs
  }
}
fragment AnswerPart on ContentPart {
  __typename
  ... on TextPart {
    index
    text
    citations {
      title
      url
    }
  }
  ... on ReasoningPart {
    index
    text
    signature
  }
  ...ToolCall
  ... on MediaPart {
    index
    mimeType
    base64
  }
  ... on RefusalPart {
    index
    text
    category
  }
  ... on UnknownPart {
    index
    provider
    raw
  }
}
fragment ToolCall on ToolCallPart {
  index
  toolCallId
  name
  arguments
  rawArguments
  signature
  issues {
    path
    code
    message
  }
}
fragment RunEvent on CompletionEvent {
  __typename
  seq
  at
  completionId
  ... on CompletionStarted {
    requestId
    replayed
  }
  ... on RouteDecided {
    decision {
      ...Decision
    }
  }
  ... on AttemptStarted {
    attempt {
      ...AttemptMade
    }
  }
  ... on AttemptFailed {
    attempt {
      ...AttemptMade
    }
    next
  }
  ... on AttemptSucceeded {
    attempt {
      ...AttemptMade
    }
  }
  ... on PartStarted {
    index
    kind
    toolCallId
    toolName
  }
  ... on TextDelta {
    index
    text
  }
  ... on ReasoningDelta {
    index
    text
  }
  ... on ToolCallDelta {
    index
    argumentsDelta
  }
  ... on PartFinished {
    index
    part {
      ...AnswerPart
    }
  }
  ... on OutputReset {
    fromIndex
    reason
  }
  ... on UsageUpdated {
    usage {
      ...TokenUsage
    }
    cost {
      ...CostTotal
    }
  }
  ... on CompletionFinished {
    completion {
      ...CompletionReceipt
    }
  }
  ... on CompletionFailed {
    error {
      ...Problem
    }
    completion {
      ...CompletionReceipt
    }
  }
}
fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment MoneyAmount on Money {
  nanos
  decimal
  display
}
fragment TokenUsage on Usage {
  inputTokens
  outputTokens
  reasoningTokens
  cacheReadTokens
  cacheWriteTokens
  cacheWrite1hTokens
  audioTokens
  images
  toolCalls
  serviceTier
  totalTokens
  source
}
fragment CostTotal on Cost {
  total {
    ...MoneyAmount
  }
  complete
}
fragment CostLines on Cost {
  ...CostTotal
  lines {
    meter
    quantity
    source
    amount {
      ...MoneyAmount
    }
    unitPrice {
      id
      meter
      per
      fromInputTokens
      tier
      amount {
        ...MoneyAmount
      }
    }
  }
}
fragment TimingMs on Timing {
  queuedMs
  routingMs
  ttftMs
  totalMs
  overheadMs
}
fragment AttemptMade on Attempt {
  id
  number
  model
  provider
  targetId
  outcome
  startedAt
  durationMs
  ttftMs
  errorCode
  httpStatus
  providerMessage
  providerRequestId
  responseModel
}
fragment Decision on RoutingDecision {
  summary
  strategy
  rule
  tookMicros
  route {
    id
    slug
    version
  }
  estimatedCost {
    ...MoneyAmount
  }
  candidates {
    targetId
    model
    eligible
    reasons {
      code
      message
    }
    estimatedCost {
      ...MoneyAmount
    }
  }
}
fragment BudgetLeft on BudgetStanding {
  budgetId
  subject
  limit {
    nanos
  }
  remaining {
    nanos
  }
  usedPercent
  resetsAt
}`, {"hash":"sha256:d50f04788bb4cbde86a5f88109ae3834b2719a6929cf84bf459850430d5e5509"}) as unknown as TypedDocumentString<CompletionStreamSubscription, CompletionStreamSubscriptionVariables>;
export const CompletionEventsDocument = new TypedDocumentString(`
    subscription CompletionEvents($id: ID!, $afterSeq: Int) {
  completionEvents(id: $id, afterSeq: $afterSeq) {
    ...RunEvent
  }
}
    fragment CompletionReceipt on Completion {
  id
  requestId
  status
  createdAt
  finishedAt
  lastSeq
  text
  object
  toolCalls {
    ...ToolCall
  }
  finishReason
  model {
    name
    provider
  }
  usage {
    ...TokenUsage
  }
  cost {
    ...CostLines
  }
  budgets {
    ...BudgetLeft
  }
  timing {
    ...TimingMs
  }
}
fragment AnswerPart on ContentPart {
  __typename
  ... on TextPart {
    index
    text
    citations {
      title
      url
    }
  }
  ... on ReasoningPart {
    index
    text
    signature
  }
  ...ToolCall
  ... on MediaPart {
    index
    mimeType
    base64
  }
  ... on RefusalPart {
    index
    text
    category
  }
  ... on UnknownPart {
    index
    provider
    raw
  }
}
fragment ToolCall on ToolCallPart {
  index
  toolCallId
  name
  arguments
  rawArguments
  signature
  issues {
    path
    code
    message
  }
}
fragment RunEvent on CompletionEvent {
  __typename
  seq
  at
  completionId
  ... on CompletionStarted {
    requestId
    replayed
  }
  ... on RouteDecided {
    decision {
      ...Decision
    }
  }
  ... on AttemptStarted {
    attempt {
      ...AttemptMade
    }
  }
  ... on AttemptFailed {
    attempt {
      ...AttemptMade
    }
    next
  }
  ... on AttemptSucceeded {
    attempt {
      ...AttemptMade
    }
  }
  ... on PartStarted {
    index
    kind
    toolCallId
    toolName
  }
  ... on TextDelta {
    index
    text
  }
  ... on ReasoningDelta {
    index
    text
  }
  ... on ToolCallDelta {
    index
    argumentsDelta
  }
  ... on PartFinished {
    index
    part {
      ...AnswerPart
    }
  }
  ... on OutputReset {
    fromIndex
    reason
  }
  ... on UsageUpdated {
    usage {
      ...TokenUsage
    }
    cost {
      ...CostTotal
    }
  }
  ... on CompletionFinished {
    completion {
      ...CompletionReceipt
    }
  }
  ... on CompletionFailed {
    error {
      ...Problem
    }
    completion {
      ...CompletionReceipt
    }
  }
}
fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment MoneyAmount on Money {
  nanos
  decimal
  display
}
fragment TokenUsage on Usage {
  inputTokens
  outputTokens
  reasoningTokens
  cacheReadTokens
  cacheWriteTokens
  cacheWrite1hTokens
  audioTokens
  images
  toolCalls
  serviceTier
  totalTokens
  source
}
fragment CostTotal on Cost {
  total {
    ...MoneyAmount
  }
  complete
}
fragment CostLines on Cost {
  ...CostTotal
  lines {
    meter
    quantity
    source
    amount {
      ...MoneyAmount
    }
    unitPrice {
      id
      meter
      per
      fromInputTokens
      tier
      amount {
        ...MoneyAmount
      }
    }
  }
}
fragment TimingMs on Timing {
  queuedMs
  routingMs
  ttftMs
  totalMs
  overheadMs
}
fragment AttemptMade on Attempt {
  id
  number
  model
  provider
  targetId
  outcome
  startedAt
  durationMs
  ttftMs
  errorCode
  httpStatus
  providerMessage
  providerRequestId
  responseModel
}
fragment Decision on RoutingDecision {
  summary
  strategy
  rule
  tookMicros
  route {
    id
    slug
    version
  }
  estimatedCost {
    ...MoneyAmount
  }
  candidates {
    targetId
    model
    eligible
    reasons {
      code
      message
    }
    estimatedCost {
      ...MoneyAmount
    }
  }
}
fragment BudgetLeft on BudgetStanding {
  budgetId
  subject
  limit {
    nanos
  }
  remaining {
    nanos
  }
  usedPercent
  resetsAt
}`, {"hash":"sha256:bd19b2f6752df8b1e7d4b039ad2801899a00200e2a2ecce7f75885c2f22899f4"}) as unknown as TypedDocumentString<CompletionEventsSubscription, CompletionEventsSubscriptionVariables>;
export const CompletionDocument = new TypedDocumentString(`
    query Completion($id: ID!) {
  completion(id: $id) {
    ...CompletionContent
    attempts {
      ...AttemptMade
    }
    decision {
      ...Decision
    }
    error {
      ...Problem
    }
  }
}
    fragment CompletionContent on Completion {
  ...CompletionReceipt
  parts {
    ...AnswerPart
  }
  withheld {
    reason
  }
}
fragment CompletionReceipt on Completion {
  id
  requestId
  status
  createdAt
  finishedAt
  lastSeq
  text
  object
  toolCalls {
    ...ToolCall
  }
  finishReason
  model {
    name
    provider
  }
  usage {
    ...TokenUsage
  }
  cost {
    ...CostLines
  }
  budgets {
    ...BudgetLeft
  }
  timing {
    ...TimingMs
  }
}
fragment AnswerPart on ContentPart {
  __typename
  ... on TextPart {
    index
    text
    citations {
      title
      url
    }
  }
  ... on ReasoningPart {
    index
    text
    signature
  }
  ...ToolCall
  ... on MediaPart {
    index
    mimeType
    base64
  }
  ... on RefusalPart {
    index
    text
    category
  }
  ... on UnknownPart {
    index
    provider
    raw
  }
}
fragment ToolCall on ToolCallPart {
  index
  toolCallId
  name
  arguments
  rawArguments
  signature
  issues {
    path
    code
    message
  }
}
fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment MoneyAmount on Money {
  nanos
  decimal
  display
}
fragment TokenUsage on Usage {
  inputTokens
  outputTokens
  reasoningTokens
  cacheReadTokens
  cacheWriteTokens
  cacheWrite1hTokens
  audioTokens
  images
  toolCalls
  serviceTier
  totalTokens
  source
}
fragment CostTotal on Cost {
  total {
    ...MoneyAmount
  }
  complete
}
fragment CostLines on Cost {
  ...CostTotal
  lines {
    meter
    quantity
    source
    amount {
      ...MoneyAmount
    }
    unitPrice {
      id
      meter
      per
      fromInputTokens
      tier
      amount {
        ...MoneyAmount
      }
    }
  }
}
fragment TimingMs on Timing {
  queuedMs
  routingMs
  ttftMs
  totalMs
  overheadMs
}
fragment AttemptMade on Attempt {
  id
  number
  model
  provider
  targetId
  outcome
  startedAt
  durationMs
  ttftMs
  errorCode
  httpStatus
  providerMessage
  providerRequestId
  responseModel
}
fragment Decision on RoutingDecision {
  summary
  strategy
  rule
  tookMicros
  route {
    id
    slug
    version
  }
  estimatedCost {
    ...MoneyAmount
  }
  candidates {
    targetId
    model
    eligible
    reasons {
      code
      message
    }
    estimatedCost {
      ...MoneyAmount
    }
  }
}
fragment BudgetLeft on BudgetStanding {
  budgetId
  subject
  limit {
    nanos
  }
  remaining {
    nanos
  }
  usedPercent
  resetsAt
}`, {"hash":"sha256:6c27f720264286c066d8379cc3380fdc000ce58615edf98b9e1bea12b91989a1"}) as unknown as TypedDocumentString<CompletionQuery, CompletionQueryVariables>;
export const CompletionByKeyDocument = new TypedDocumentString(`
    query CompletionByKey($idempotencyKey: String!) {
  completionByKey(idempotencyKey: $idempotencyKey) {
    ...CompletionContent
    error {
      ...Problem
    }
  }
}
    fragment CompletionContent on Completion {
  ...CompletionReceipt
  parts {
    ...AnswerPart
  }
  withheld {
    reason
  }
}
fragment CompletionReceipt on Completion {
  id
  requestId
  status
  createdAt
  finishedAt
  lastSeq
  text
  object
  toolCalls {
    ...ToolCall
  }
  finishReason
  model {
    name
    provider
  }
  usage {
    ...TokenUsage
  }
  cost {
    ...CostLines
  }
  budgets {
    ...BudgetLeft
  }
  timing {
    ...TimingMs
  }
}
fragment AnswerPart on ContentPart {
  __typename
  ... on TextPart {
    index
    text
    citations {
      title
      url
    }
  }
  ... on ReasoningPart {
    index
    text
    signature
  }
  ...ToolCall
  ... on MediaPart {
    index
    mimeType
    base64
  }
  ... on RefusalPart {
    index
    text
    category
  }
  ... on UnknownPart {
    index
    provider
    raw
  }
}
fragment ToolCall on ToolCallPart {
  index
  toolCallId
  name
  arguments
  rawArguments
  signature
  issues {
    path
    code
    message
  }
}
fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment MoneyAmount on Money {
  nanos
  decimal
  display
}
fragment TokenUsage on Usage {
  inputTokens
  outputTokens
  reasoningTokens
  cacheReadTokens
  cacheWriteTokens
  cacheWrite1hTokens
  audioTokens
  images
  toolCalls
  serviceTier
  totalTokens
  source
}
fragment CostTotal on Cost {
  total {
    ...MoneyAmount
  }
  complete
}
fragment CostLines on Cost {
  ...CostTotal
  lines {
    meter
    quantity
    source
    amount {
      ...MoneyAmount
    }
    unitPrice {
      id
      meter
      per
      fromInputTokens
      tier
      amount {
        ...MoneyAmount
      }
    }
  }
}
fragment TimingMs on Timing {
  queuedMs
  routingMs
  ttftMs
  totalMs
  overheadMs
}
fragment BudgetLeft on BudgetStanding {
  budgetId
  subject
  limit {
    nanos
  }
  remaining {
    nanos
  }
  usedPercent
  resetsAt
}`, {"hash":"sha256:244e9fa13b1700c181db96b2c69b34244f0fcfa8800fc0319d24e637ae7fe391"}) as unknown as TypedDocumentString<CompletionByKeyQuery, CompletionByKeyQueryVariables>;
export const UsageRerateDocument = new TypedDocumentString(`
    mutation UsageRerate($range: TimeRangeInput!, $dryRun: Boolean!) {
  usageRerate(range: $range, dryRun: $dryRun) {
    __typename
    ... on UsageRerated {
      id
      dryRun
      calls
      changed
      skipped
      before {
        ...MoneyAmount
      }
      after {
        ...MoneyAmount
      }
      difference {
        ...MoneyAmount
      }
      rows {
        day
        model
        attempts
        difference {
          ...MoneyAmount
        }
      }
      change {
        ...Receipt
      }
    }
    ...Problem
  }
}
    fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment MoneyAmount on Money {
  nanos
  decimal
  display
}
fragment Receipt on ChangeReceipt {
  revision
  replayed
  auditEventId
}`, {"hash":"sha256:63a7ae4e53d213173655f0c77fcf2548e0aedfcd3354979db860d4a1c6e054e2"}) as unknown as TypedDocumentString<UsageRerateMutation, UsageRerateMutationVariables>;
export const CostReconcileDocument = new TypedDocumentString(`
    query CostReconcile($import: CostImportInput!) {
  costReconcile(import: $import) {
    __typename
    ... on CostReconciliation {
      format
      unread
      unreadRows
      unreadCost {
        ...MoneyAmount
      }
      agreeing
      differing {
        day
        model
        meter
        vendorQuantity
        ourQuantity
        vendorCost {
          ...MoneyAmount
        }
        ourCost {
          ...MoneyAmount
        }
        priced
        cause
      }
      vendorCost {
        ...MoneyAmount
      }
      ourCost {
        ...MoneyAmount
      }
    }
    ...Problem
  }
}
    fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment MoneyAmount on Money {
  nanos
  decimal
  display
}`, {"hash":"sha256:b2c788ffb5b2cd2861e734569c99485a5f5c32989c4a34fa3443b3ab173b218e"}) as unknown as TypedDocumentString<CostReconcileQuery, CostReconcileQueryVariables>;
export const ErasureCreateDocument = new TypedDocumentString(`
    mutation ErasureCreate($input: ErasureCreateInput!) {
  erasureCreate(input: $input) {
    __typename
    ... on ErasureSaved {
      id
      erasure {
        ...ErasureCard
      }
      change {
        revision
        replayed
      }
    }
    ...Problem
  }
}
    fragment ErasureCard on ErasureRequest {
  id
  subject
  subjectHash
  reason
  dryRun
  keepAggregates
  status
  requestedBy
  requestedAt
  finishedAt
  calls
  stores {
    store
    found
    erased
    anonymized
  }
  blockedBy {
    policy
    calls
  }
  error
}
fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}`, {"hash":"sha256:918173a24c8de54814ace31f971d16b06aa0d7e32ee93e03df95dc1516aa380d"}) as unknown as TypedDocumentString<ErasureCreateMutation, ErasureCreateMutationVariables>;
export const ErasureRequestDocument = new TypedDocumentString(`
    query ErasureRequest($id: ID!) {
  erasureRequest(id: $id) {
    ...ErasureCard
    certificate
    certificateKey
  }
}
    fragment ErasureCard on ErasureRequest {
  id
  subject
  subjectHash
  reason
  dryRun
  keepAggregates
  status
  requestedBy
  requestedAt
  finishedAt
  calls
  stores {
    store
    found
    erased
    anonymized
  }
  blockedBy {
    policy
    calls
  }
  error
}`, {"hash":"sha256:0a2a36d992c060eb688cf8af45d886ad72aaba7895406ac3a789311af6dc61df"}) as unknown as TypedDocumentString<ErasureRequestQuery, ErasureRequestQueryVariables>;
export const ErasureRequestsDocument = new TypedDocumentString(`
    query ErasureRequests($first: Int!, $after: String, $status: [JobStatus!]) {
  erasureRequests(first: $first, after: $after, status: $status) {
    nodes {
      ...ErasureCard
    }
    pageInfo {
      ...Page
    }
  }
}
    fragment ErasureCard on ErasureRequest {
  id
  subject
  subjectHash
  reason
  dryRun
  keepAggregates
  status
  requestedBy
  requestedAt
  finishedAt
  calls
  stores {
    store
    found
    erased
    anonymized
  }
  blockedBy {
    policy
    calls
  }
  error
}
fragment Page on PageInfo {
  startCursor
  endCursor
  hasNextPage
  hasPreviousPage
}`, {"hash":"sha256:980bb5f0c7c7af3f51cef474f04ef8e94e4e88c3c46b41cbe8214691f8013bd5"}) as unknown as TypedDocumentString<ErasureRequestsQuery, ErasureRequestsQueryVariables>;
export const ExperimentsDocument = new TypedDocumentString(`
    query Experiments($status: [ExperimentStatus!]) {
  experiments(status: $status) {
    ...ExperimentSummary
  }
}
    fragment ExperimentSummary on Experiment {
  id
  slug
  name
  kind
  status
  routeId
  route
  rule
  assignBy
  treatedPercent
  arms {
    name
    control
    weightPercent
    model
  }
  conclusion
  startedAt
  endedAt
}`, {"hash":"sha256:96cfea845842bfc21921471a3a5a79eb8884efa42210a000aa4edc2ac4d222e5"}) as unknown as TypedDocumentString<ExperimentsQuery, ExperimentsQueryVariables>;
export const ExperimentDocument = new TypedDocumentString(`
    query Experiment($id: ID!) {
  experiment(id: $id) {
    ...ExperimentSummary
    schedule {
      weightPercent
      holdMinutes
    }
    guardrails {
      metric
      score
      maxDegradation
      minSamples
    }
    results {
      arm
      control
      samples
      cost {
        ...MoneyAmount
      }
      metrics {
        metric
        score
        samples
        estimate {
          ...Interval
        }
      }
      vsControl {
        metric
        score
        delta {
          ...Interval
        }
        significant
      }
    }
  }
}
    fragment ExperimentSummary on Experiment {
  id
  slug
  name
  kind
  status
  routeId
  route
  rule
  assignBy
  treatedPercent
  arms {
    name
    control
    weightPercent
    model
  }
  conclusion
  startedAt
  endedAt
}
fragment Interval on Estimate {
  value
  low
  high
}
fragment MoneyAmount on Money {
  nanos
  decimal
  display
}`, {"hash":"sha256:4a5754832e0225f51d3f54e4cd0e3090d81ee4e50908a74329568dac3d4a41a4"}) as unknown as TypedDocumentString<ExperimentQuery, ExperimentQueryVariables>;
export const ExperimentCreateDocument = new TypedDocumentString(`
    mutation ExperimentCreate($input: ExperimentCreateInput!) {
  experimentCreate(input: $input) {
    __typename
    ...ExperimentChange
    ...Problem
  }
}
    fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment ExperimentChange on ExperimentSaved {
  experiment {
    ...ExperimentSummary
  }
  change {
    ...Receipt
  }
}
fragment ExperimentSummary on Experiment {
  id
  slug
  name
  kind
  status
  routeId
  route
  rule
  assignBy
  treatedPercent
  arms {
    name
    control
    weightPercent
    model
  }
  conclusion
  startedAt
  endedAt
}
fragment Receipt on ChangeReceipt {
  revision
  replayed
  auditEventId
}`, {"hash":"sha256:0839a339d397482cdf7d6a4372e0248ca37e7497615831f577cd11e9e272aee8"}) as unknown as TypedDocumentString<ExperimentCreateMutation, ExperimentCreateMutationVariables>;
export const ExperimentStartDocument = new TypedDocumentString(`
    mutation ExperimentStart($id: ID!) {
  experimentStart(id: $id) {
    __typename
    ...ExperimentChange
    ...Problem
  }
}
    fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment ExperimentChange on ExperimentSaved {
  experiment {
    ...ExperimentSummary
  }
  change {
    ...Receipt
  }
}
fragment ExperimentSummary on Experiment {
  id
  slug
  name
  kind
  status
  routeId
  route
  rule
  assignBy
  treatedPercent
  arms {
    name
    control
    weightPercent
    model
  }
  conclusion
  startedAt
  endedAt
}
fragment Receipt on ChangeReceipt {
  revision
  replayed
  auditEventId
}`, {"hash":"sha256:ec250136564484d4b161e1acea69214b7a43aac433594d5e20b28e8df1525e90"}) as unknown as TypedDocumentString<ExperimentStartMutation, ExperimentStartMutationVariables>;
export const ExperimentStopDocument = new TypedDocumentString(`
    mutation ExperimentStop($id: ID!, $reason: String!) {
  experimentStop(id: $id, reason: $reason) {
    __typename
    ...ExperimentChange
    ...Problem
  }
}
    fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment ExperimentChange on ExperimentSaved {
  experiment {
    ...ExperimentSummary
  }
  change {
    ...Receipt
  }
}
fragment ExperimentSummary on Experiment {
  id
  slug
  name
  kind
  status
  routeId
  route
  rule
  assignBy
  treatedPercent
  arms {
    name
    control
    weightPercent
    model
  }
  conclusion
  startedAt
  endedAt
}
fragment Receipt on ChangeReceipt {
  revision
  replayed
  auditEventId
}`, {"hash":"sha256:91fdfbe12be5e6929e040289ca42657722ec0bb2a9a75c680cf94692ae13527c"}) as unknown as TypedDocumentString<ExperimentStopMutation, ExperimentStopMutationVariables>;
export const ExperimentPromoteDocument = new TypedDocumentString(`
    mutation ExperimentPromote($id: ID!, $arm: String!, $note: String) {
  experimentPromote(id: $id, arm: $arm, note: $note) {
    __typename
    ...ExperimentChange
    ...Problem
  }
}
    fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment ExperimentChange on ExperimentSaved {
  experiment {
    ...ExperimentSummary
  }
  change {
    ...Receipt
  }
}
fragment ExperimentSummary on Experiment {
  id
  slug
  name
  kind
  status
  routeId
  route
  rule
  assignBy
  treatedPercent
  arms {
    name
    control
    weightPercent
    model
  }
  conclusion
  startedAt
  endedAt
}
fragment Receipt on ChangeReceipt {
  revision
  replayed
  auditEventId
}`, {"hash":"sha256:392438a4ce438b82f0a5c304e35f9a60558aa7818b6a4f9008253e6f820c1925"}) as unknown as TypedDocumentString<ExperimentPromoteMutation, ExperimentPromoteMutationVariables>;
export const ScoreCreateDocument = new TypedDocumentString(`
    mutation ScoreCreate($input: ScoreCreateInput!) {
  scoreCreate(input: $input) {
    __typename
    ... on ScoreSaved {
      score {
        ...ScoreGiven
      }
      replayed
    }
    ...Problem
  }
}
    fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment ScoreGiven on Score {
  id
  requestId
  runId
  name
  value {
    ... on NumericScore {
      number
    }
    ... on BooleanScore {
      passed
    }
    ... on CategoryScore {
      category
    }
  }
  comment
  source
  createdBy
  createdAt
}`, {"hash":"sha256:36de130e7a2dc7b025a1c197677a4a0ddd006be36f9986eff4e725a421bdfea3"}) as unknown as TypedDocumentString<ScoreCreateMutation, ScoreCreateMutationVariables>;
export const ExportStartDocument = new TypedDocumentString(`
    mutation ExportStart($input: ExportStartInput!) {
  exportStart(input: $input) {
    __typename
    ... on ExportStarted {
      id
      job {
        ...ExportCard
      }
      change {
        revision
        replayed
      }
    }
    ...Problem
  }
}
    fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment ExportCard on ExportJob {
  id
  what
  format
  status
  rows
  sizeBytes
  path
  createdBy
  createdAt
  expiresAt
  error
}`, {"hash":"sha256:05699affc33371e74a0b549c35bf068da5aaef2c3d8140bb23e1e2259ae61a0d"}) as unknown as TypedDocumentString<ExportStartMutation, ExportStartMutationVariables>;
export const ExportJobDocument = new TypedDocumentString(`
    query ExportJob($id: ID!) {
  exportJob(id: $id) {
    ...ExportCard
  }
}
    fragment ExportCard on ExportJob {
  id
  what
  format
  status
  rows
  sizeBytes
  path
  createdBy
  createdAt
  expiresAt
  error
}`, {"hash":"sha256:c28fee64bb68db66ab00df301da8bfa04a4ac88e23c958e9f6194447f7aac0e7"}) as unknown as TypedDocumentString<ExportJobQuery, ExportJobQueryVariables>;
export const FileCreateDocument = new TypedDocumentString(`
    mutation FileCreate($input: FileCreateInput!) {
  fileCreate(input: $input) {
    __typename
    ...FileChange
    ...Problem
  }
}
    fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment FileChange on FileSaved {
  id
  file {
    ...FileCard
  }
  change {
    ...Receipt
  }
}
fragment FileCard on StoredFile {
  id
  filename
  mimeType
  sizeBytes
  sha256
  purpose
  createdAt
  expiresAt
}
fragment Receipt on ChangeReceipt {
  revision
  replayed
  auditEventId
}`, {"hash":"sha256:ecdc1b0299c9815d0bb31d39940d4e1b51a30ae8c31f7157be49cbaf2602debe"}) as unknown as TypedDocumentString<FileCreateMutation, FileCreateMutationVariables>;
export const FileDeleteDocument = new TypedDocumentString(`
    mutation FileDelete($id: ID!) {
  fileDelete(id: $id) {
    __typename
    ...FileChange
    ...Problem
  }
}
    fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment FileChange on FileSaved {
  id
  file {
    ...FileCard
  }
  change {
    ...Receipt
  }
}
fragment FileCard on StoredFile {
  id
  filename
  mimeType
  sizeBytes
  sha256
  purpose
  createdAt
  expiresAt
}
fragment Receipt on ChangeReceipt {
  revision
  replayed
  auditEventId
}`, {"hash":"sha256:7235fcc011be36e31f452cbaf9691b6fb918ad254b82aecd634baa10bb33b4bd"}) as unknown as TypedDocumentString<FileDeleteMutation, FileDeleteMutationVariables>;
export const FileDocument = new TypedDocumentString(`
    query File($id: ID!) {
  file(id: $id) {
    ...FileCard
    base64
  }
}
    fragment FileCard on StoredFile {
  id
  filename
  mimeType
  sizeBytes
  sha256
  purpose
  createdAt
  expiresAt
}`, {"hash":"sha256:7bc5fc41e4d95d5fca4e9aa45782c73011029bee0f4363da799ce433f9e72f45"}) as unknown as TypedDocumentString<FileQuery, FileQueryVariables>;
export const FilesDocument = new TypedDocumentString(`
    query Files($first: Int!, $after: String) {
  files(first: $first, after: $after) {
    nodes {
      ...FileCard
    }
    pageInfo {
      ...Page
    }
  }
}
    fragment FileCard on StoredFile {
  id
  filename
  mimeType
  sizeBytes
  sha256
  purpose
  createdAt
  expiresAt
}
fragment Page on PageInfo {
  startCursor
  endCursor
  hasNextPage
  hasPreviousPage
}`, {"hash":"sha256:3b5c9dc07cd734df16443a235197bc024abdd60561a21d02c7b039be25861521"}) as unknown as TypedDocumentString<FilesQuery, FilesQueryVariables>;
export const FileLimitsDocument = new TypedDocumentString(`
    query FileLimits {
  fileLimits {
    ...FileLimitsNow
  }
}
    fragment FileLimitsNow on FileLimits {
  maxFileBytes
  maxTotalBytes
  usedBytes
  mimeTypes
}`, {"hash":"sha256:d90126c9892fbea8c9f0a9d2e972d782ba14a1b1a0f1c0ba62e3c46ec219b27b"}) as unknown as TypedDocumentString<FileLimitsQuery, FileLimitsQueryVariables>;
export const FileLimitSaveDocument = new TypedDocumentString(`
    mutation FileLimitSave($input: FileLimitSaveInput!) {
  fileLimitSave(input: $input) {
    __typename
    ... on FileLimitSaved {
      limits {
        ...FileLimitsNow
      }
      change {
        ...Receipt
      }
    }
    ...Problem
  }
}
    fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment FileLimitsNow on FileLimits {
  maxFileBytes
  maxTotalBytes
  usedBytes
  mimeTypes
}
fragment Receipt on ChangeReceipt {
  revision
  replayed
  auditEventId
}`, {"hash":"sha256:5d47f4e47b03d45a52765507dc9e87996dd24ec9e4f868035773f08eb49199f4"}) as unknown as TypedDocumentString<FileLimitSaveMutation, FileLimitSaveMutationVariables>;
export const RateLimitsDocument = new TypedDocumentString(`
    query RateLimits($scope: ScopeRef) {
  rateLimits(scope: $scope) {
    ...RateLimitSummary
  }
}
    fragment RateLimitSummary on RateLimit {
  id
  scope {
    kind
    reference
  }
  metric
  amount
  windowMs
  whenUnavailable
  localSharePercent
  state {
    used
    remaining
    resetsAt
    throttledLastHour
  }
}`, {"hash":"sha256:047f6e27fc421af30671e18fb43abd7f99f73626894cccbcad4efc01edd3d310"}) as unknown as TypedDocumentString<RateLimitsQuery, RateLimitsQueryVariables>;
export const LimitsHealthDocument = new TypedDocumentString(`
    query LimitsHealth {
  health {
    status
    checks {
      name
      status
      since
      message
    }
  }
}
    `, {"hash":"sha256:ce3deab30da7fa19564258675fd227c25a1f1c4246aa87f4bdec74c10fadf493"}) as unknown as TypedDocumentString<LimitsHealthQuery, LimitsHealthQueryVariables>;
export const RateLimitSaveDocument = new TypedDocumentString(`
    mutation RateLimitSave($input: RateLimitSaveInput!) {
  rateLimitSave(input: $input) {
    __typename
    ...RateLimitChange
    ...Problem
  }
}
    fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment RateLimitChange on RateLimitSaved {
  id
  rateLimit {
    ...RateLimitSummary
  }
  change {
    ...Receipt
  }
}
fragment RateLimitSummary on RateLimit {
  id
  scope {
    kind
    reference
  }
  metric
  amount
  windowMs
  whenUnavailable
  localSharePercent
  state {
    used
    remaining
    resetsAt
    throttledLastHour
  }
}
fragment Receipt on ChangeReceipt {
  revision
  replayed
  auditEventId
}`, {"hash":"sha256:2c49ce86827e2ec56458e4c2e566d1ef4d3e35661d4ae7b4476838cbb40e0824"}) as unknown as TypedDocumentString<RateLimitSaveMutation, RateLimitSaveMutationVariables>;
export const RateLimitDeleteDocument = new TypedDocumentString(`
    mutation RateLimitDelete($id: ID!) {
  rateLimitDelete(id: $id) {
    __typename
    ...RateLimitChange
    ...Problem
  }
}
    fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment RateLimitChange on RateLimitSaved {
  id
  rateLimit {
    ...RateLimitSummary
  }
  change {
    ...Receipt
  }
}
fragment RateLimitSummary on RateLimit {
  id
  scope {
    kind
    reference
  }
  metric
  amount
  windowMs
  whenUnavailable
  localSharePercent
  state {
    used
    remaining
    resetsAt
    throttledLastHour
  }
}
fragment Receipt on ChangeReceipt {
  revision
  replayed
  auditEventId
}`, {"hash":"sha256:b5722136aa0bc3238a3a56dcde665ff31e344fa5680b4ad7dd9022e3d1204e80"}) as unknown as TypedDocumentString<RateLimitDeleteMutation, RateLimitDeleteMutationVariables>;
export const ModelsDocument = new TypedDocumentString(`
    query Models($filter: ModelFilter, $first: Int!, $after: String) {
  models(filter: $filter, first: $first, after: $after) {
    totalCount
    nodes {
      ...ModelCard
    }
    pageInfo {
      ...Page
    }
  }
}
    fragment ModelCard on Model {
  name
  provider
  enabled
  hasCredential
  contextTokens
  maxOutputTokens
  inputModalities
  health
  observed {
    inFlight
    ttftMs
    tokensPerSecond
    errorRatePercent
  }
  prices {
    meter
    per
    fromInputTokens
    amount {
      ...MoneyAmount
    }
  }
}
fragment MoneyAmount on Money {
  nanos
  decimal
  display
}
fragment Page on PageInfo {
  startCursor
  endCursor
  hasNextPage
  hasPreviousPage
}`, {"hash":"sha256:55cbb8e93fbe8f631df83b004a9cf10eeab11e0513a9e1ea1d70b716fd381564"}) as unknown as TypedDocumentString<ModelsQuery, ModelsQueryVariables>;
export const ModelDocument = new TypedDocumentString(`
    query Model($name: String!) {
  model(name: $name) {
    ...ModelCard
  }
}
    fragment ModelCard on Model {
  name
  provider
  enabled
  hasCredential
  contextTokens
  maxOutputTokens
  inputModalities
  health
  observed {
    inFlight
    ttftMs
    tokensPerSecond
    errorRatePercent
  }
  prices {
    meter
    per
    fromInputTokens
    amount {
      ...MoneyAmount
    }
  }
}
fragment MoneyAmount on Money {
  nanos
  decimal
  display
}`, {"hash":"sha256:65bd6328d9405a6887764f926674cb2959ff5beaacbdbd6b297ff3e7dd2003c6"}) as unknown as TypedDocumentString<ModelQuery, ModelQueryVariables>;
export const PriceHistoryDocument = new TypedDocumentString(`
    query PriceHistory($name: String!) {
  model(name: $name) {
    name
    priceHistory {
      id
      meter
      amount
      per
      currency
      fromInputTokens
      tier
      validFrom
      validTo
      supersededAt
      source
    }
  }
}
    `, {"hash":"sha256:9c23e8c27761198ffd0ec476d23d715e7403077e34bb88a6173b4407b065c20d"}) as unknown as TypedDocumentString<PriceHistoryQuery, PriceHistoryQueryVariables>;
export const PriceSetDocument = new TypedDocumentString(`
    mutation PriceSet($input: PriceSetInput!) {
  priceSet(input: $input) {
    __typename
    ...ModelChange
    ...Problem
  }
}
    fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment ModelCard on Model {
  name
  provider
  enabled
  hasCredential
  contextTokens
  maxOutputTokens
  inputModalities
  health
  observed {
    inFlight
    ttftMs
    tokensPerSecond
    errorRatePercent
  }
  prices {
    meter
    per
    fromInputTokens
    amount {
      ...MoneyAmount
    }
  }
}
fragment ModelChange on ModelSaved {
  model {
    ...ModelCard
  }
  change {
    ...Receipt
  }
}
fragment MoneyAmount on Money {
  nanos
  decimal
  display
}
fragment Receipt on ChangeReceipt {
  revision
  replayed
  auditEventId
}`, {"hash":"sha256:30363fab97c1cc400bc82011bd0d44915bc10f2dd8d626a8afc03228ce5a60f3"}) as unknown as TypedDocumentString<PriceSetMutation, PriceSetMutationVariables>;
export const ModelSaveDocument = new TypedDocumentString(`
    mutation ModelSave($input: ModelSaveInput!) {
  modelSave(input: $input) {
    __typename
    ...ModelChange
    ...Problem
  }
}
    fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment ModelCard on Model {
  name
  provider
  enabled
  hasCredential
  contextTokens
  maxOutputTokens
  inputModalities
  health
  observed {
    inFlight
    ttftMs
    tokensPerSecond
    errorRatePercent
  }
  prices {
    meter
    per
    fromInputTokens
    amount {
      ...MoneyAmount
    }
  }
}
fragment ModelChange on ModelSaved {
  model {
    ...ModelCard
  }
  change {
    ...Receipt
  }
}
fragment MoneyAmount on Money {
  nanos
  decimal
  display
}
fragment Receipt on ChangeReceipt {
  revision
  replayed
  auditEventId
}`, {"hash":"sha256:18289283b2f1f95d11178d78617b30e1994c440dff7c4b27508eafc84634ef83"}) as unknown as TypedDocumentString<ModelSaveMutation, ModelSaveMutationVariables>;
export const ModelSetEnabledDocument = new TypedDocumentString(`
    mutation ModelSetEnabled($id: ID!, $enabled: Boolean!) {
  modelSetEnabled(id: $id, enabled: $enabled) {
    __typename
    ...ModelChange
    ...Problem
  }
}
    fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment ModelCard on Model {
  name
  provider
  enabled
  hasCredential
  contextTokens
  maxOutputTokens
  inputModalities
  health
  observed {
    inFlight
    ttftMs
    tokensPerSecond
    errorRatePercent
  }
  prices {
    meter
    per
    fromInputTokens
    amount {
      ...MoneyAmount
    }
  }
}
fragment ModelChange on ModelSaved {
  model {
    ...ModelCard
  }
  change {
    ...Receipt
  }
}
fragment MoneyAmount on Money {
  nanos
  decimal
  display
}
fragment Receipt on ChangeReceipt {
  revision
  replayed
  auditEventId
}`, {"hash":"sha256:c105b2796b148e20a5b124850eaae9f8ff4a0c85e420b4c97327182a74702d26"}) as unknown as TypedDocumentString<ModelSetEnabledMutation, ModelSetEnabledMutationVariables>;
export const OperationsDocument = new TypedDocumentString(`
    query Operations {
  operations {
    ...StoredOperationFields
  }
}
    fragment StoredOperationFields on StoredOperation {
  id
  name
  kind
  document
  documentId
  description
}`, {"hash":"sha256:715507d47a793d0eb3fe23eec6ed5de78807c906356bd768ef9857e92f7e4739"}) as unknown as TypedDocumentString<OperationsQuery, OperationsQueryVariables>;
export const OperationDocument = new TypedDocumentString(`
    query Operation($name: String!) {
  operation(name: $name) {
    ...StoredOperationFields
  }
}
    fragment StoredOperationFields on StoredOperation {
  id
  name
  kind
  document
  documentId
  description
}`, {"hash":"sha256:f86a2dc2dedd04be16cd7891595b3357ff6606bf3981126274d3faed04a22e5c"}) as unknown as TypedDocumentString<OperationQuery, OperationQueryVariables>;
export const OperationSaveDocument = new TypedDocumentString(`
    mutation OperationSave($input: OperationSaveInput!) {
  operationSave(input: $input) {
    ... on OperationSaved {
      operation {
        ...StoredOperationFields
      }
      change {
        auditEventId
      }
    }
    ...Problem
  }
}
    fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment StoredOperationFields on StoredOperation {
  id
  name
  kind
  document
  documentId
  description
}`, {"hash":"sha256:9d5eb27ec0219b07f8f34a465066aaec8111d7bf9462bdcf192a28a5e468b826"}) as unknown as TypedDocumentString<OperationSaveMutation, OperationSaveMutationVariables>;
export const OperationDeleteDocument = new TypedDocumentString(`
    mutation OperationDelete($name: String!) {
  operationDelete(name: $name) {
    ... on OperationSaved {
      operation {
        name
      }
    }
    ...Problem
  }
}
    fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}`, {"hash":"sha256:ed875e060fec0580eb0a7c02c3970954e703f2ad3fb5d7e1090259414422d720"}) as unknown as TypedDocumentString<OperationDeleteMutation, OperationDeleteMutationVariables>;
export const UsersDocument = new TypedDocumentString(`
    query Users($first: Int!, $after: String) {
  users(first: $first, after: $after) {
    totalCount
    nodes {
      ...Person
    }
    pageInfo {
      ...Page
    }
  }
}
    fragment Person on User {
  id
  email
  name
  groups
  roles {
    id
    name
  }
  scopes
  workingKeys
  disabled
  createdAt
  lastSignInAt
}
fragment Page on PageInfo {
  startCursor
  endCursor
  hasNextPage
  hasPreviousPage
}`, {"hash":"sha256:282b88be3c0b66424d4fdfcec4498f119defc18389b8916e27ce9e3eb630bd6c"}) as unknown as TypedDocumentString<UsersQuery, UsersQueryVariables>;
export const RolesDocument = new TypedDocumentString(`
    query Roles {
  roles {
    ...RoleSummary
  }
}
    fragment RoleSummary on RoleDef {
  id
  name
  description
  builtIn
  scopes
}`, {"hash":"sha256:e6e7ab5ce3ec548959ead4d6b10751f072f81a288505cd7ec15c0f69caed8f97"}) as unknown as TypedDocumentString<RolesQuery, RolesQueryVariables>;
export const IdentityProviderDocument = new TypedDocumentString(`
    query IdentityProvider {
  identityProvider {
    ...IdentityProviderSummary
  }
}
    fragment IdentityProviderSummary on IdentityProvider {
  issuer
  clientId
  confidential
  scopes
  groupsClaim
  groupRoles {
    group
    role
  }
  trustEmail
  maxAge
  idle
  updatedAt
}`, {"hash":"sha256:f9f00807afb7da1b04210b1d8d927a3a3d31d56f087904b48cf9b76f6525ce24"}) as unknown as TypedDocumentString<IdentityProviderQuery, IdentityProviderQueryVariables>;
export const SignedInDocument = new TypedDocumentString(`
    query SignedIn {
  viewer {
    scopes
    user {
      ...Person
      sessions {
        ...Session
      }
    }
    session {
      ...Session
    }
  }
}
    fragment Person on User {
  id
  email
  name
  groups
  roles {
    id
    name
  }
  scopes
  workingKeys
  disabled
  createdAt
  lastSignInAt
}
fragment Session on UserSession {
  id
  createdAt
  lastUsedAt
  expiresAt
  endedAt
  ip
  userAgent
  current
}`, {"hash":"sha256:f01690f352ac10199ad681a5eb7bf51acb78ec0bc7a18b2d90bd84967a43ebf8"}) as unknown as TypedDocumentString<SignedInQuery, SignedInQueryVariables>;
export const UserSaveDocument = new TypedDocumentString(`
    mutation UserSave($input: UserSaveInput!) {
  userSave(input: $input) {
    __typename
    ...PersonChange
    ...Problem
  }
}
    fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment Person on User {
  id
  email
  name
  groups
  roles {
    id
    name
  }
  scopes
  workingKeys
  disabled
  createdAt
  lastSignInAt
}
fragment PersonChange on UserSaved {
  user {
    ...Person
  }
  change {
    ...Receipt
  }
}
fragment Receipt on ChangeReceipt {
  revision
  replayed
  auditEventId
}`, {"hash":"sha256:864b3fcf899fc72949cdc308b1c143dd0543314aac9484574cd426e763f5056b"}) as unknown as TypedDocumentString<UserSaveMutation, UserSaveMutationVariables>;
export const UserDisableDocument = new TypedDocumentString(`
    mutation UserDisable($id: ID!, $reason: String!, $revokeKeys: Boolean! = false) {
  userDisable(id: $id, reason: $reason, revokeKeys: $revokeKeys) {
    __typename
    ...PersonChange
    ...Problem
  }
}
    fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment Person on User {
  id
  email
  name
  groups
  roles {
    id
    name
  }
  scopes
  workingKeys
  disabled
  createdAt
  lastSignInAt
}
fragment PersonChange on UserSaved {
  user {
    ...Person
  }
  change {
    ...Receipt
  }
}
fragment Receipt on ChangeReceipt {
  revision
  replayed
  auditEventId
}`, {"hash":"sha256:72f625480e009dfae22b3db8de5e38c5953e3aac01d31b676c0d20467ea54e51"}) as unknown as TypedDocumentString<UserDisableMutation, UserDisableMutationVariables>;
export const UserEnableDocument = new TypedDocumentString(`
    mutation UserEnable($id: ID!) {
  userEnable(id: $id) {
    __typename
    ...PersonChange
    ...Problem
  }
}
    fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment Person on User {
  id
  email
  name
  groups
  roles {
    id
    name
  }
  scopes
  workingKeys
  disabled
  createdAt
  lastSignInAt
}
fragment PersonChange on UserSaved {
  user {
    ...Person
  }
  change {
    ...Receipt
  }
}
fragment Receipt on ChangeReceipt {
  revision
  replayed
  auditEventId
}`, {"hash":"sha256:8ebf632d39dd8dabd14d400b5b6e9f4566ea7c34215c83dba654e47cae8657bd"}) as unknown as TypedDocumentString<UserEnableMutation, UserEnableMutationVariables>;
export const RoleSaveDocument = new TypedDocumentString(`
    mutation RoleSave($input: RoleSaveInput!) {
  roleSave(input: $input) {
    __typename
    ... on RoleSaved {
      role {
        ...RoleSummary
      }
      change {
        ...Receipt
      }
    }
    ...Problem
  }
}
    fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment RoleSummary on RoleDef {
  id
  name
  description
  builtIn
  scopes
}
fragment Receipt on ChangeReceipt {
  revision
  replayed
  auditEventId
}`, {"hash":"sha256:c5ada83a2ba9fc9943ab2f7059fd254ed54400ce219065816ce528e95597f48d"}) as unknown as TypedDocumentString<RoleSaveMutation, RoleSaveMutationVariables>;
export const RoleDeleteDocument = new TypedDocumentString(`
    mutation RoleDelete($id: ID!) {
  roleDelete(id: $id) {
    __typename
    ... on RoleSaved {
      change {
        ...Receipt
      }
    }
    ...Problem
  }
}
    fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment Receipt on ChangeReceipt {
  revision
  replayed
  auditEventId
}`, {"hash":"sha256:c283f573fb429b998e602a7b8fef2d62701ddf04830f973efc7e37853c7718ed"}) as unknown as TypedDocumentString<RoleDeleteMutation, RoleDeleteMutationVariables>;
export const IdentityProviderSaveDocument = new TypedDocumentString(`
    mutation IdentityProviderSave($input: IdentityProviderSaveInput!) {
  identityProviderSave(input: $input) {
    __typename
    ... on IdentityProviderSaved {
      identityProvider {
        ...IdentityProviderSummary
      }
      change {
        ...Receipt
      }
    }
    ...Problem
  }
}
    fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment IdentityProviderSummary on IdentityProvider {
  issuer
  clientId
  confidential
  scopes
  groupsClaim
  groupRoles {
    group
    role
  }
  trustEmail
  maxAge
  idle
  updatedAt
}
fragment Receipt on ChangeReceipt {
  revision
  replayed
  auditEventId
}`, {"hash":"sha256:1d5842d7d45734008178c638bd37c8bbf7b3da9636e626af38a5da96c2162546"}) as unknown as TypedDocumentString<IdentityProviderSaveMutation, IdentityProviderSaveMutationVariables>;
export const IdentityProviderDeleteDocument = new TypedDocumentString(`
    mutation IdentityProviderDelete {
  identityProviderDelete {
    __typename
    ... on IdentityProviderSaved {
      change {
        ...Receipt
      }
    }
    ...Problem
  }
}
    fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment Receipt on ChangeReceipt {
  revision
  replayed
  auditEventId
}`, {"hash":"sha256:5a02701ead559b29b7c57dad24dcd49ab977be8997acbc2366c8273088ff043b"}) as unknown as TypedDocumentString<IdentityProviderDeleteMutation, IdentityProviderDeleteMutationVariables>;
export const SessionEndDocument = new TypedDocumentString(`
    mutation SessionEnd($id: ID!, $reason: String!) {
  sessionEnd(id: $id, reason: $reason) {
    __typename
    ... on SessionEnded {
      session {
        ...Session
      }
      change {
        ...Receipt
      }
    }
    ...Problem
  }
}
    fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment Session on UserSession {
  id
  createdAt
  lastUsedAt
  expiresAt
  endedAt
  ip
  userAgent
  current
}
fragment Receipt on ChangeReceipt {
  revision
  replayed
  auditEventId
}`, {"hash":"sha256:d85a61d01b40a6c6f996a9e9fb27abdb9bf58823f7f18db387eea84efb6248f7"}) as unknown as TypedDocumentString<SessionEndMutation, SessionEndMutationVariables>;
export const PoliciesDocument = new TypedDocumentString(`
    query Policies {
  policies {
    ...PolicySummary
  }
}
    fragment PolicySummary on Policy {
  id
  slug
  name
  version
  revision
  frameworks
  replaceable
  replaces
  rules {
    __typename
  }
  bindings {
    scope {
      kind
      reference
    }
    mode
    since
  }
}`, {"hash":"sha256:d682df1d7b4d331500ee3a679bfb48becac1f8614217d0bd52fc22f960d1ec92"}) as unknown as TypedDocumentString<PoliciesQuery, PoliciesQueryVariables>;
export const PolicyDocument = new TypedDocumentString(`
    query Policy($id: ID!) {
  policy(id: $id) {
    ...PolicySummary
    versions {
      version
      note
      createdBy
      createdAt
    }
  }
}
    fragment PolicySummary on Policy {
  id
  slug
  name
  version
  revision
  frameworks
  replaceable
  replaces
  rules {
    __typename
  }
  bindings {
    scope {
      kind
      reference
    }
    mode
    since
  }
}`, {"hash":"sha256:fabee3bfdcd9f2bc71d6de2be7a0806a1aeccaf50788be6c14051128b0a7aa65"}) as unknown as TypedDocumentString<PolicyQuery, PolicyQueryVariables>;
export const PolicyHitsDocument = new TypedDocumentString(`
    query PolicyHits($range: TimeRangeInput!) {
  policies {
    slug
    hits(range: $range) {
      requests
      blocked
      redacted
      flagged
      monitored
    }
  }
}
    `, {"hash":"sha256:7929f1846263c6ec918f864545f904088622ced6aafd6444615d60ee963b9414"}) as unknown as TypedDocumentString<PolicyHitsQuery, PolicyHitsQueryVariables>;
export const EffectivePolicyDocument = new TypedDocumentString(`
    query EffectivePolicy($scope: ScopeRef!) {
  effectivePolicy(scope: $scope) {
    scope {
      kind
      reference
    }
    rules {
      policySlug
      ruleIndex
      mode
      inheritedFrom {
        kind
        reference
      }
      overridden
      overriddenBy
      rule {
        __typename
      }
    }
  }
}
    `, {"hash":"sha256:3c78308f6487cd3190d515236180c9f9a70af0ba4d471765f216794a3544fed1"}) as unknown as TypedDocumentString<EffectivePolicyQuery, EffectivePolicyQueryVariables>;
export const PolicyTestDocument = new TypedDocumentString(`
    query PolicyTest($input: PolicyTestInput!) {
  policyTest(input: $input) {
    blocked
    resultingText
    findings {
      start
      end
      label
      enforced
    }
    verdicts {
      ...RuleVerdict
    }
  }
}
    fragment RuleVerdict on PolicyVerdict {
  policySlug
  ruleIndex
  mode
  outcome
  message
}`, {"hash":"sha256:097d1d1deade96211d1f302e09e2149ce72d99ac7cffc21c7389a6ee32f00776"}) as unknown as TypedDocumentString<PolicyTestQuery, PolicyTestQueryVariables>;
export const PolicySimulateDocument = new TypedDocumentString(`
    query PolicySimulate($input: PolicySimulateInput!) {
  policySimulate(input: $input) {
    replayed
    blocked
    redacted
    flagged
    moved
    expired
    unjudged
    unjudgedBecause
    cutShort
    read
    examples {
      requestId
      outcome
      reason
      excerpt
    }
  }
}
    `, {"hash":"sha256:0a24fea46457e969ca946118d7b10ae07f47010828aa49671e91e20e272ba541"}) as unknown as TypedDocumentString<PolicySimulateQuery, PolicySimulateQueryVariables>;
export const PolicySaveDocument = new TypedDocumentString(`
    mutation PolicySave($input: PolicySaveInput!) {
  policySave(input: $input) {
    __typename
    ...PolicyChange
    ...Problem
  }
}
    fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment PolicyChange on PolicySaved {
  id
  policy {
    ...PolicySummary
  }
  diff {
    path
    op
    before
    after
  }
  change {
    revision
    replayed
  }
}
fragment PolicySummary on Policy {
  id
  slug
  name
  version
  revision
  frameworks
  replaceable
  replaces
  rules {
    __typename
  }
  bindings {
    scope {
      kind
      reference
    }
    mode
    since
  }
}`, {"hash":"sha256:bbb5a750006d97710f87c97b3fb9fd80b301491e870232b8675d1e9fcd371bc6"}) as unknown as TypedDocumentString<PolicySaveMutation, PolicySaveMutationVariables>;
export const PolicyBindDocument = new TypedDocumentString(`
    mutation PolicyBind($input: PolicyBindInput!) {
  policyBind(input: $input) {
    __typename
    ...PolicyChange
    ...Problem
  }
}
    fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment PolicyChange on PolicySaved {
  id
  policy {
    ...PolicySummary
  }
  diff {
    path
    op
    before
    after
  }
  change {
    revision
    replayed
  }
}
fragment PolicySummary on Policy {
  id
  slug
  name
  version
  revision
  frameworks
  replaceable
  replaces
  rules {
    __typename
  }
  bindings {
    scope {
      kind
      reference
    }
    mode
    since
  }
}`, {"hash":"sha256:f35f2926a21cf253da79ef6efe467941fd339ed9036ef140a7c835f7dd29e573"}) as unknown as TypedDocumentString<PolicyBindMutation, PolicyBindMutationVariables>;
export const PolicyUnbindDocument = new TypedDocumentString(`
    mutation PolicyUnbind($policy: ID!, $scope: ScopeRef!) {
  policyUnbind(policy: $policy, scope: $scope) {
    __typename
    ...PolicyChange
    ...Problem
  }
}
    fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment PolicyChange on PolicySaved {
  id
  policy {
    ...PolicySummary
  }
  diff {
    path
    op
    before
    after
  }
  change {
    revision
    replayed
  }
}
fragment PolicySummary on Policy {
  id
  slug
  name
  version
  revision
  frameworks
  replaceable
  replaces
  rules {
    __typename
  }
  bindings {
    scope {
      kind
      reference
    }
    mode
    since
  }
}`, {"hash":"sha256:b7965b8624351072c69dd6c00bd2f6d58bddff527e63c7409784f0bab15cf7bb"}) as unknown as TypedDocumentString<PolicyUnbindMutation, PolicyUnbindMutationVariables>;
export const PolicyDeleteDocument = new TypedDocumentString(`
    mutation PolicyDelete($id: ID!, $expectedRevision: Int!) {
  policyDelete(id: $id, expectedRevision: $expectedRevision) {
    __typename
    ...PolicyChange
    ...Problem
  }
}
    fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment PolicyChange on PolicySaved {
  id
  policy {
    ...PolicySummary
  }
  diff {
    path
    op
    before
    after
  }
  change {
    revision
    replayed
  }
}
fragment PolicySummary on Policy {
  id
  slug
  name
  version
  revision
  frameworks
  replaceable
  replaces
  rules {
    __typename
  }
  bindings {
    scope {
      kind
      reference
    }
    mode
    since
  }
}`, {"hash":"sha256:be1d01142989862937771b86865bc4fe69d867576ab355a5517a4e9b44af7871"}) as unknown as TypedDocumentString<PolicyDeleteMutation, PolicyDeleteMutationVariables>;
export const ProviderKindsDocument = new TypedDocumentString(`
    query ProviderKinds {
  providerKinds {
    kind
    displayName
    baseUrl
    settings {
      name
      description
    }
    needsSecret
    secretFields
    environment
  }
}
    `, {"hash":"sha256:557dc9e439c4e479a1ce4cd2b55aa1d4d7eb568bc7e47d1e8b29b72d635bf85c"}) as unknown as TypedDocumentString<ProviderKindsQuery, ProviderKindsQueryVariables>;
export const ProvidersDocument = new TypedDocumentString(`
    query Providers {
  providers {
    ...ProviderSummary
  }
}
    fragment ProviderSummary on Provider {
  id
  slug
  kind
  displayName
  baseUrl
  settings {
    name
    value
  }
  enabled
  health {
    status
    breaker
    errorRatePercent
    p50Ms
    p95Ms
    ttftP50Ms
    inFlight
    since
    lastError
  }
  revision
  credentials {
    id
    label
    source
    env
    lastFour
    weight
  }
}`, {"hash":"sha256:46e0876a8f9dfd299b185260b83cc33ede2f236dc840aa91e9a2fbe4794e57e9"}) as unknown as TypedDocumentString<ProvidersQuery, ProvidersQueryVariables>;
export const ProviderSaveDocument = new TypedDocumentString(`
    mutation ProviderSave($input: ProviderSaveInput!) {
  providerSave(input: $input) {
    __typename
    ...ProviderChange
    ...Problem
  }
}
    fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment ProviderChange on ProviderSaved {
  provider {
    ...ProviderSummary
  }
  change {
    ...Receipt
  }
}
fragment ProviderSummary on Provider {
  id
  slug
  kind
  displayName
  baseUrl
  settings {
    name
    value
  }
  enabled
  health {
    status
    breaker
    errorRatePercent
    p50Ms
    p95Ms
    ttftP50Ms
    inFlight
    since
    lastError
  }
  revision
  credentials {
    id
    label
    source
    env
    lastFour
    weight
  }
}
fragment Receipt on ChangeReceipt {
  revision
  replayed
  auditEventId
}`, {"hash":"sha256:2ea3458fe8acabde7469ce76b3eeb38d1504fa80be62f2d8c23b8e642eb50423"}) as unknown as TypedDocumentString<ProviderSaveMutation, ProviderSaveMutationVariables>;
export const CredentialSaveDocument = new TypedDocumentString(`
    mutation CredentialSave($input: CredentialSaveInput!) {
  credentialSave(input: $input) {
    __typename
    ...ProviderChange
    ...Problem
  }
}
    fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment ProviderChange on ProviderSaved {
  provider {
    ...ProviderSummary
  }
  change {
    ...Receipt
  }
}
fragment ProviderSummary on Provider {
  id
  slug
  kind
  displayName
  baseUrl
  settings {
    name
    value
  }
  enabled
  health {
    status
    breaker
    errorRatePercent
    p50Ms
    p95Ms
    ttftP50Ms
    inFlight
    since
    lastError
  }
  revision
  credentials {
    id
    label
    source
    env
    lastFour
    weight
  }
}
fragment Receipt on ChangeReceipt {
  revision
  replayed
  auditEventId
}`, {"hash":"sha256:e81c2589113b6a48bbdd55052159c44b62363ee52d20e445e9712c98a7172053"}) as unknown as TypedDocumentString<CredentialSaveMutation, CredentialSaveMutationVariables>;
export const CredentialDeleteDocument = new TypedDocumentString(`
    mutation CredentialDelete($id: ID!) {
  credentialDelete(id: $id) {
    __typename
    ...ProviderChange
    ...Problem
  }
}
    fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment ProviderChange on ProviderSaved {
  provider {
    ...ProviderSummary
  }
  change {
    ...Receipt
  }
}
fragment ProviderSummary on Provider {
  id
  slug
  kind
  displayName
  baseUrl
  settings {
    name
    value
  }
  enabled
  health {
    status
    breaker
    errorRatePercent
    p50Ms
    p95Ms
    ttftP50Ms
    inFlight
    since
    lastError
  }
  revision
  credentials {
    id
    label
    source
    env
    lastFour
    weight
  }
}
fragment Receipt on ChangeReceipt {
  revision
  replayed
  auditEventId
}`, {"hash":"sha256:44a2196085fb377806d20189d2098a62386a0b1d0c90337af141d396dbbd6d3d"}) as unknown as TypedDocumentString<CredentialDeleteMutation, CredentialDeleteMutationVariables>;
export const ProviderTestDocument = new TypedDocumentString(`
    mutation ProviderTest($id: ID!) {
  providerTest(id: $id) {
    __typename
    ... on ProviderTested {
      latencyMs
      modelsVisible
    }
    ...Problem
  }
}
    fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}`, {"hash":"sha256:687b4ac11ef35ec8788d8966153dc66f11b09371efeb1f203ed86525bfc450c4"}) as unknown as TypedDocumentString<ProviderTestMutation, ProviderTestMutationVariables>;
export const RoutesDocument = new TypedDocumentString(`
    query Routes {
  routes {
    ...RouteSummary
  }
}
    fragment RouteSummary on Route {
  id
  slug
  name
  description
  revision
  published {
    ...Version
  }
  draft {
    ...Version
  }
}
fragment Version on RouteVersion {
  version
  note
  createdAt
  createdBy
}`, {"hash":"sha256:442460bbb9a9c07cdb135519d7b80c8c05936e6f56656a9958ef5dffa5e68f94"}) as unknown as TypedDocumentString<RoutesQuery, RoutesQueryVariables>;
export const RouteDocument = new TypedDocumentString(`
    query Route($ref: RouteRef!, $versions: Int! = 20) {
  route(ref: $ref) {
    ...RouteSummary
    createdAt
    updatedAt
    published {
      ...Rules
    }
    draft {
      ...Rules
    }
    versions(first: $versions) {
      totalCount
      nodes {
        ...Version
      }
      pageInfo {
        ...Page
      }
    }
  }
}
    fragment RouteSummary on Route {
  id
  slug
  name
  description
  revision
  published {
    ...Version
  }
  draft {
    ...Version
  }
}
fragment Version on RouteVersion {
  version
  note
  createdAt
  createdBy
}
fragment Rules on RouteVersion {
  rules {
    id
    name
    condition
    conditionSummary
    strategy
    stickyBy
    fallbackOn
    fallbacks {
      id
      modelName
    }
    targets {
      id
      modelName
      weight
      enabled
      timeoutMs
      ttftTimeoutMs
      idleTimeoutMs
      streaming
      retry {
        maxAttempts
      }
    }
  }
}
fragment Page on PageInfo {
  startCursor
  endCursor
  hasNextPage
  hasPreviousPage
}`, {"hash":"sha256:5abc6270956b9a25f0fb84af9179836e4da8ed8bec9e91b0cad2765ffd7bc519"}) as unknown as TypedDocumentString<RouteQuery, RouteQueryVariables>;
export const RouteDiffDocument = new TypedDocumentString(`
    query RouteDiff($route: ID!, $from: Int, $to: Int) {
  routeDiff(route: $route, from: $from, to: $to) {
    __typename
    ... on RouteDiff {
      changes {
        ...Change
      }
    }
    ...Problem
  }
}
    fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment Change on FieldChange {
  path
  op
  before
  after
  masked
}`, {"hash":"sha256:d8cf53939e4ccfc0ae071ff1203913e4cea230867ce7ad1bbfdeffce2795f15c"}) as unknown as TypedDocumentString<RouteDiffQuery, RouteDiffQueryVariables>;
export const RouteSaveDocument = new TypedDocumentString(`
    mutation RouteSave($input: RouteSaveInput!) {
  routeSave(input: $input) {
    __typename
    ...RouteChange
    ...Problem
  }
}
    fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment RouteChange on RouteSaved {
  route {
    ...RouteSummary
  }
  diff {
    ...Change
  }
  warnings {
    path
    severity
    message
  }
  change {
    ...Receipt
  }
}
fragment RouteSummary on Route {
  id
  slug
  name
  description
  revision
  published {
    ...Version
  }
  draft {
    ...Version
  }
}
fragment Version on RouteVersion {
  version
  note
  createdAt
  createdBy
}
fragment Receipt on ChangeReceipt {
  revision
  replayed
  auditEventId
}
fragment Change on FieldChange {
  path
  op
  before
  after
  masked
}`, {"hash":"sha256:058fc72335caed98a237552ddf6842030be6bfb7e830218e19a7d094889dd5e6"}) as unknown as TypedDocumentString<RouteSaveMutation, RouteSaveMutationVariables>;
export const RoutePublishDocument = new TypedDocumentString(`
    mutation RoutePublish($id: ID!, $version: Int!, $expectedRevision: Int!, $note: String) {
  routePublish(
    id: $id
    version: $version
    expectedRevision: $expectedRevision
    note: $note
  ) {
    __typename
    ...RouteChange
    ...Problem
  }
}
    fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment RouteChange on RouteSaved {
  route {
    ...RouteSummary
  }
  diff {
    ...Change
  }
  warnings {
    path
    severity
    message
  }
  change {
    ...Receipt
  }
}
fragment RouteSummary on Route {
  id
  slug
  name
  description
  revision
  published {
    ...Version
  }
  draft {
    ...Version
  }
}
fragment Version on RouteVersion {
  version
  note
  createdAt
  createdBy
}
fragment Receipt on ChangeReceipt {
  revision
  replayed
  auditEventId
}
fragment Change on FieldChange {
  path
  op
  before
  after
  masked
}`, {"hash":"sha256:ede5c3b83c010ee9e3310ef24103beaac590a180d613832b93c22c819c47011f"}) as unknown as TypedDocumentString<RoutePublishMutation, RoutePublishMutationVariables>;
export const RouteRollbackDocument = new TypedDocumentString(`
    mutation RouteRollback($id: ID!, $toVersion: Int!, $reason: String!) {
  routeRollback(id: $id, toVersion: $toVersion, reason: $reason) {
    __typename
    ...RouteChange
    ...Problem
  }
}
    fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment RouteChange on RouteSaved {
  route {
    ...RouteSummary
  }
  diff {
    ...Change
  }
  warnings {
    path
    severity
    message
  }
  change {
    ...Receipt
  }
}
fragment RouteSummary on Route {
  id
  slug
  name
  description
  revision
  published {
    ...Version
  }
  draft {
    ...Version
  }
}
fragment Version on RouteVersion {
  version
  note
  createdAt
  createdBy
}
fragment Receipt on ChangeReceipt {
  revision
  replayed
  auditEventId
}
fragment Change on FieldChange {
  path
  op
  before
  after
  masked
}`, {"hash":"sha256:5ba81b83c55b28c394c8777edee453090f139869db2dd1b268863a8374cbcc47"}) as unknown as TypedDocumentString<RouteRollbackMutation, RouteRollbackMutationVariables>;
export const RouteExplainDocument = new TypedDocumentString(`
    query RouteExplain($input: CompletionInput!, $route: ID, $version: Int) {
  routeExplain(input: $input, route: $route, version: $version) {
    __typename
    ... on RouteExplanation {
      refusal
      hints
      effectiveInput
      wouldHitCache
      verdicts {
        ...RuleVerdict
      }
      budgetChecks {
        slug
        subject
        estimated {
          ...MoneyAmount
        }
        remaining {
          ...MoneyAmount
        }
        wouldExceed
      }
      rateLimitChecks {
        limitId
        metric
        demanded
        remaining
        wouldExceed
      }
      decision {
        summary
        rule
        strategy
        stickyHit
        task
        taskConfidence
        inputsDigest
        rulesEvaluated {
          rule
          matched
          trace
        }
        selected {
          model
        }
        candidates {
          model
          eligible
          rank
          score
          reasons {
            code
            message
          }
        }
      }
    }
    ... on Error {
      code
      message
    }
  }
}
    fragment MoneyAmount on Money {
  nanos
  decimal
  display
}
fragment RuleVerdict on PolicyVerdict {
  policySlug
  ruleIndex
  mode
  outcome
  message
}`, {"hash":"sha256:5c9880fd568be276269018d3fa49015f4c02addbab601dc5de502925cf713b0e"}) as unknown as TypedDocumentString<RouteExplainQuery, RouteExplainQueryVariables>;
export const RouteSimulateDocument = new TypedDocumentString(`
    mutation RouteSimulate($input: RouteSimulateInput!) {
  routeSimulate(input: $input) {
    __typename
    ... on RouteSimulation {
      ...Simulation
    }
    ... on Error {
      code
      message
    }
  }
}
    fragment Simulation on RouteSimulation {
  id
  status
  version
  error
  requestsReplayed
  maxRequests
  changedDecisions
  refusedRequests
  undecidableRequests
  unpricedRequests
  savedPercent
  costBefore {
    nanos
  }
  costAfter {
    nanos
  }
  byTarget {
    model
    beforePercent
    afterPercent
  }
  examples {
    requestId
    before
    after
    reason
  }
  suggestion {
    condition
    conditionSummary
    model
    movedPercent
    savedPercent
    costAfter {
      nanos
    }
  }
}`, {"hash":"sha256:deea65613d2c533638e53ec61490de2328c383de0d56a05e8f4c42062a4d7041"}) as unknown as TypedDocumentString<RouteSimulateMutation, RouteSimulateMutationVariables>;
export const RouteSimulationDocument = new TypedDocumentString(`
    query RouteSimulation($id: ID!) {
  routeSimulation(id: $id) {
    ...Simulation
  }
}
    fragment Simulation on RouteSimulation {
  id
  status
  version
  error
  requestsReplayed
  maxRequests
  changedDecisions
  refusedRequests
  undecidableRequests
  unpricedRequests
  savedPercent
  costBefore {
    nanos
  }
  costAfter {
    nanos
  }
  byTarget {
    model
    beforePercent
    afterPercent
  }
  examples {
    requestId
    before
    after
    reason
  }
  suggestion {
    condition
    conditionSummary
    model
    movedPercent
    savedPercent
    costAfter {
      nanos
    }
  }
}`, {"hash":"sha256:50817182840edc86e1891ef41efe45d200c6ebcdc5c3b94c86ece01056e5b31b"}) as unknown as TypedDocumentString<RouteSimulationQuery, RouteSimulationQueryVariables>;
export const UsageReportDocument = new TypedDocumentString(`
    query UsageReport($input: UsageReportInput!) {
  usageReport(input: $input) {
    freshAsOf
    range {
      from
      to
      timezone
    }
    bucket
    totals {
      ...Metrics
    }
    previousTotals {
      ...Metrics
    }
    rows {
      bucketStart
      isOther
      keys {
        dimension
        value
        label
      }
      metrics {
        ...Metrics
      }
    }
    truncated
  }
}
    fragment Metrics on UsageMetrics {
  requests
  errors
  errorRatePercent
  inputTokens
  outputTokens
  totalTokens
  cost {
    ...MoneyAmount
  }
  costComplete
  p50Ms: latencyMs(percentile: 50)
  p95Ms: latencyMs(percentile: 95)
}
fragment MoneyAmount on Money {
  nanos
  decimal
  display
}`, {"hash":"sha256:ba32c5a3791eb786386c8a4d8e3e79c4b748bd91b869c4d084a759734d35d709"}) as unknown as TypedDocumentString<UsageReportQuery, UsageReportQueryVariables>;
export const RequestsDocument = new TypedDocumentString(`
    query Requests($filter: RequestFilter, $orderBy: RequestOrder! = NEWEST, $first: Int!, $after: String) {
  requests(filter: $filter, orderBy: $orderBy, first: $first, after: $after) {
    nodes {
      ...RequestSummary
    }
    pageInfo {
      ...Page
    }
  }
}
    fragment RequestSummary on GatewayRequest {
  id
  kind
  status
  startedAt
  finishedAt
  streamed
  completionId
  apiKeyId
  projectId
  teamId
  model
  provider
  route
  errorCode
  endUser
  agent
  runId
  tags {
    key
    value
  }
  usage {
    ...TokenUsage
  }
  cost {
    ...CostTotal
  }
  timing {
    ...TimingMs
  }
}
fragment MoneyAmount on Money {
  nanos
  decimal
  display
}
fragment TokenUsage on Usage {
  inputTokens
  outputTokens
  reasoningTokens
  cacheReadTokens
  cacheWriteTokens
  cacheWrite1hTokens
  audioTokens
  images
  toolCalls
  serviceTier
  totalTokens
  source
}
fragment CostTotal on Cost {
  total {
    ...MoneyAmount
  }
  complete
}
fragment TimingMs on Timing {
  queuedMs
  routingMs
  ttftMs
  totalMs
  overheadMs
}
fragment Page on PageInfo {
  startCursor
  endCursor
  hasNextPage
  hasPreviousPage
}`, {"hash":"sha256:804043730094d24147a158b02d27e1964847fe2a3bd10970e20746e4393bc04e"}) as unknown as TypedDocumentString<RequestsQuery, RequestsQueryVariables>;
export const RequestDocument = new TypedDocumentString(`
    query Request($id: ID!) {
  request(id: $id) {
    ...RequestSummary
    cost {
      ...CostLines
    }
    decision {
      ...Decision
    }
    attempts {
      ...AttemptMade
      usage {
        ...TokenUsage
      }
      cost {
        ...CostTotal
      }
    }
    error {
      ...Problem
    }
  }
}
    fragment Problem on Error {
  __typename
  code
  message
  retryable
  retryAfterMs
  requestId
  ... on ValidationError {
    issues {
      path
      code
      message
      suggestions
    }
  }
  ... on NotFoundError {
    resourceType
    reference
  }
  ... on ForbiddenError {
    missingScopes
  }
  ... on ConflictError {
    currentRevision
  }
  ... on IdempotencyConflictError {
    firstUsedAt
    originalId
  }
  ... on BudgetExceededError {
    budgetId
    resetsAt
  }
  ... on IncompleteError {
    failure
    usage {
      inputTokens
      outputTokens
    }
  }
  ... on CancelledError {
    reason
  }
  ... on UnavailableError {
    dependency
  }
  ... on InternalError {
    incidentId
  }
}
fragment RequestSummary on GatewayRequest {
  id
  kind
  status
  startedAt
  finishedAt
  streamed
  completionId
  apiKeyId
  projectId
  teamId
  model
  provider
  route
  errorCode
  endUser
  agent
  runId
  tags {
    key
    value
  }
  usage {
    ...TokenUsage
  }
  cost {
    ...CostTotal
  }
  timing {
    ...TimingMs
  }
}
fragment MoneyAmount on Money {
  nanos
  decimal
  display
}
fragment TokenUsage on Usage {
  inputTokens
  outputTokens
  reasoningTokens
  cacheReadTokens
  cacheWriteTokens
  cacheWrite1hTokens
  audioTokens
  images
  toolCalls
  serviceTier
  totalTokens
  source
}
fragment CostTotal on Cost {
  total {
    ...MoneyAmount
  }
  complete
}
fragment CostLines on Cost {
  ...CostTotal
  lines {
    meter
    quantity
    source
    amount {
      ...MoneyAmount
    }
    unitPrice {
      id
      meter
      per
      fromInputTokens
      tier
      amount {
        ...MoneyAmount
      }
    }
  }
}
fragment TimingMs on Timing {
  queuedMs
  routingMs
  ttftMs
  totalMs
  overheadMs
}
fragment AttemptMade on Attempt {
  id
  number
  model
  provider
  targetId
  outcome
  startedAt
  durationMs
  ttftMs
  errorCode
  httpStatus
  providerMessage
  providerRequestId
  responseModel
}
fragment Decision on RoutingDecision {
  summary
  strategy
  rule
  tookMicros
  route {
    id
    slug
    version
  }
  estimatedCost {
    ...MoneyAmount
  }
  candidates {
    targetId
    model
    eligible
    reasons {
      code
      message
    }
    estimatedCost {
      ...MoneyAmount
    }
  }
}`, {"hash":"sha256:f82f17d204c8a4c4940a88e8afc7d5de1ef33af58d80dfea26d1f72b161eb331"}) as unknown as TypedDocumentString<RequestQuery, RequestQueryVariables>;
export const UsageTickDocument = new TypedDocumentString(`
    subscription UsageTick($filter: RequestFilter, $intervalMs: Int) {
  usageTick(filter: $filter, intervalMs: $intervalMs) {
    at
    requestsPerSecond
    tokensPerSecond
    costPerHour {
      nanos
      display
    }
    errorRatePercent
    ttftP95Ms
  }
}
    `, {"hash":"sha256:95b49ad6bb106a83ed6f13fee3254ca1d398c77d250c1a825e646f29ea419b93"}) as unknown as TypedDocumentString<UsageTickSubscription, UsageTickSubscriptionVariables>;
export const RequestContentDocument = new TypedDocumentString(`
    query RequestContent($id: ID!) {
  request(id: $id) {
    id
    content {
      input
      output
      withheld {
        reason
        policy
        until
      }
    }
  }
}
    `, {"hash":"sha256:5e8b935434f50bc2bae84775588ce7a6f4001cb68806b855eb3cf35be90d1595"}) as unknown as TypedDocumentString<RequestContentQuery, RequestContentQueryVariables>;