// What a cell of an evaluation run leaves: one model at one task. What takes a judge has two: the
// answers, and the verdicts on them.

import { z } from 'zod';
import { reportHead, type ReportRow } from './artifacts.js';
import { type ProbeRow, probeRowSchema } from './audit.js';
import { hashSchema } from './hash.js';
import { intervalSchema } from './interval.js';
import { stretchSchema } from './stretches.js';
import { benchmarkNames } from './tasks.js';

/** One figure of a cell. */
export const figureSchema = z.strictObject({
  metric: z.string(),
  /** Null where there is nothing to take it from. */
  value: z.number().nullable(),
  /** Null of what is no estimate, such as a count. */
  interval: intervalSchema.nullable(),
  /** Questions that it is taken from. */
  n: z.number().int().nonnegative(),
});
export type Figure = z.infer<typeof figureSchema>;

/** One question of a benchmark. */
export const benchmarkRowSchema = probeRowSchema
  .pick({ index: true, question: true, gold: true, figures: true })
  .extend({
    probe: z.enum(benchmarkNames),
    answer: z.string(),
    /** SHA-256 of the picture that was asked about. */
    image: hashSchema.optional(),
    /** Of CHAIR: what the answer names that is not in the picture, as often as it does. */
    absent: z.array(z.string()).optional(),
  });
export type BenchmarkRow = z.infer<typeof benchmarkRowSchema>;

export type CellRow = ReportRow | ProbeRow | BenchmarkRow;

/** Its rows are Answers; of one with a judge and `answers` Verdicts, else CellRows. */
export const cellManifestSchema = z.strictObject({
  model: reportHead.model,
  /** Absent where there was nothing to judge. */
  judge: reportHead.judge.optional(),
  /** Of the cell that was judged: its manifest. */
  answers: hashSchema.optional(),
  /** None of answers that are still to be judged. */
  figures: z.array(figureSchema),
  stretches: z.array(stretchSchema),
});
export type CellManifest = z.infer<typeof cellManifestSchema>;
