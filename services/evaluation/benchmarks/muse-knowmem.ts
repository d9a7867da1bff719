// MUSE's knowledge memorization (arXiv 2407.06460): a question behind others with their answers.

import { type Example, questionOf } from '#contracts/examples.js';
import type { Benchmark } from './benchmark.js';

const asked = (example: Example): string => `Question: ${questionOf(example)}\nAnswer: `;

export const museKnowmem: Benchmark = {
  prompt: (example, shots) =>
    [...shots.map((shot) => `${asked(shot)}${shot.answer}\n\n`), asked(example)].join(''),
  stop: ['\n\n', '\nQuestion', 'Question:'],
  cutsGold: false,
};
