import { z } from 'zod';
import { guardrailActions, guardrailChecks, whenUnreadable } from '../../../core/admission.ts';
import { directions } from '../../../core/policy.ts';
import { policyKind } from '../../kind.ts';
import { names, orNull, regex } from '../../shapes.ts';

const MAX_TIMEOUT_MS = 10_000;
const LEAST_WINDOW = 16;
const LARGEST_WINDOW = 20_000;

/** What may be said. */
export const guardrail = policyKind({
  name: 'guardrail',
  config: z
    .object({
      name: z.string().min(1).max(100),
      check: z.enum(guardrailChecks),
      forbid: names.nullish().transform((words) => words ?? []),
      require: names.nullish().transform((words) => words ?? []),
      url: orNull(z.url({ protocol: /^https?$/ })),
      direction: z.enum(directions),
      onFail: z.enum(guardrailActions),
      onError: z.enum(guardrailActions),
      timeoutMs: z.number().int().min(1).max(MAX_TIMEOUT_MS),
      whenUnreadable: z.enum(whenUnreadable),
      windowCharacters: orNull(z.number().int().min(LEAST_WINDOW).max(LARGEST_WINDOW)),
    })
    .superRefine(({ check, forbid, require, url, windowCharacters }, context) => {
      const about = (field: string, message: string) => context.addIssue({ code: 'custom', path: [field], message });
      if ((check === 'WEBHOOK') !== (url !== null)) about('url', 'is needed with WEBHOOK, and with nothing else');
      if (windowCharacters !== null) {
        if (check === 'TOPIC' || require.length > 0) {
          about('windowCharacters', 'is no help: a topic, and what must occur, are known when an answer is whole');
        }
        // With what stands on either side of it.
        const longest = check === 'KEYWORDS' ? Math.max(0, ...forbid.map(({ length }) => length)) + 2 : 0;
        if (windowCharacters < longest) about('windowCharacters', `must be ${longest} for the longest of \`forbid\``);
      }
      if (check === 'WEBHOOK') return;
      if (forbid.length + require.length === 0) about('forbid', 'and `require` are both empty');
      if (check !== 'REGEX') return;
      for (const [field, patterns] of Object.entries({ forbid, require })) {
        for (const pattern of patterns) {
          const { error } = regex.safeParse(pattern);
          if (error) about(field, `'${pattern.slice(0, 40)}' ${error.issues[0]!.message}`);
        }
      }
    }),
  apply: (admission, demand) => ({ ...admission, guardrails: [...admission.guardrails, demand] }),
});
