import type { LanguageModelV4CallOptions } from '@ai-sdk/provider';
import type { Simulation } from '../../core/chat.ts';

/** What the caller wants simulated, and which attempt of the request this is: `failFirstAttempts` counts them. */
export type Script = Simulation & { readonly attempt: number };

/** It travels as the simulator's provider options; without any, nothing is out of the ordinary. */
export function scriptOf({ providerOptions }: LanguageModelV4CallOptions): Script {
  return { attempt: 1, ...(providerOptions?.simulator as Partial<Script> | undefined) };
}
