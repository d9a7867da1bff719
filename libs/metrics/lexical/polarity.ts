// What a text that answers a question of yes or no asserts.

import { declines } from './declining.js';
import * as eastAsian from './east-asian.js';
import { normalWords } from './words.js';

const YES =
  /^\W*(?:yes|yeah|yep|indeed|correct|right|true|certainly|absolutely|of course|affirmative|that(?: is|['\u2019]s) (?:so|right|true|correct))(?![\p{L}\p{N}-])/iu;
const NO =
  /^\W*(?:no|nope|not|never|incorrect|wrong|false|negative)(?![\p{L}\p{N}-])(?! (?:one|idea|information|details?|records?|something|sure|certain|known|clear|public)\b)/iu;
/** "She is.", "They do not." and no more. */
const SHORT =
  /^\W*(?!here|there)\w+ (?:is|are|was|were|does|do|did|has|have|had|can|could|will|would)(?<not>n['\u2019]t| not)?\W*$/i;
/** Questions that are answered by yes or no. */
const POLAR =
  /(?:^|[.!?:,;]\s+)(?:is|are|was|were|does|do|did|has|have|had|can|could|will|would|should)(?:n['\u2019]t)?\s[^.!?]{1,400}\?\s*$/i;
/** Whether something is denied; "not as two but as one" and "not only" deny nothing. */
export const negates = (text: string): boolean => NEGATED.test(text);

const NEGATED =
  /\b(?:not(?! (?:as|only|just|merely|simply|solely)\b)|never|no|none|neither|nor|without|lacks?)\b|n['\u2019]t\b/i;

export type Polarity = 'yes' | 'no';

export function polarity(text: string): Polarity | undefined {
  if (YES.test(text) || eastAsian.YES.test(text)) return 'yes';
  if (NO.test(text) || eastAsian.NO.test(text)) return 'no';
  const short = SHORT.exec(text);
  if (!short) return undefined;
  return short.groups?.not === undefined ? 'yes' : 'no';
}

/** Also of an answer that says in full what the question asks: "She does not own a car." */
export function polarityOf(text: string, question: string): Polarity | undefined {
  const said = polarity(text);
  if (said || text.trim() === '' || !isPolar(question) || declines(text)) return said;
  const asked = new Set(normalWords(question));
  const own = normalWords(text);
  if (own.some((word) => isOpposite(word, asked))) return 'no';
  // "He has never been there" has no word of its own.
  if (own.length > 0 && !own.some((word) => asked.has(word))) return undefined;
  return negates(text) || eastAsian.NEGATED.test(text) ? 'no' : 'yes';
}

const isPolar = (question: string): boolean =>
  [POLAR, eastAsian.POLAR].some((form) => form.test(question.trim()));

/** "unmarried" of one asked whether he is married. */
const isOpposite = (word: string, asked: ReadonlySet<string>): boolean =>
  /^(?:un|non)/.test(word) && asked.has(word.replace(/^(?:un|non)/, ''));
