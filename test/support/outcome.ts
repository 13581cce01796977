/**
 * What became of what a test has sent, in the report of its run: on its way to the provider, refused by its name, or
 * told in words where the provider has no other way. The table in README.md is made of it.
 */
export type Outcome = 'sent' | 'refused' | 'instructed';

declare module 'vitest' {
  interface TaskMeta {
    outcome?: Outcome;
  }
}
