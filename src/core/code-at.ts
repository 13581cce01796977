/**
 * `text.charCodeAt(at)` for loops over a text. V8 has a dozen kinds of strings (flat, joined, cut, interned, of one or two
 * bytes); where a place in the code has met more than four, it looks the method up anew for each character: 11 ns, not 2. For the
 * same reason such a loop asks for the text's length once.
 */
export const codeAt: (text: string, at: number) => number = Function.prototype.call.bind(String.prototype.charCodeAt);
