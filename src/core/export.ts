import type { ErasureSubject } from './erasure.ts';
import type { ScopeRef } from './scope-ref.ts';

export const exportKinds = ['REQUESTS', 'USAGE', 'AUDIT', 'SCORES', 'SUBJECT_ACCESS'] as const;
export type ExportKind = (typeof exportKinds)[number];

export const exportFormats = ['JSONL', 'CSV'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** What an export is made of. */
export interface ExportQuestion {
  /** Unix ms: from then on, up to but without. */
  readonly from: number;
  readonly to: number;
  /** Of REQUESTS and USAGE: only calls that fall under it. */
  readonly scope: ScopeRef | null;
  /** Of SUBJECT_ACCESS: about whom. */
  readonly subject: ErasureSubject | null;
}

/** One line: plain JSON. Lines of one kind have the same fields. */
export type ExportLine = Readonly<Record<string, unknown>>;
