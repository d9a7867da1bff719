// A question that comes with choices, as lm-evaluation-harness asks those of WMDP and MMLU without
// examples: which letter is the likeliest after "Answer:"?

import { type Example, questionOf } from '#contracts/examples.js';
import { likeliestChoice } from '#metrics/choices.js';
import type { Measurement } from '../probe.js';

const letterOf = (place: number): string => String.fromCodePoint(65 + place);

export const choices: Measurement = {
  items({ choices: options = [], ...example }) {
    const list = options.map((option, i) => `${letterOf(i)}. ${option}`);
    const text = [questionOf(example).trim(), ...list, 'Answer:'].join('\n');
    return options.map((_, i) => ({ prompt: { text }, completion: ` ${letterOf(i)}` }));
  },
  figures(scores, { choices: options = [], answer }: Example) {
    if (scores.some(({ tokenLogProbs }) => tokenLogProbs.length === 0)) return {};
    const found = scores.map(({ sum }, i) => ({ text: letterOf(i), logProb: sum }));
    return { accuracy: Number(options[likeliestChoice(found)] === answer) };
  },
};
