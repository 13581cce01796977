/** Puts a value into the statement's parameters and answers with its typed place, e.g. `$3::text`. */
export type Bind = (value: unknown, type: string) => string;

/** The parameters of one statement under construction: no value ever becomes part of the text. */
export function parameterList(): { readonly values: readonly unknown[]; readonly bind: Bind } {
  const values: unknown[] = [];
  return { values, bind: (value, type) => `$${values.push(value)}::${type}` };
}
