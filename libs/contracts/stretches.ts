// Rows too many for one document: JSON lines in stretches, each an artifact of its own, and a list
// that says where each row is.

import { z } from 'zod';
import { hashSchema } from './hash.js';

export const stretchSchema = z.strictObject({
  /** Of the artifact: one row per line. */
  hash: hashSchema,
  rows: z.number().int().positive(),
});
export type Stretch = Readonly<z.infer<typeof stretchSchema>>;

export const rowCount = (stretches: readonly Stretch[]): number =>
  stretches.reduce((sum, { rows }) => sum + rows, 0);
