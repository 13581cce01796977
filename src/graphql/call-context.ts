import { builder } from './builder.ts';
import type { SchemaTypesOfHouse } from './schema-builder.ts';
import { TagInput } from './words.ts';

/** What callers may say around a call of any kind; see core/call-context.ts. */

const RunContextInput = builder.inputType('RunContextInput', {
  description: 'Groups the calls of one agent run.',
  fields: (t) => ({ runId: t.string({ required: true }), agent: t.string() }),
});

export const DisconnectBehavior = builder.enumType('DisconnectBehavior', {
  values: {
    CONTINUE: { description: 'Keep generating; a dropped connection is not a cancel. Reattach with completionEvents.' },
    CANCEL: {
      description:
        'Cancel, and close the connection to the provider, as soon as nobody listens any more: the caller that waits, ' +
        'or the subscriber, has gone, and no other is there. A wait that has run out is not a disconnect.',
    },
    CANCEL_AFTER_GRACE: { description: 'Cancel when nobody reattaches within 30 s.' },
  } as const,
});

export function contextFields(t: PothosSchemaTypes.InputFieldBuilder<SchemaTypesOfHouse, 'InputObject'>) {
  return {
    endUser: t.string({
      description: 'Your end user, by an id that means nothing to others. Never an e-mail address.',
    }),
    run: t.field({ type: RunContextInput }),
    tags: t.field({ type: [TagInput] }),
    idempotencyKey: t.string({
      description:
        'Required for completionStream, recommended everywhere. Kept 24 h per API key. The same key with the same ' +
        'input attaches to the run, also while it is running, and never pays twice; a run that failed in a retryable ' +
        'way is really tried again. The same key with another input is an IdempotencyConflictError.',
    }),
  };
}
