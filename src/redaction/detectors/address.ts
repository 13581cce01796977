import { patternFinder } from './detector.ts';

/** A guess: a house number beside a word that streets are called by, in a few languages, or a box at a post office. */
const STREET =
  '(?:street|st|avenue|ave|road|rd|boulevard|blvd|lane|ln|drive|dr|court|ct|place|pl|square|sq|terrace|way|close|crescent|highway|parkway)';
const ENGLISH = `\\p{N}{1,5}[A-Za-z]? (?:\\p{Lu}[\\p{L}.'-]{0,24} ){1,4}${STREET}\\b\\.?(?:,? (?:Apt|Suite|Unit|Flat|#)\\.? ?\\w{1,6})?`;
const GERMAN =
  '\\p{Lu}\\p{L}{2,30}(?:straße|strasse|str\\.|weg|platz|allee|gasse|katu|tie|gatan|vägen|vej|straat|laan) \\p{N}{1,4} ?[a-z]?';
const ROMANCE =
  "(?:Rua|Via|Viale|Calle|Avenida|Rue|Place|Piazza) (?:(?:de|da|do|del|della|des|du|la|le|los) ){0,2}(?:\\p{Lu}[\\p{L}.'-]{1,24} ?){1,4},? \\p{N}{1,5}";
const BOX = 'P\\.? ?O\\.? Box \\p{N}{1,6}';

const ADDRESS = new RegExp(`(?<![\\p{L}\\p{N}])(?:${ENGLISH}|${GERMAN}|${ROMANCE}|${BOX})(?![\\p{L}\\p{N}])`, 'gui');

export const address = patternFinder('ADDRESS', ADDRESS, 192);
