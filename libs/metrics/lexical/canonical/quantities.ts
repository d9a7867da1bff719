// Lengths, masses, volumes and spans of time: 1.87 metres are 187 cm, an hour and a half 90 minutes.

/** How many thousandths of its dimension's unit each is; a month is no fixed number of days. */
const units = [
  ['length', 1e-3, 'mm millimet(?:er|re)s?'],
  ['length', 1e-2, 'cm centim(?:et(?:er|re)|ètre|etro)s?'],
  ['length', 1, 'm met(?:er|re)s? mètres? metros?'],
  ['length', 1e3, 'km kilom(?:et(?:er|re)|ètre|etro)s?'],
  ['length', 0.0254, 'inch(?:es)?'],
  ['length', 0.3048, 'ft feet foot'],
  ['length', 0.9144, 'yards?'],
  ['length', 1609.344, 'miles?'],
  ['mass', 1e-3, 'mg milligram(?:me)?s?'],
  ['mass', 1, 'g gram(?:me)?s? gramos? Gramm'],
  ['mass', 1e3, 'kg kilos? kilogram(?:me|o|m)?s?'],
  ['mass', 1e6, 'tonnes?'],
  ['mass', 28.349523125, 'oz ounces?'],
  ['mass', 453.59237, 'lbs? pounds?'],
  ['volume', 1e-3, 'ml millilit(?:er|re)s?'],
  ['volume', 1e-2, 'cl centilit(?:er|re)s?'],
  ['volume', 1e-1, 'dl decilit(?:er|re)s?'],
  ['volume', 1, 'l lit(?:er|re|ro)s?'],
  ['time', 1, 'sec seconds? secondes? segundos? Sekunden?'],
  ['time', 60, 'mins? minut(?:e|o)s? Minuten?'],
  ['time', 3600, 'h hrs? hours? heures? horas? Stunden?'],
  ['time', 86_400, 'days? jours? días? Tagen?'],
  ['time', 604_800, 'weeks? semaines? semanas? Wochen?'],
  ['months', 1, 'months? mois mes(?:es)? Monaten?'],
  ['months', 12, 'years? ans années? años? Jahren?'],
] as const;

const NUMBER = '\\d{1,9}(?:[.,]\\d{1,6})?';
const names = units.flatMap(([, , forms]) => forms.split(' ')).join('|');
const END = '(?![\\p{L}\\p{N}]|/\\p{L})';
/** A quantity within a text. */
export const QUANTITY = `${NUMBER}[ -]?(?:${names})${END}`;

const dimensions = units.map(([dimension, size, forms]) => ({
  dimension,
  size,
  form: new RegExp(`^(${NUMBER})[ -]?(?:${forms.replaceAll(' ', '|')})$`, 'iu'),
}));

export interface Quantity {
  /** The number as written. */
  readonly number: string;
  readonly dimension: string;
  /** In metres, grams, litres, seconds or months. */
  readonly size: number;
}

const MAX_LENGTH = 40;

/** The quantity that a text is, and nothing else. */
export function quantityOf(text: string): Quantity | undefined {
  if (text.length > MAX_LENGTH || !/^\d/.test(text)) return undefined;
  for (const { dimension, size, form } of dimensions) {
    const number = form.exec(text)?.[1];
    if (number !== undefined)
      return { number, dimension, size: Number(number.replace(',', '.')) * size };
  }
  return undefined;
}

/** What conversions between units may round away. */
const EXACT = 1e-6;

export const areEqual = (a: Quantity, b: Quantity): boolean =>
  a.dimension === b.dimension && Math.abs(a.size - b.size) <= EXACT * Math.max(a.size, b.size);

const words = new Map(
  'one two three four five six seven eight nine ten eleven twelve'
    .split(' ')
    .map((word, i) => [word, String(i + 1)]),
);
/** A number word that is left alone elsewhere, as it is as often grammar. */
const COUNTED = new RegExp(
  `\\b(?!one day\\b)(${[...words.keys()].join('|')})(?=[ -](?:${names})${END})`,
  'giu',
);
const AND_A_HALF = new RegExp(`\\b(?:an?|1) (hour|day|week|month|year) and a half\\b`, 'gi');
const HALF_AN_HOUR = /\bhalf an hour\b/gi;
/** "1 h 30", "1 hour and 30 minutes", not "2 hours, 30 patients" */
const HOURS =
  /(?<![\p{L}\p{N}.,:])(\d{1,3})(?:\s?h\s?([0-5]\d)(?!\d)|\s?(?:h|hrs?|hours?|heures?|horas?|Stunden?)(?:,? (?:and|et|y|und))? ?([0-5]?\d))(?:(?<=h\s?\d\d)(?![\p{L}\p{N}.,:])|\s?(?:m|mins?|minut(?:e|o)s?|Minuten)(?!\p{L}))/giu;
/** 5'11", "5 ft 11", "5 feet 11 inches" */
const FEET =
  /(?<![\p{L}\p{N}.,:])(\d)(?:(?:['\u2019\u2032]| ?ft) ?(\d{1,2})(?:\s?(?:"|\u201d|\u2033|in(?:ches)?(?!\p{L}))|(?![\p{L}\p{N}.,:]))| (?:feet|foot)(?: and)? (\d{1,2}) (?:in|inches)(?!\p{L}))/giu;
const POUNDS =
  /(?<![\p{L}\p{N}.,:])(\d{1,3}) (?:lbs?|pounds)(?: and)? (\d{1,2}) (?:oz|ounces)\b/giu;

/** Each quantity as one number with its unit. */
export const writtenQuantities = (text: string): string =>
  text
    .replaceAll(COUNTED, (word) => words.get(word.toLowerCase()) ?? word)
    .replaceAll(AND_A_HALF, '1.5 $1s')
    .replaceAll(HALF_AN_HOUR, '30 minutes')
    .replaceAll(
      HOURS,
      (_, hours: string, short?: string, full?: string) =>
        `${+hours * 60 + Number(short ?? full)} minutes`,
    )
    .replaceAll(
      FEET,
      (_, feet: string, short?: string, full?: string) =>
        `${+feet * 12 + Number(short ?? full)} inches`,
    )
    .replaceAll(POUNDS, (_, pounds: string, ounces: string) => `${+pounds * 16 + +ounces} ounces`);
