// Times of day: "7:45 pm" is 19:45, "a quarter to eight" 7:45.

const HOURS = 'one two three four five six seven eight nine ten eleven twelve'.split(' ');
const CLOCK = /(?<![\d:.,])(\d{1,2})(?:[:.](\d{2}))?\s?([ap])\.?m\b\.?/gi;
const WORDS = new RegExp(
  `\\b(?:a )?(quarter|half) (to|before|past|after) (${HOURS.join('|')})\\b`,
  'gi',
);

export const timesOfDay = (text: string): string =>
  text
    .replaceAll(CLOCK, (written, hour: string, minute = '00', half = 'a') =>
      Number(hour) < 1 || Number(hour) > 12
        ? written
        : `${(Number(hour) % 12) + (half.toLowerCase() === 'p' ? 12 : 0)}:${minute}`,
    )
    .replaceAll(WORDS, (_, part: string, side: string, name: string) => {
      const minutes = part.toLowerCase() === 'half' ? 30 : 15;
      const hour = HOURS.indexOf(name.toLowerCase()) + 1;
      return /to|before/i.test(side) ? `${hour - 1 || 12}:${60 - minutes}` : `${hour}:${minutes}`;
    });
