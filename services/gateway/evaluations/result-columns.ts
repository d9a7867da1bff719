// The columns of a run's results as a table has them: those of a report's rows, behind what says
// which cell they are of.

import { z } from 'zod';
import { reportRowSchema } from '#contracts/artifacts.js';

const resultRowSchema = z.object({
  /** As the run's request names it. */
  model: z.string(),
  task: z.string(),
  task_index: z.number().int(),
  judge: z.string(),
  ...reportRowSchema.shape,
});
export type ResultRow = z.infer<typeof resultRowSchema>;

export type ColumnType = 'BOOLEAN' | 'DOUBLE' | 'STRING';

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** Lists and the like as JSON. */
  value(row: ResultRow): string | number | boolean | null;
}

export const columns: readonly Column[] = Object.entries(resultRowSchema.shape).map(
  ([name, schema]) => ({
    name,
    type: typeOf(schema),
    value: (row) => cellOf(row[name as keyof ResultRow]),
  }),
);

function typeOf(schema: z.ZodType): ColumnType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable)
    return typeOf(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodNumber) return 'DOUBLE';
  return schema instanceof z.ZodBoolean ? 'BOOLEAN' : 'STRING';
}

function cellOf(value: unknown): string | number | boolean | null {
  if (value === undefined || value === null) return null;
  return typeof value === 'object' ? JSON.stringify(value) : (value as string | number | boolean);
}
