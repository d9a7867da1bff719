// Answers that break off before they say anything: "The", "Her car is", "Sure! Here is". Whatever ended
// them, they are no answer.

import { declines } from './declining.js';
import { polarityOf } from './polarity.js';
import { readQuestion } from './question.js';
import { isFunctionWord, normalWord, words } from './words.js';

const OPENERS = /^\s*(?:(?:sure|certainly|of course|okay|ok|well|so)\b[\s!.,:]{0,3})+/i;
/** Something follows these. */
const OPEN =
  /(?<![\p{L}\p{N}])(?:an?|the|of|to|in|at|by|for|from|with|on|as|and|or|is|are|was|were|has|have|had|his|their|its|my|our|your)\s*$/iu;

/** Whether an answer ends in the middle of a sentence that so far has but grammar and the question's words. */
export function breaksOff(answer: string, question: string): boolean {
  const said = answer.replace(OPENERS, '');
  if (!OPEN.test(said) || declines(answer) || polarityOf(said, question)) return false;
  const { words: asked } = readQuestion(question);
  return words(said).every((word) => isFunctionWord(word) || asked.has(normalWord(word)));
}
