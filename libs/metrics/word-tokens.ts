// Words and punctuation marks as NLTK's word_tokenize separates lower-cased English: Penn Treebank
// conventions.

/**
 * Abbreviations whose period belongs to the word; any other period before white space ends a
 * sentence.
 */
const abbreviations = new Set(
  'dr mr mrs ms prof st jr sr gen col capt lt sgt rev hon gov sen rep vs etc e.g i.e u.s u.k u.n a.m p.m no inc corp ltd co ave jan feb mar apr jun jul aug sep sept oct nov dec'.split(
    ' ',
  ),
);

/** One word that the Treebank writes as two. */
const fused: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    cannot: ['can', 'not'],
    gonna: ['gon', 'na'],
    gotta: ['got', 'ta'],
    wanna: ['wan', 'na'],
    gimme: ['gim', 'me'],
    lemme: ['lem', 'me'],
    "d'ye": ['d', "'ye"],
    "'tis": ["'t", 'is'],
    "'twas": ["'t", 'was'],
  }),
);

const LONGEST_FUSED = Math.max(...Array.from(fused.keys(), (word) => word.length));

const MARKS =
  /\.{2,}|--|[;@#$%&?!*()[\]{}<>"\u2012-\u2015\u00ab\u00bb\u2018\u201c\u201d\u201e\u2019`]|[:,](?!\d)|''/g;
const CLITICS = ["'s", "'m", "'d", "'ll", "'re", "'ve", "n't"];

/** What may close a chunk behind its last period. */
const CLOSING = /(?<![\])}>"'\u00bb\u201d\u2019])[\])}>"'\u00bb\u201d\u2019]*$/;
const LETTERS_AND_PERIODS = /(?<![a-z.])[a-z.]*$/;

/**
 * Lower-cased tokens of a text: words, clitics ("'s", "n't") and punctuation marks, each on its
 * own.
 */
export function wordTokens(text: string): string[] {
  const chunks = text
    .toLowerCase()
    .split(/\s+/)
    .filter((chunk) => chunk !== '');
  return chunks.flatMap((chunk, i) => [...splitChunk(chunk, i === chunks.length - 1)]);
}

/**
 * Parts a sentence's last period from its word; an abbreviation or an initial keeps its own within
 * the text.
 */
function* splitChunk(chunk: string, last: boolean): Iterable<string> {
  const [closing = ''] = CLOSING.exec(chunk) ?? [];
  const end = chunk.length - closing.length - 1;
  const word = chunk.slice(0, Math.max(end, 0));
  if (chunk[end] !== '.' || word === '' || word.endsWith('.')) return yield* splitMarks(chunk);
  const [bare = ''] = LETTERS_AND_PERIODS.exec(word) ?? [];
  const abbreviated =
    closing === '' && !last && (abbreviations.has(bare) || (bare === word && bare.length === 1));
  if (abbreviated) return yield* splitMarks(chunk);
  yield* splitMarks(word);
  yield '.';
  yield* splitMarks(closing);
}

function* splitMarks(chunk: string): Iterable<string> {
  let from = 0;
  for (const { 0: mark, index } of chunk.matchAll(MARKS)) {
    if (index > from) yield* splitWord(chunk.slice(from, index));
    yield mark;
    from = index + mark.length;
  }
  if (from < chunk.length) yield* splitWord(chunk.slice(from));
}

/** What the Treebank writes apart is taken from a word's ends, one piece after the other. */
function* splitWord(word: string): Iterable<string> {
  const behind: string[] = [];
  let rest = word;
  while (!isFused(rest)) {
    if (opensQuote(rest)) {
      yield "'";
      rest = rest.slice(1);
      continue;
    }
    const end = endOf(rest);
    if (end === '') break;
    behind.push(end);
    rest = rest.slice(0, -end.length);
  }
  yield* fused.get(rest) ?? [rest];
  yield* behind.toReversed();
}

/** A long word is not even looked up: that would read all of it after each piece. */
const isFused = (word: string): boolean => word.length <= LONGEST_FUSED && fused.has(word);

const opensQuote = (word: string): boolean =>
  /^'\w/.test(word) && !/^'(?:s|m|d|ll|re|ve|t)$/.test(word) && cliticOf(word) === '';

const endOf = (word: string): string =>
  word.length > 1 && word.endsWith("'") ? "'" : cliticOf(word);

/** The clitic that a word ends with; '' where there is none, or nothing before it. */
function cliticOf(word: string): string {
  const clitic = CLITICS.find((end) => word.endsWith(end)) ?? '';
  const hostEnd = word.at(-clitic.length - 1);
  return hostEnd === undefined || hostEnd === "'" ? '' : clitic;
}
