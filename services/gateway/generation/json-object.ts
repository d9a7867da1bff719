// A JSON object that is handed on as it came, such as a schema: written as JSON again, so not of any depth.

import { z } from 'zod';

/** Far deeper than any schema; a stack of calls holds it wherever it is walked through. */
const MAX_DEPTH = 512;

export const TOO_DEEP = `must be at most ${MAX_DEPTH} deep`;

export const jsonObject = z
  .record(z.string(), z.unknown())
  .refine((value) => isWithin(value, MAX_DEPTH), TOO_DEEP);

const isWithin = (value: unknown, depth: number): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (depth > 0 && Object.values(value).every((inner) => isWithin(inner, depth - 1)));
