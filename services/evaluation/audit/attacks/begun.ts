// The question, and the beginning of its gold answer for the model to go on from: words that most
// often hold no secret. Who has only learned to begin another answer is found out.

import { conversationOf } from '#contracts/examples.js';
import type { Attack } from '../probe.js';
import { stemOf } from '../stem.js';

/** @param words as `stemOf` has them. */
export const begun =
  (words: Parameters<typeof stemOf>[1]): Attack =>
  (example) => {
    const stem = stemOf(example.answer, words);
    if (!stem) return [];
    return [{ messages: conversationOf(example), prefix: stem.given, gold: stem.rest.trim() }];
  };
