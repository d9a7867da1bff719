// Texts as BLEU and ROUGE-L compare them where they may be Chinese: ROUGE's own words are a-z and 0-9.

const UNSPACED =
  '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}';
const TOKEN = new RegExp(`[${UNSPACED}]|[[\\p{L}\\p{M}\\p{N}]--[${UNSPACED}]]+`, 'gv');

/** Of one text: ROUGE-L compares each with each. */
const MAX_TOKENS = 32_768;

/** Words of scripts that separate them and single characters of those that do not, lower-cased; no punctuation. */
export const tokensOf = (text: string): string[] =>
  (text.normalize('NFKC').toLowerCase().match(TOKEN) ?? []).slice(0, MAX_TOKENS);
