/**
 * What became of what a test has sent, in the report of its run: on its way to the provider, refused by its name, told in
 * words where the provider has no other way, or left out where it has no word for it at all. The table in README.md is
 * made of it.
 */
export type Outcome = 'sent' | 'refused' | 'instructed' | 'wordless';

declare module 'vitest' {
  interface TaskMeta {
    outcome?: Outcome;
  }
}
