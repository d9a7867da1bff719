// The columns of a run's results as a table has them.

import { z } from 'zod';
import { reportRowSchema } from '#contracts/artifacts.js';
import { probeRowSchema } from '#contracts/audit.js';
import { benchmarkRowSchema } from '#contracts/cells.js';

/** Which cell a row is of. */
const cellShape = {
  /** As the run's request names it. */
  model: z.string(),
  task: z.string(),
  task_index: z.number().int(),
  /** Null where there was nothing to judge. */
  judge: z.string().nullable(),
};

const resultRowSchema = z.object({
  ...cellShape,
  ...probeRowSchema.partial().shape,
  ...reportRowSchema.partial().shape,
  ...benchmarkRowSchema.pick({ image: true, absent: true }).shape,
  /** Or a benchmark's. */
  probe: z.string().optional(),
});
/** A question, with answer and scores. */
export type ResultRow = z.infer<typeof resultRowSchema>;

const figureRowSchema = z.object({
  ...cellShape,
  metric: z.string(),
  value: z.number().nullable(),
  lower: z.number().nullable(),
  upper: z.number().nullable(),
  n: z.number().int(),
});
/** A figure of a cell, with the bounds of its interval. */
export type FigureRow = z.infer<typeof figureRowSchema>;

export type ColumnType = 'BOOLEAN' | 'DOUBLE' | 'STRING';

export interface Column<R> {
  readonly name: string;
  readonly type: ColumnType;
  /** Lists and the like as JSON. */
  value(row: R): string | number | boolean | null;
}

export const resultColumns = columnsOf<ResultRow>(resultRowSchema);
export const figureColumns = columnsOf<FigureRow>(figureRowSchema);

function columnsOf<R extends object>(schema: z.ZodObject): readonly Column<R>[] {
  return Object.entries(schema.shape).map(([name, field]) => ({
    name,
    type: typeOf(field as z.ZodType),
    value: (row) => cellOf(row[name as keyof R]),
  }));
}

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
