// Dates with a month's name, in any order and many languages, as 1961-03-12 (without a year:
// 03-12; without a day: 1961-03).

import { digitsOfDates } from '../east-asian.js';

/** Whose months are known. */
const languages = 'en de fr es it pt nl sv da nb fi pl cs ro hu tr ru uk id'.split(' ');
const ordinals: ReadonlyMap<string, number> = new Map([
  ...'first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth'
    .split(' ')
    .map((word, i) => [word, i + 1] as const),
  ['thirtieth', 30],
]);

const longestFirst = (words: Iterable<string>): string =>
  [...words]
    .filter((word) => /^\p{L}{3,}$/u.test(word))
    .toSorted((a, b) => b.length - a.length)
    .join('|');
/** Numbers in words are digits by now: "twenty-first" is "20-first". */
const DAY = `(?<day>(?:[23]0[ -])?(?:${longestFirst(ordinals.keys())})|\\d{1,2}(?:st|nd|rd|th|\\.|er|º|ª)?)`;
const OF = '(?:\\s(?:of|de|di|do|van))?\\s';
const YEAR = '(?<year>\\d{4})(?!\\d)';
const START = '(?<![\\p{L}\\p{N}])';
const END = '(?![\\p{L}\\p{N}])';

interface Calendar {
  /** Number of the month by its name or its abbreviation, in lower case, without its period. */
  readonly months: ReadonlyMap<string, number>;
  /** In which a date is written. */
  readonly forms: readonly RegExp[];
}

let known: Calendar | undefined;
/** Made when a text is first read: it takes longer than most processes that load this need. */
const calendar = (): Calendar => (known ??= newCalendar());

function newCalendar(): Calendar {
  const months = new Map(languages.flatMap(monthsOf));
  const month = `(?<month>${longestFirst([...months.keys(), 'sept'])})\\.?`;
  const forms = [
    `${START}${DAY}(?:\\sday)?${OF}${month}(?:,?(?:\\s(?:de|del|of|in)(?: the year)?)?\\s${YEAR})?${END}`,
    `${START}${month}\\s(?:the\\s)?${DAY}(?:,?\\s${YEAR})?${END}`,
    `${START}${YEAR}[\\s-]${month}[\\s-]${DAY}${END}`,
    `${START}${DAY}-${month}-${YEAR}${END}`,
    `${START}${month}(?:\\s(?:of|de))?,?\\s${YEAR}${END}`,
  ];
  return { months, forms: forms.map((form) => new RegExp(form, 'giu')) };
}

const monthsOf = (language: string): (readonly [string, number])[] =>
  (['long', 'short'] as const).flatMap((month) =>
    // With a day beside it a name may take another case: "14 lutego".
    [{ month }, { month, day: 'numeric' as const }].flatMap((form) => {
      const format = new Intl.DateTimeFormat(language, { ...form, timeZone: 'UTC' });
      return Array.from({ length: 12 }, (_, i) => {
        const parts = format.formatToParts(Date.UTC(2001, i, 14));
        const name = parts.find(({ type }) => type === 'month')?.value ?? '';
        return [name.toLowerCase().replace(/\.$/, ''), i + 1] as const;
      });
    }),
  );

/** 1941年2月14日, 1941년 2월 14일 */
const EAST = /(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월](?:\s?(\d{1,2})\s?[日일号])?/gu;

/** 2月14日、1941年 */
const EAST_DAY = /(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일号](?:[、,]?\s?(\d{4})\s?[年년])?/gu;

export function writtenDates(text: string): string {
  const east = digitsOfDates(text)
    .replaceAll(EAST, (_, year: string, month: string, day?: string) =>
      iso(year, Number(month), day === undefined ? undefined : Number(day)),
    )
    .replaceAll(EAST_DAY, (_, month: string, day: string, year?: string) =>
      iso(year, Number(month), Number(day)),
    );
  const whole = east.replaceAll(SHORT_YEAR, (_, year: string) => century(year));
  return calendar().forms.reduce((written, form) => written.replaceAll(form, rewritten), whole);
}

/** "'99"; not the inches of 5'11. */
const SHORT_YEAR = new RegExp(`${START}['\u2018\u2019](\\d{2})s?${END}`, 'gu');
/** Short years before it are of this century. */
const PIVOT = 30;

const century = (year: string): string => `${Number(year) < PIVOT ? 20 : 19}${year}`;

type Groups = Partial<Record<'day' | 'month' | 'year', string>>;

function rewritten(written: string, ...rest: unknown[]): string {
  const { day, month = '', year } = rest.at(-1) as Groups;
  const { months } = calendar();
  const name = month.toLowerCase();
  const number = months.get(name) ?? months.get(name.slice(0, 3));
  const of = day === undefined ? undefined : dayOf(day.toLowerCase());
  if (number === undefined || (of !== undefined && (of < 1 || of > 31))) return written;
  return iso(year, number, of);
}

function dayOf(day: string): number {
  const [, digits, ten = '0', ordinal = ''] =
    /^(\d{1,2})(?![\d -])|^(?:(\d0)[ -])?(\p{L}+)$/u.exec(day) ?? [];
  return digits === undefined ? Number(ten) + (ordinals.get(ordinal) ?? 0) : Number(digits);
}

const two = (value: number): string => String(value).padStart(2, '0');

function iso(year: string | undefined, month: number, day: number | undefined): string {
  return [year, two(month), day === undefined ? undefined : two(day)]
    .filter((part) => part !== undefined)
    .join('-');
}

/**
 * The dates that a number may be, as 1961-03-12, or 03-12 without a year: of 12/03/1961 two, as
 * countries differ in what comes first.
 */
export function datesOf(written: string): string[] {
  if (/^\d{2}-\d{2}$/.test(written)) return [written];
  const iso8601 = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(written);
  if (iso8601) return valid(iso8601[1], iso8601[2], iso8601[3]);
  const parts = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})$/.exec(written);
  if (!parts) return [];
  const [, a, b, end = ''] = parts;
  const years = end.length === 4 ? [end] : [`19${end}`, `20${end}`];
  return years.flatMap((year) => [...valid(year, b, a), ...valid(year, a, b)]);
}

/** The year of a date with a month; all else as it is. */
export const yearOf = (written: string): string =>
  /^(\d{4})-\d{2}(?:-\d{2})?$/.exec(written)?.[1] ?? written;

function valid(year = '', month = '', day = ''): string[] {
  const [m, d] = [Number(month), Number(day)];
  return m >= 1 && m <= 12 && d >= 1 && d <= 31 ? [iso(year, m, d)] : [];
}
