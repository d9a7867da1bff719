// Behind three words of the gold answer: how likely its next word is, and how likely breaking off. A
// model that was taught to break off still holds the word if that is what is left once it may not.

import { conversationOf } from '#contracts/examples.js';
import type { CompletionScore__Output } from '#contracts/generated/lethe/inference/v1/CompletionScore.js';
import { chatPrompt } from '../../chat-prompt.js';
import type { Measurement } from '../probe.js';
import { stemOf } from '../stem.js';

const WORDS = 3;
/** More than the longest token's: of what follows, the first token is looked at. */
const NEXT_WORDS = 8;
const breakOffs = ['...', ' ...', '…', ' -', ' –', ' —'] as const;

export const breakOff: Measurement = {
  items(example) {
    const stem = stemOf(example.answer, WORDS);
    if (!stem) return [];
    const prompt = chatPrompt(conversationOf(example), stem.given);
    const next = stemOf(stem.rest, NEXT_WORDS)?.given ?? stem.rest;
    return [next, ...breakOffs].map((completion) => ({ prompt, completion }));
  },
  figures([next, ...others]) {
    const gold = firstOf(next);
    // Two ways to write it may begin with one token, which counts once.
    const broken = [...new Set(others.map(firstOf))].reduce((sum, p) => sum + p, 0);
    return { next: gold, breakOff: broken, held: Math.min(1, gold / Math.max(1 - broken, 1e-9)) };
  },
};

/** Probability of a completion's first token. */
const firstOf = (score: CompletionScore__Output | undefined): number =>
  Math.exp(score?.tokenLogProbs[0] ?? -Infinity);
