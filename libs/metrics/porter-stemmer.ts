// Porter's stemmer with the extensions that NLTK turns on by default, which ROUGE figures of the
// field are computed with. Plain Porter gives other stems ("dying", "enjoy", "spied"), hence other
// recalls.

/** Words whose stem the rules get wrong. */
const irregular: ReadonlyMap<string, string> = new Map(
  Object.entries({
    sky: 'sky',
    skies: 'sky',
    dying: 'die',
    lying: 'lie',
    tying: 'tie',
    news: 'news',
    inning: 'inning',
    innings: 'inning',
    outing: 'outing',
    outings: 'outing',
    canning: 'canning',
    cannings: 'canning',
    howe: 'howe',
    proceed: 'proceed',
    exceed: 'exceed',
    succeed: 'succeed',
  }),
);

/** What is longer is no word: it is its own stem, so that no rule reads it letter by letter. */
const LONGEST_WORD = 100;

type Condition = (stem: string) => boolean;
/** Suffix, its replacement, and what the rest of the word must satisfy. */
type Rule = readonly [suffix: string, replacement: string, condition: Condition];

/** "c" or "v" a letter. A y is a vowel after a consonant, a consonant elsewhere. */
function letterKinds(word: string): string {
  let kinds = '';
  for (const [i, letter] of [...word].entries()) {
    const vowel = letter === 'y' ? kinds[i - 1] === 'c' : 'aeiou'.includes(letter);
    kinds += vowel ? 'v' : 'c';
  }
  return kinds;
}

/** Porter's m: how many times a vowel run is followed by a consonant run. */
const measure = (stem: string): number => letterKinds(stem).split('vc').length - 1;
const hasMeasure: Condition = (stem) => measure(stem) > 0;
const hasLongMeasure: Condition = (stem) => measure(stem) > 1;
const hasVowel: Condition = (stem) => letterKinds(stem).includes('v');
const always: Condition = () => true;

const endsDoubleConsonant: Condition = (word) =>
  word.length >= 2 && word.at(-1) === word.at(-2) && letterKinds(word).endsWith('c');

/**
 * Consonant, vowel, consonant other than w, x, y; or a word that is only a vowel and a consonant.
 */
const endsShort: Condition = (word) => {
  const kinds = letterKinds(word);
  return kinds === 'vc' || (kinds.endsWith('cvc') && !/[wxy]$/.test(word));
};

/** The first rule whose suffix fits decides, whether or not its condition holds. */
function applyFirst(word: string, rules: readonly Rule[]): string {
  const rule = rules.find(([suffix]) => word.endsWith(suffix));
  if (!rule) return word;
  const stem = word.slice(0, word.length - rule[0].length);
  return rule[2](stem) ? stem + rule[1] : word;
}

const plural: readonly Rule[] = [
  ['sses', 'ss', always],
  ['ies', 'i', always],
  ['ss', 'ss', always],
  ['s', '', always],
];

function stripPlural(word: string): string {
  return word.length === 4 && word.endsWith('ies') ? word.slice(0, -1) : applyFirst(word, plural);
}

function stripPast(word: string): string {
  if (word.endsWith('ied')) return word.slice(0, word.length === 4 ? -1 : -2);
  if (word.endsWith('eed')) return hasMeasure(word.slice(0, -3)) ? word.slice(0, -1) : word;
  const suffix = ['ed', 'ing'].find((s) => word.endsWith(s) && hasVowel(word.slice(0, -s.length)));
  return suffix ? repairStem(word.slice(0, -suffix.length)) : word;
}

/**
 * Gives a stem back the letters that -ed and -ing changed: hopp -> hop, fil -> file, siz -> size.
 */
function repairStem(stem: string): string {
  if (/(?:at|bl|iz)$/.test(stem)) return `${stem}e`;
  if (endsDoubleConsonant(stem)) return /[lsz]$/.test(stem) ? stem : stem.slice(0, -1);
  return measure(stem) === 1 && endsShort(stem) ? `${stem}e` : stem;
}

const finalY: readonly Rule[] = [
  ['y', 'i', (stem) => stem.length > 1 && letterKinds(stem).endsWith('c')],
];

const doubleSuffixes: readonly Rule[] = (
  [
    ['ational', 'ate'],
    ['tional', 'tion'],
    ['enci', 'ence'],
    ['anci', 'ance'],
    ['izer', 'ize'],
    ['bli', 'ble'],
    ['alli', 'al'],
    ['entli', 'ent'],
    ['eli', 'e'],
    ['ousli', 'ous'],
    ['ization', 'ize'],
    ['ation', 'ate'],
    ['ator', 'ate'],
    ['alism', 'al'],
    ['iveness', 'ive'],
    ['fulness', 'ful'],
    ['ousness', 'ous'],
    ['aliti', 'al'],
    ['iviti', 'ive'],
    ['biliti', 'ble'],
    ['fulli', 'ful'],
  ] as const
)
  .map(([suffix, replacement]): Rule => [suffix, replacement, hasMeasure])
  // The l counts as part of the stem, so that geologi and theologi shorten too.
  .concat([['logi', 'log', (stem) => hasMeasure(`${stem}l`)]]);

function shortenDouble(word: string): string {
  const isAlly = word.endsWith('alli') && hasMeasure(word.slice(0, -4));
  return applyFirst(isAlly ? word.slice(0, -2) : word, doubleSuffixes);
}

const adjectives: readonly Rule[] = (
  [
    ['icate', 'ic'],
    ['ative', ''],
    ['alize', 'al'],
    ['iciti', 'ic'],
    ['ical', 'ic'],
    ['ful', ''],
    ['ness', ''],
  ] as const
).map(([suffix, replacement]): Rule => [suffix, replacement, hasMeasure]);

const lastSuffixes: readonly Rule[] =
  'al ance ence er ic able ible ant ement ment ent ion ou ism ate iti ous ive ize'
    .split(' ')
    .map((suffix): Rule => [
      suffix,
      '',
      suffix === 'ion' ? (stem) => hasLongMeasure(stem) && /[st]$/.test(stem) : hasLongMeasure,
    ]);

function stripFinalE(word: string): string {
  if (!word.endsWith('e')) return word;
  const stem = word.slice(0, -1);
  return hasLongMeasure(stem) || (measure(stem) === 1 && !endsShort(stem)) ? stem : word;
}

const doubleL: readonly Rule[] = [['ll', 'l', (stem) => hasLongMeasure(`${stem}l`)]];

/**
 * Stem of one lower-case word of ASCII letters and digits. Source: M. F. Porter, "An algorithm for
 * suffix stripping", Program 14(3), 1980; NLTK's PorterStemmer (mode NLTK_EXTENSIONS).
 */
export function porterStem(word: string): string {
  const known = irregular.get(word);
  if (known !== undefined) return known;
  if (word.length <= 2 || word.length > LONGEST_WORD) return word;
  let s = stripPast(stripPlural(word));
  s = shortenDouble(applyFirst(s, finalY));
  s = applyFirst(applyFirst(s, adjectives), lastSuffixes);
  return applyFirst(stripFinalE(s), doubleL);
}
