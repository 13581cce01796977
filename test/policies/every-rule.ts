/** A rule of every kind that can stop or change a call, and words that each of them minds. */

export const CANARY = 'frida.canary@example.org';
export const WORDS = `Tell ${CANARY} about operation moonlight, please.`;

/** What each does to WORDS when it is enforced. */
export const rules: Readonly<Record<string, { readonly rule: object; readonly outcome: 'REDACTED' | 'BLOCKED' }>> = {
  masking: { rule: { redaction: { detectors: ['EMAIL'], action: 'MASK' } }, outcome: 'REDACTED' },
  hashing: { rule: { redaction: { detectors: ['EMAIL'], action: 'HASH' } }, outcome: 'REDACTED' },
  removing: { rule: { redaction: { detectors: ['EMAIL'], action: 'REMOVE' } }, outcome: 'REDACTED' },
  tokens: { rule: { redaction: { detectors: ['EMAIL'], action: 'TOKENIZE' } }, outcome: 'REDACTED' },
  blocking: { rule: { redaction: { detectors: ['EMAIL'], action: 'BLOCK' } }, outcome: 'BLOCKED' },
  words: {
    rule: {
      guardrail: { name: 'w', check: 'KEYWORDS', forbid: ['Operation Moonlight'], direction: 'INPUT', onFail: 'BLOCK' },
    },
    outcome: 'BLOCKED',
  },
  patterns: {
    rule: {
      guardrail: {
        name: 'p',
        check: 'REGEX',
        forbid: ['moon[a-z]+'],
        direction: 'BOTH',
        onFail: 'BLOCK',
        whenUnreadable: 'ALLOW',
      },
    },
    outcome: 'BLOCKED',
  },
  'required words': {
    rule: { guardrail: { name: 'r', check: 'KEYWORDS', require: ['ticket'], direction: 'INPUT', onFail: 'BLOCK' } },
    outcome: 'BLOCKED',
  },
  sizes: { rule: { contentLimit: { maxInputTokens: 5 } }, outcome: 'BLOCKED' },
  models: { rule: { access: { denyModels: ['wire/*', 'sim/*'] } }, outcome: 'BLOCKED' },
  residency: { rule: { residency: { allowedRegions: ['eu'], requireNoTraining: false } }, outcome: 'BLOCKED' },
};
