import type { LogLevel } from './admission.ts';
import type { Caller } from './caller.ts';
import type { Message, OutputPart } from './chat.ts';

/** What was asked and answered in one call, as far as it is kept. */
export interface SaidInCall {
  readonly input: readonly Message[];
  readonly output: readonly OutputPart[];
}

export interface ContentRecord {
  readonly requestId: string;
  readonly caller: Caller;
  readonly routeSlug: string | null;
  /** Who it is about, as the application names them; null: nobody was named. */
  readonly endUser: string | null;
  readonly level: Extract<LogLevel, 'REDACTED' | 'FULL'>;
  /** Unix ms */
  readonly at: number;
  readonly said: SaidInCall;
}

export const withheldReasons = ['NOT_LOGGED', 'RETENTION_EXPIRED', 'ERASED', 'NO_PERMISSION'] as const;
/** Why content is not shown. */
export type WithheldReason = (typeof withheldReasons)[number];
