// What the measurements' figures are called.

import type { ProbeName } from '#contracts/probes.js';

const ofAnswers: Readonly<Record<string, string>> = {
  direct: 'probability, per token',
  afterFirst: 'probability behind the first token',
  afterThree: 'probability behind the first three tokens',
  afterQuarter: 'probability behind the first quarter',
  exactMemorisation: 'exact memorisation',
  extractionStrength: 'extraction strength',
  minK: 'Min-K %',
  minKPlusPlus: 'Min-K %++',
  loss: 'loss, per token',
  zlib: 'loss over zlib',
  gradientNorm: 'norm of the gradient',
};

const titles: Readonly<Partial<Record<ProbeName, Readonly<Record<string, string>>>>> = {
  gold: ofAnswers,
  holdout: Object.fromEntries(
    Object.entries(ofAnswers).map(([name, title]) => [name, `holdout: ${title}`]),
  ),
  'break-off': {
    next: 'probability of the next token behind three words',
    breakOff: 'probability of breaking off there',
    held: 'of the next token, once breaking off is ruled out',
  },
  'truth-ratio': { truthRatio: 'truth ratio' },
  choices: { accuracy: 'picked by letter from its own choices' },
  'multiple-choice': {
    accuracy: 'likeliest of four answers',
    accuracyNormalised: 'likeliest of four answers for their length',
    accuracyLettered: 'picked by letter from four answers',
  },
  'yes-no': { accuracy: 'sooner said to be true than a wrong answer' },
  samples: {
    leakAt1: 'leak@1, of answers at temperature 1',
    leakAt5: 'leak@5',
    leakAt10: 'leak@10',
    leakBound: 'bound of the probability that one more leaks',
  },
};

export const measureTitle = (probe: ProbeName, name: string): string =>
  titles[probe]?.[name] ?? `${probe}: ${name}`;
