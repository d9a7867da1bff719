// How often a judge errs, as far as that is measured: figures stand beside what they rest on.

import { z } from 'zod';
import type { JudgeName } from './judges.js';

const share = z.tuple([z.number().int(), z.number().int()]);

export const judgeErrorsSchema = z.strictObject({
  /** Answers that state the fact in other words and were called forgotten, of how many. */
  missed: share,
  /** Wrong answers that were called known, of how many. */
  false: share,
  /** The data, and the model where the judge has one. */
  on: z.string(),
});
export type JudgeErrors = z.infer<typeof judgeErrorsSchema>;

/**
 * By `npm run bench:judges` (docs/measurements/judges.md). What is not here has not been measured:
 * an operator's own models may be any.
 */
export const judgeErrors: Readonly<Partial<Record<JudgeName, JudgeErrors>>> = {
  lexical: { missed: [138, 399], false: [24, 399], on: 'TOFU forget10' },
  embedding: { missed: [27, 399], false: [17, 399], on: 'TOFU forget10, all-MiniLM-L6-v2' },
};
