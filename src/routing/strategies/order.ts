import type { Candidate } from '../../core/decision.ts';

/** In which order eligible candidates are tried. Pure; drops none and adds none. */
export type OrderCandidates = (candidates: readonly Candidate[]) => readonly Candidate[];
