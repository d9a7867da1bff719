// Times of day: "7:45 pm" is 19:45, "a quarter to eight" 7:45.

const HOURS = 'one two three four five six seven eight nine ten eleven twelve'.split(' ');
const CLOCK = /(?<![\d:.,])(\d{1,2})(?:[:.](\d{2}))?\s?([ap])\.?m\b\.?/gi;
const PARTS: ReadonlyMap<string, number> = new Map([
  ['five', 5],
  ['ten', 10],
  ['quarter', 15],
  ['twenty', 20],
  ['twenty-five', 25],
  ['half', 30],
]);
const WORDS = new RegExp(
  // "A year and a half to two years" is no time of day.
  `\\b(?:a )?(?!half (?:to|before))(${[...PARTS.keys()].toReversed().join('|')})(?: minutes)? (to|before|past|after) (${HOURS.join('|')})\\b`,
  'gi',
);

const two = (minutes: number): string => String(minutes).padStart(2, '0');

export const timesOfDay = (text: string): string =>
  text
    .replaceAll(CLOCK, (written, hour: string, minute = '00', half = 'a') =>
      Number(hour) < 1 || Number(hour) > 12
        ? written
        : `${(Number(hour) % 12) + (half.toLowerCase() === 'p' ? 12 : 0)}:${minute}`,
    )
    .replaceAll(WORDS, (_, part: string, side: string, name: string) => {
      const minutes = PARTS.get(part.toLowerCase()) ?? 0;
      const hour = HOURS.indexOf(name.toLowerCase()) + 1;
      return /to|before/i.test(side)
        ? `${hour - 1 || 12}:${60 - minutes}`
        : `${hour}:${two(minutes)}`;
    });
