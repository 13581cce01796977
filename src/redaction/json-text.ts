import { Holding } from './scrub.ts';

/**
 * JSON as a model writes it, piece by piece. Models may write `@` as `\u0040`, which no detector would recognise, so
 * escapes of plain characters are taken out of it first: the same JSON, in a form that can be read.
 */
export class PlainEscapes extends Holding {
  protected pass(last: boolean): string {
    const unfinished = last ? null : /\\(?:u[\da-f]{0,3})?$/i.exec(this.held);
    // An escaped backslash is no beginning of an escape.
    const cut = unfinished && oddBackslashes(this.held, unfinished.index) ? unfinished.index : this.held.length;
    return plain(this.take(cut));
  }
}

function plain(text: string): string {
  return text.replace(/\\(\\|\/|u[\da-f]{4}|.)/gis, (written, what: string) => {
    if (what === '/') return '/';
    if (what.length < 5) return written;
    const character = String.fromCharCode(Number.parseInt(what.slice(1), 16));
    return /[\p{L}\p{N}\p{P}\p{S} ]/u.test(character) && character !== '"' && character !== '\\' ? character : written;
  });
}

function oddBackslashes(text: string, at: number): boolean {
  let count = 0;
  for (let place = at; place >= 0 && text[place] === '\\'; place--) count++;
  return count % 2 === 1;
}

/** Follows JSON text and tells whether its end is inside a string. */
export function stringTracker() {
  let inside = false;
  let escaped = false;
  return {
    see(text: string): void {
      for (const character of text) {
        if (escaped) escaped = false;
        else if (inside && character === '\\') escaped = true;
        else if (character === '"') inside = !inside;
      }
    },
    inside: () => inside,
  };
}

/** As it stands between the quotes of a JSON string. */
export function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
