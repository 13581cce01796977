import type { RequestFacts } from '../../src/core/decision.ts';

/** A short factual question without anything special. */
export const someFacts: RequestFacts = {
  inputChars: 100,
  inputTokens: 25,
  maxOutputTokens: null,
  messageCount: 1,
  hasTools: false,
  wantsStructuredOutput: false,
  modalities: ['TEXT'],
  media: [],
  language: 'en',
  task: 'FACTUAL',
  taskConfidence: 0.8,
  tags: [],
  apiKeyId: 'key_1',
  projectId: 'prj_1',
  teamId: 'tea_1',
  endUser: null,
  agent: null,
  runId: null,
  budgetUsedPercent: null,
  signer: null,
  prefix: null,
  conversation: null,
  matched: {},
};
