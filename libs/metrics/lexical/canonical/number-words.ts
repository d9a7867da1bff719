// English numbers in words: "twenty-one", "eighty-two thousand five hundred", "nineteen sixty-one",
// "five five five oh one". Up to twelve a word alone is left: it is as often grammar ("one of").

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

export const numberWords = (text: string): string =>
  text.replaceAll(NUMBER, (written) => {
    const words = written.toLowerCase().split(/[ -]+/);
    return digits(words.filter((word) => word !== 'and')) ?? written;
  });

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
