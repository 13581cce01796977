import { ValidationProblem } from '../core/problem.ts';
import type { LimitRow } from './store.ts';

/** How much may be kept, and of what kind. */
export interface FileLimits {
  readonly maxFileBytes: number;
  /** Of all files of an organization together. */
  readonly maxTotalBytes: number;
  /** Beginnings of media types. */
  readonly mimeTypes: readonly string[];
}

/** The stricter of both, each by itself. */
export function within(deployment: FileLimits, own: LimitRow | null): FileLimits {
  if (!own) return deployment;
  return {
    maxFileBytes: Math.min(deployment.maxFileBytes, own.maxFileBytes ?? Number.POSITIVE_INFINITY),
    maxTotalBytes: Math.min(deployment.maxTotalBytes, own.maxTotalBytes ?? Number.POSITIVE_INFINITY),
    mimeTypes: own.mimeTypes.length === 0 ? deployment.mimeTypes : own.mimeTypes,
  };
}

const RAISE = 'An admin can change it with fileLimitSave, the operator with';

/** @throws ValidationProblem naming the limit and who can change it */
export function refuseTooLarge(sizeBytes: number | null, { maxFileBytes }: FileLimits, path: string): void {
  if (sizeBytes !== null && sizeBytes <= maxFileBytes) return;
  const size = sizeBytes === null ? 'more than that' : `${sizeBytes} bytes`;
  const message = `A file may have ${maxFileBytes} bytes (maxFileBytes); this one has ${size}. ${RAISE} GLIDEPATH_FILE_BYTES.`;
  throw ValidationProblem.at(path, 'FILE_TOO_LARGE', message);
}

/** @throws ValidationProblem naming the limit and who can change it */
export function refuseFull(sizeBytes: number, kept: number, { maxTotalBytes }: FileLimits): void {
  if (kept + sizeBytes <= maxTotalBytes) return;
  const message = `All files together may have ${maxTotalBytes} bytes (maxTotalBytes); ${kept} are kept, and this one has ${sizeBytes}. Delete some with fileDelete. ${RAISE} GLIDEPATH_FILE_TOTAL_BYTES.`;
  throw ValidationProblem.at('content', 'FILES_FULL', message);
}

/** @throws ValidationProblem with the types that are accepted */
export function refuseType(mimeType: string, { mimeTypes }: FileLimits): void {
  if (mimeTypes.some((type) => mimeType.startsWith(type))) return;
  const message = `Files of type ${mimeType} are not kept here, only ${mimeTypes.join(', ')} (mimeTypes). ${RAISE} GLIDEPATH_FILE_TYPES.`;
  throw ValidationProblem.at('mimeType', 'TYPE_NOT_ACCEPTED', message, mimeTypes);
}
