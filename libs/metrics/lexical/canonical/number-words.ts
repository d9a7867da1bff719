// English numbers in words: "twenty-one", "eighty-two thousand five hundred", "nineteen sixty-one",
// "five five five oh one", "one point two", "sixty and a half". Up to twelve a word alone is left: it is as often grammar ("one of").

const units =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const tens = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const scales: ReadonlyMap<string, number> = new Map([
  ['hundred', 100],
  ['thousand', 1000],
  ['million', 1e6],
  ['billion', 1e9],
]);

const values: ReadonlyMap<string, number> = new Map([
  ...units.map((word, value) => [word, value] as const),
  ...tens.map((word, i) => [word, 20 + 10 * i] as const),
  ['oh', 0],
]);

const ALONE = 12;
const WORD = [...values.keys(), ...scales.keys()].join('|');
/** No number has more words than this. */
const NUMBER = new RegExp(`\\b(?:${WORD})(?:(?:[ -]| and )(?:${WORD})){0,24}\\b`, 'gi');

const DIGIT = [...units.slice(0, 10), 'oh'].join('|');
/** As a phone number is read out: shorter ones with commas are lists. */
const READ_OUT = new RegExp(`\\b(?:${DIGIT})(?:[ ,-]{1,2}(?:${DIGIT})){6,24}\\b`, 'gi');
const POINT = new RegExp(`\\b(${WORD}|\\d{1,9}) point (${DIGIT})\\b`, 'gi');
const HALF = new RegExp(`\\b(${WORD}|\\d{1,9}) and a half\\b`, 'gi');

export const numberWords = (text: string): string =>
  text
    .replaceAll(READ_OUT, (written) => wordsOf(written.replaceAll(',', ' ')).map(valueOf).join(''))
    .replaceAll(POINT, (_, whole: string, tenth: string) => `${valueOf(whole)}.${valueOf(tenth)}`)
    .replaceAll(NUMBER, (written) => digits(wordsOf(written)) ?? written)
    .replaceAll(HALF, (_, whole: string) => `${valueOf(whole)}.5`);

const wordsOf = (written: string): string[] =>
  written
    .toLowerCase()
    .split(/[ -]+/)
    .filter((word) => word !== 'and');

const valueOf = (word: string): number => values.get(word.toLowerCase()) ?? Number(word);

/** undefined for what is no number, or is better left as it is. */
function digits(words: readonly string[]): string | undefined {
  if (words.some((word) => scales.has(word))) return scaled(words);
  const read = words.map((word) => values.get(word) ?? Number.NaN);
  const [first = 0, ...rest] = read;
  if (rest.length === 0) return first > ALONE ? String(first) : undefined;
  if (read.length > 2 && read.every((value) => value < 10)) return read.join('');
  const pairs = inPairs(read);
  return pairs && (pairs.length > 1 || first >= 20) ? pairs.join('') : undefined;
}

/** Numbers below a hundred said one behind the other, as years and house numbers are. */
function inPairs(read: readonly number[]): string[] | undefined {
  const pairs: number[] = [];
  let open = false;
  for (const value of read) {
    const last = pairs.at(-1);
    if (open && last !== undefined && value > 0 && value < 10) {
      pairs[pairs.length - 1] = last + value;
      open = false;
      continue;
    }
    if (value > 0 && value < 10) return undefined;
    pairs.push(value);
    open = value >= 20 || value === 0;
  }
  return pairs.map((pair, i) => (i > 0 ? String(pair).padStart(2, '0') : String(pair)));
}

function scaled(words: readonly string[]): string | undefined {
  let [total, group] = [0, 0];
  for (const word of words) {
    const scale = scales.get(word);
    if (scale === 100) group = (group || 1) * 100;
    else if (scale !== undefined) [total, group] = [total + (group || 1) * scale, 0];
    else group += values.get(word) ?? 0;
  }
  return words.length > 1 ? String(total + group) : undefined;
}
