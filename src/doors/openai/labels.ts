import type { CallInput } from '../call-input.ts';
import type { Words } from '../http/words.ts';

interface Labelled {
  readonly user?: string | null | undefined;
  readonly safety_identifier?: string | null | undefined;
  readonly metadata?: Readonly<Record<string, string>> | null | undefined;
}

/** Names in `metadata` that mean something here; every other pair is a tag. */
const RUN_ID = 'glidepath_run_id';
const AGENT = 'glidepath_agent';

/** Whose call it is and what it belongs to. Headers go before the body, whose author may know nothing of the gateway. */
export function labelsOf({ user, safety_identifier, metadata }: Labelled, { input }: Words): Partial<CallInput> {
  const { [RUN_ID]: runId, [AGENT]: agent, ...others } = metadata ?? {};
  const tags = [...(input.tags ?? []), ...Object.entries(others).map(([key, value]) => ({ key, value }))];
  const endUser = user ?? safety_identifier;
  return {
    ...(endUser && { endUser }),
    ...(runId !== undefined && { run: { runId, ...(agent !== undefined && { agent }) } }),
    ...input,
    ...(tags.length > 0 && { tags }),
  };
}
