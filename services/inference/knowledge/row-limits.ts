// How much of a knowledge base one question is shown.

/** Characters of a row's values: what a reader takes in, and far more than most rows have. */
export const ROW_CHARACTERS = 8_192;
/** Tokens of a row's values that a model reads. */
export const ROW_TOKENS = 1_024;
/** Names times attributes of all candidates: a trie of more takes longer than a token. */
export const MAX_LINKS = 16_384;
/** Characters of the rows of all candidates. */
export const ALL_ROWS_CHARACTERS = 2 ** 20;

/** @returns the first values that fit, and one at least. */
export function shownValues(values: readonly string[], most = Infinity): readonly string[] {
  let characters = 0;
  const fitting = values.findIndex((value) => (characters += value.length) > ROW_CHARACTERS);
  const count = Math.min(fitting < 0 ? values.length : Math.max(1, fitting), most);
  return values.slice(0, count);
}

/**
 * Half of what the context has left, as a power of two: rows that are encoded for one prompt serve
 * others as well.
 * @param tokens that the context has beside the prompt.
 */
export function roomOfRows(tokens: number): number {
  const half = Math.max(1, Math.floor(tokens / 2));
  return Math.min(ROW_TOKENS, 2 ** Math.floor(Math.log2(half)));
}
