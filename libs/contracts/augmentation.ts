// What a request may ask of augmentation.

import { z } from 'zod';
import type { NumberedExample } from './dataset/dataset.js';
import type { Example } from './examples.js';
import { teachers } from './teachers.js';

/** Augmentation of the forget set, as in ReLearn; only objectives on augmented rows use it. */
export const augmentationSchema = z.strictObject({
  teacher: z.enum(teachers).default('rules'),
  /** Question variants beside the original: rephrased, specific, noisy, reversed. */
  variants: z.number().int().min(0).max(4).default(4),
  /** Safe answers sampled per question. */
  answers: z.number().int().min(1).max(8).default(1),
  rounds: z.number().int().min(1).max(10).default(3),
  completion: z.boolean().default(true),
  /**
   * Rows per pair in which the answer to forget has begun and is broken off. Default: the
   * objective's.
   */
  break_offs: z.number().int().min(0).max(16).optional(),
  /**
   * Questions of the retain set asked of each other subject, and answered by the model that is to
   * forget: more rows to retain. At most so many of each subject; default: none.
   */
  neighbours: z.number().int().min(0).max(256).optional(),
  /** Generic question-answer rows mixed in, as a multiple of the augmented rows. */
  generic_ratio: z.number().min(0).max(10).default(1.2),
  language: z.enum(['en', 'any']).default('en'),
});
export type Augmentation = z.infer<typeof augmentationSchema>;

/** Characters of what is said in an example: each of its many new answers is compared with it. */
const MAX_SAID = 32_768;

/** What is wrong with the first example that is too long to be augmented, by its line. */
export function tooLongToAugment(examples: readonly NumberedExample[]): string | undefined {
  const found = examples.find(({ example }) => lengthOf(example) > MAX_SAID);
  return (
    found &&
    `line ${found.line} has ${lengthOf(found.example)} characters: at most ${MAX_SAID} can be augmented`
  );
}

const lengthOf = ({ messages, answer }: Example): number =>
  messages.reduce((sum, { content }) => sum + content.length, answer.length);
