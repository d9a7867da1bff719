// Ordinals: "the twenty-third floor" and "the 23rd floor" are the 23 floor. First and second are as often
// grammar.

const units = 'first second third fourth fifth sixth seventh eighth ninth'.split(' ');
const others: ReadonlyMap<string, number> = new Map([
  ...'third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth'
    .split(' ')
    .map((word, i) => [word, i + 3] as const),
  ['thirtieth', 30],
  ['fortieth', 40],
  ['fiftieth', 50],
]);
/** The tens are digits by now: "twenty-third" is "20-third". */
const COMPOUND = new RegExp(`(?<!\\d)([2-9]0)[ -](${units.join('|')})\\b`, 'gi');
const ALONE = new RegExp(`(?<![\\d-]|\\d )\\b(?:${[...others.keys()].join('|')})\\b`, 'gi');
const IN_DIGITS = /(?<=(?<![\p{L}\p{N}])\d{1,4})(?:st|nd|rd|th)(?![\p{L}\p{N}])/gu;

export const ordinals = (text: string): string =>
  text
    .replaceAll(COMPOUND, (_, tens: string, unit: string) =>
      String(Number(tens) + units.indexOf(unit.toLowerCase()) + 1),
    )
    .replaceAll(ALONE, (word) => String(others.get(word.toLowerCase())))
    .replaceAll(IN_DIGITS, '');
