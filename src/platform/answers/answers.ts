/**
 * Finished answers kept for a while, as text. Losing them costs a provider call, nothing else.
 * Every function throws UnavailableProblem when the store cannot be reached; the caller goes on as without an answer.
 */
export interface Answers {
  get(key: string): Promise<string | null>;
  set(key: string, value: string, ttlMs: number): Promise<void>;
  /** How many keys start with `prefix`. */
  count(prefix: string): Promise<number>;
  /** Removes every answer whose key starts with `prefix`. @returns how many there were. */
  purge(prefix: string): Promise<number>;
  close(): Promise<void>;
}
