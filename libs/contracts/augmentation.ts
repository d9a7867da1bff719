// What a request may ask of augmentation.

import { z } from 'zod';
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
  /** Generic question-answer rows mixed in, as a multiple of the augmented rows. */
  generic_ratio: z.number().min(0).max(10).default(1.2),
  language: z.enum(['en', 'any']).default('en'),
});
export type Augmentation = z.infer<typeof augmentationSchema>;
