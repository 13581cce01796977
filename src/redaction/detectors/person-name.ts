import { patternFinder, whole } from './detector.ts';

/**
 * A guess: words with capitals in a row, or one after a title. It takes cities, firms and titles of books for people
 * too; README.md says how often. Off unless a policy names it.
 */
const TITLE = '(?:Mr|Mrs|Ms|Miss|Dr|Prof|Herr|Frau|Mme|Sr|Sra)\\.? ';
const NAME = "\\p{Lu}[\\p{L}'’]{1,24}(?:-\\p{Lu}\\p{Ll}{1,24})?";
const PERSON = new RegExp(
  `(?<![\\p{L}\\p{N}'’-])(?:${TITLE}${NAME}(?: ${NAME}){0,2}|${NAME}(?: (?:\\p{Lu}\\.? |(?:van|von|de|del|da|di|la|bin|al) )?${NAME}){1,2})(?![\\p{L}\\p{N}'’])`,
  'gu',
);

/** Words that begin sentences, or stand in capitals for other reasons. */
const NOT_NAMES =
  /^(?:The|This|That|These|Those|What|When|Where|Which|Who|Why|How|If|In|On|At|For|From|And|But|Or|Is|Are|Was|Were|Do|Does|Did|Can|Could|Will|Would|Should|Please|Write|Explain|Consider|Given|Let|Suppose|Find|January|February|March|April|May|June|July|August|September|October|November|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|United|New|North|South|East|West|Question|Answer|Choose|Statement)$/;

export const personName = patternFinder('PERSON_NAME', PERSON, 160, {
  confirm: (found) => (found[0].split(' ').some((word) => NOT_NAMES.test(word)) ? null : whole(found)),
});
