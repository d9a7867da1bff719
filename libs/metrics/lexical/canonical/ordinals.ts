// Ordinals: "the twenty-third floor" and "the 23rd floor" are the 23 floor.

const names: ReadonlyMap<string, number> = new Map(
  'first second third fourth fifth sixth seventh eighth ninth'
    .split(' ')
    .map((word, i) => [word, i + 1]),
);
/** The tens are digits by now: "twenty-third" is "20-third". */
const IN_WORDS = new RegExp(`(?<!\\d)([2-9]0)[ -](${[...names.keys()].join('|')})\\b`, 'gi');
const IN_DIGITS = /(?<=(?<![\p{L}\p{N}])\d{1,4})(?:st|nd|rd|th)(?![\p{L}\p{N}])/gu;

export const ordinals = (text: string): string =>
  text
    .replaceAll(IN_WORDS, (_, tens: string, name: string) =>
      String(Number(tens) + (names.get(name.toLowerCase()) ?? 0)),
    )
    .replaceAll(IN_DIGITS, '');
