// Texts over which patterns and loops take long that read a text again from each of its places, and
// a clock for whoever reads them.

import { Script } from 'node:vm';

/** Repeated, each is a run of marks, a long word, or many beginnings of something without an end. */
const units = [
  Array.from('.-@"\'()[]{}!?,:;_$aAy9 \n\t\u0000'),
  Array.from('\u00a0\u2028\u201c\u2019\u0301\u200d\ud800éß林😀'),
  ['a@', 'a.', 'a-', '9 ', '9-', '9. ', 'A.', 'A. ', 'Ab-', "A'", '"A', '\u201cA', '\u2018A'],
  ["n't", "'s", "'tis ", "d'ye ", "I'm ", 'ied', 'alli', 'ingly', 'x9A', '.a', '.. ', '?x '],
  [' a', ' A', 'Aa ', 'Aa, ', 'Mr. ', 'yes ', 'cannot ', 'One ', 'of the ', 'Aa of '],
  ['January 1', 'do not a ', 'keeps a ', 'In a, ', ', a ', ', which ', 'known for ', 'ing, '],
  ['1 h 3', '1.249', "5'1", '1 lb 2', 'Aa Co. ', '20-third ', 'a.bb/'],
  ['Ada Quill lives at which ', 'I have a question: ', '<|im_end|>', '{{', '{% if a %}'],
].flat();

type TextOf = (length: number) => string;

const repeated =
  (unit: string): TextOf =>
  (length) =>
    unit.repeat(Math.ceil(length / unit.length));

/** One after another, until there is enough. */
function counted(length: number, unit: (i: number) => string): string {
  let text = '';
  for (let i = 0; text.length < length; i++) text += unit(i);
  return text;
}

const letters = (i: number): string =>
  i.toString(26).replace(/\d/g, (digit) => 'qwertyuiop'[+digit]!);

/** By name, each of about the length that is asked for. */
export const hostileTexts: Readonly<Record<string, TextOf>> = {
  ...Object.fromEntries(units.map((unit) => [JSON.stringify(unit), repeated(unit)])),
  'dots before a letter': (length) => `${'.'.repeat(length)}x`,
  'spaces between two letters': (length) => `a${' '.repeat(length)}x`,
  'a word and dots': (length) => `${'a'.repeat(length / 2)}${'.'.repeat(length / 2)}x`,
  'an endless address': (length) => `${'a'.repeat(length / 2)}@${'b.'.repeat(length / 4)}`,
  'other words': (length) => counted(length, (i) => `${letters(i)}xq `),
  'other names': (length) => counted(length, (i) => `He saw B${letters(i)}xq. `),
  'other numbers': (length) => counted(length, (i) => `${1000 + i} and `),
};

/**
 * Lets `work` read every hostile text.
 * @param limitMs far more than a text takes that is read a few times.
 * @returns the names of those over which it takes longer.
 */
export async function slowOver(
  work: (text: string) => unknown,
  length: number,
  limitMs = 3000,
): Promise<string[]> {
  const slow: string[] = [];
  for (const [name, textOf] of Object.entries(hostileTexts)) {
    const text = textOf(length);
    const started = performance.now();
    await stopped(limitMs, () => work(text));
    if (performance.now() - started > limitMs) slow.push(name);
  }
  return slow;
}

const call = new Script('lethe_work()');

/** Work that does not end is stopped, where it waits for nothing. */
function stopped(timeout: number, work: () => unknown): unknown {
  Object.assign(globalThis, { lethe_work: work });
  try {
    return call.runInThisContext({ timeout });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return undefined;
    throw error;
  }
}
