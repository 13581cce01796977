/** As much of a text as is looked at. */
const LOOKED_AT = 200;
/** Fewer words than this are no evidence. */
const FEWEST_HITS = 2;

/** Scripts that one widely used language writes, in order of test. */
const scripts: readonly (readonly [string, RegExp])[] = [
  ['ja', /[\u3040-\u30ff]/],
  ['ko', /[\uac00-\ud7af]/],
  ['zh', /[\u4e00-\u9fff]/],
  ['uk', /[іїєґ]/i],
  ['ru', /[\u0400-\u04ff]/],
  ['ar', /[\u0600-\u06ff]/],
  ['he', /[\u0590-\u05ff]/],
  ['el', /[\u0370-\u03ff]/],
  ['hi', /[\u0900-\u097f]/],
  ['th', /[\u0e00-\u0e7f]/],
];

/** The commonest small words; those that two languages share are left out, but where the others tell them apart. */
const smallWords: Readonly<Record<string, string>> = {
  en: 'the and is of to that it what how with for you are this my can please write',
  de: 'der die das und ist nicht ein eine zu mit auf für wie was ich bitte wir sind auch dem den',
  fr: 'le les et est une des dans pour que qui avec sur je vous pas cette comment quelle du au',
  es: 'el los las y es una por con para que como cuál qué del está muy pero sus mi escribe',
  it: 'il gli e è una per con che di non come sono questo della mi più scrivi nel',
  pt: 'o os as e é uma para com que não como você do da em por está meu escreva',
  nl: 'de het en een van is dat niet voor met op hoe wat ik zijn deze mijn schrijf',
  pl: 'i w nie na jest się z do jak co to że czy proszę napisz',
  tr: 'bir ve bu için ile ne nasıl mi değil çok ben lütfen olarak',
  sv: 'och det är att en på som för jag inte med hur vad av till',
};

const languagesOf = new Map<string, string[]>();
for (const [language, words] of Object.entries(smallWords)) {
  for (const word of words.split(' ')) languagesOf.set(word, [...(languagesOf.get(word) ?? []), language]);
}

/** ISO 639-1 of a text by its script, or else by its small words; null when neither tells. */
export function languageOf(text: string): string | null {
  const looked = text.slice(0, LOOKED_AT);
  if (/[\u0250-\u1fff\u2e80-\ud7ff]/.test(looked)) {
    for (const [language, letters] of scripts) if (letters.test(looked)) return language;
  }
  const hits = new Map<string, number>();
  for (const word of looked.toLowerCase().match(/\p{L}+/gu) ?? []) {
    const languages = languagesOf.get(word);
    if (languages) for (const language of languages) hits.set(language, (hits.get(language) ?? 0) + 1);
  }
  let best: string | null = null;
  let most = FEWEST_HITS - 1;
  for (const [language, count] of hits) {
    if (count > most) {
      best = language;
      most = count;
    }
  }
  return best;
}
