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

const MARKS =
  /\.{2,}|--|[;@#$%&?!*()[\]{}<>"\u2012-\u2015\u00ab\u00bb\u2018\u201c\u201d\u201e\u2019`]|[:,](?!\d)|''/;
const CLITIC = /^(.*[^'])('(?:s|m|d|ll|re|ve)|n't)$/;

/** A period at the end of a chunk, behind it at most closing quotes and brackets. */
const FINAL_PERIOD = /^(.*[^.])\.([\])}>"'\u00bb\u201d\u2019]*)$/;

/**
 * Lower-cased tokens of a text: words, clitics ("'s", "n't") and punctuation marks, each on its
 * own.
 */
export function wordTokens(text: string): string[] {
  const chunks = text
    .toLowerCase()
    .split(/\s+/)
    .filter((chunk) => chunk !== '');
  return chunks.flatMap((chunk, i) => splitChunk(chunk, i === chunks.length - 1));
}

/**
 * Parts a sentence's last period from its word; an abbreviation or an initial keeps its own within
 * the text.
 */
function splitChunk(chunk: string, last: boolean): string[] {
  const [, word, closing] = FINAL_PERIOD.exec(chunk) ?? [];
  if (word === undefined || closing === undefined) return splitMarks(chunk);
  const [bare = ''] = /[a-z.]*$/.exec(word) ?? [];
  const abbreviated =
    closing === '' && !last && (abbreviations.has(bare) || (bare === word && bare.length === 1));
  return abbreviated ? splitMarks(chunk) : [...splitMarks(word), '.', ...splitMarks(closing)];
}

function splitMarks(chunk: string): string[] {
  if (chunk === '') return [];
  const mark = MARKS.exec(chunk);
  if (!mark) return [...splitWord(chunk)];
  const [before, after] = [chunk.slice(0, mark.index), chunk.slice(mark.index + mark[0].length)];
  return [...(before ? splitWord(before) : []), mark[0], ...splitMarks(after)];
}

function splitWord(word: string): readonly string[] {
  const parts = fused.get(word);
  if (parts) return parts;
  if (
    word.length > 1 &&
    word.startsWith("'") &&
    !CLITIC.test(word) &&
    /^'\w/.test(word) &&
    !/^'(?:s|m|d|ll|re|ve|t)$/.test(word)
  ) {
    return ["'", ...splitWord(word.slice(1))];
  }
  if (word.length > 1 && word.endsWith("'")) return [...splitWord(word.slice(0, -1)), "'"];
  const [, host, clitic] = CLITIC.exec(word) ?? [];
  return host !== undefined && clitic !== undefined ? [...splitWord(host), clitic] : [word];
}
