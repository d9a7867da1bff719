// Dates with a month's name, in any order and many languages, as 1961-03-12 (without a year:
// 03-12; without a day: 1961-03).

/** Whose months are known. */
const languages = 'en de fr es it pt nl sv da nb fi pl cs ro hu tr ru uk id'.split(' ');
const ordinals =
  'first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth'.split(
    ' ',
  );

/** Number of the month by its name or its abbreviation, in lower case, without its period. */
const months: ReadonlyMap<string, number> = new Map(
  languages.flatMap((language) =>
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
    ),
  ),
);

const longestFirst = (words: Iterable<string>): string =>
  [...words]
    .filter((word) => /^\p{L}{3,}$/u.test(word))
    .toSorted((a, b) => b.length - a.length)
    .join('|');
const MONTH = `(?<month>${longestFirst([...months.keys(), 'sept'])})\\.?`;
const TENS = 'twenty|thirty|20|30';
const DAY = `(?<day>\\d{1,2}(?:st|nd|rd|th|\\.|er|º|ª)?|(?:(?:${TENS})[ -])?(?:${ordinals.join('|')})|thirtieth)`;
const OF = '(?:\\s(?:of|de|di|do|van))?\\s';
const YEAR = '(?<year>\\d{4})(?!\\d)';
const START = '(?<![\\p{L}\\p{N}])';
const END = '(?![\\p{L}\\p{N}])';

const forms = [
  `${START}${DAY}${OF}${MONTH}(?:,?(?:\\s(?:de|del|of|in))?\\s${YEAR})?${END}`,
  `${START}${MONTH}\\s(?:the\\s)?${DAY}(?:,?\\s${YEAR})?${END}`,
  `${START}${YEAR}[\\s-]${MONTH}[\\s-]${DAY}${END}`,
  `${START}${DAY}-${MONTH}-${YEAR}${END}`,
  `${START}${MONTH}(?:\\s(?:of|de))?,?\\s${YEAR}${END}`,
].map((form) => new RegExp(form, 'giu'));
/** 1941年2月14日, 1941년 2월 14일 */
const EAST = /(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월](?:\s?(\d{1,2})\s?[日일号])?/gu;

export function writtenDates(text: string): string {
  const east = text.replaceAll(EAST, (_, year: string, month: string, day?: string) =>
    iso(year, Number(month), day === undefined ? undefined : Number(day)),
  );
  return forms.reduce((written, form) => written.replaceAll(form, rewritten), east);
}

type Groups = Partial<Record<'day' | 'month' | 'year', string>>;

function rewritten(written: string, ...rest: unknown[]): string {
  const { day, month = '', year } = rest.at(-1) as Groups;
  const name = month.toLowerCase();
  const number = months.get(name) ?? months.get(name.slice(0, 3));
  const of = day === undefined ? undefined : dayOf(day.toLowerCase());
  if (number === undefined || (of !== undefined && (of < 1 || of > 31))) return written;
  return iso(year, number, of);
}

function dayOf(day: string): number {
  const digits = /^\d{1,2}(?!\d|[ -])/.exec(day)?.[0];
  if (digits !== undefined) return Number(digits);
  if (day === 'thirtieth') return 30;
  const [ten, unit] = /[ -]/.test(day) ? day.split(/[ -]/) : ['', day];
  const base = /^(?:thirty|30)$/.test(ten ?? '') ? 30 : ten ? 20 : 0;
  return base + ordinals.indexOf(unit ?? '') + 1;
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

function valid(year = '', month = '', day = ''): string[] {
  const [m, d] = [Number(month), Number(day)];
  return m >= 1 && m <= 12 && d >= 1 && d <= 31 ? [iso(year, m, d)] : [];
}
