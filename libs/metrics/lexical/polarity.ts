// What a text that answers a question of yes or no asserts.

const YES =
  /^\W*(?:yes|yeah|yep|indeed|correct|right|true|certainly|absolutely|of course|affirmative)(?![\p{L}\p{N}-])/iu;
const NO =
  /^\W*(?:no|nope|not at all|incorrect|wrong|false|negative)(?![\p{L}\p{N}-])(?! (?:one|idea|information|details?|records?)\b)/iu;
/** "She is.", "They do not." and no more. */
const SHORT =
  /^\W*\w+ (?:is|are|was|were|does|do|did|has|have|had|can|could|will|would)(?<not>n['\u2019]t| not)?\W*$/i;

export type Polarity = 'yes' | 'no';

export function polarity(text: string): Polarity | undefined {
  if (YES.test(text)) return 'yes';
  if (NO.test(text)) return 'no';
  const short = SHORT.exec(text);
  if (!short) return undefined;
  return short.groups?.not === undefined ? 'yes' : 'no';
}
