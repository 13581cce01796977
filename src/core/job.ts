/** How work stands that goes on after it was asked for. */
export const jobStatuses = ['RUNNING', 'SUCCEEDED', 'FAILED'] as const;
export type JobStatus = (typeof jobStatuses)[number];
