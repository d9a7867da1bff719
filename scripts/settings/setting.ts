// One environment variable, as its schema tells of it.

import { z } from 'zod';

export interface Setting {
  readonly name: string;
  /** What it may be, in words. */
  readonly value: string;
  /** undefined: none, the variable may be absent; 'needed': none, it may not. */
  readonly fallback: string | undefined;
  readonly description: string | undefined;
}

export const settingsOf = (shape: z.ZodRawShape): Setting[] =>
  Object.entries(shape).map(([name, schema]) => ({
    name,
    value: valueOf(schema),
    fallback: fallbackOf(schema),
    description: z.globalRegistry.get(schema)?.description,
  }));

function valueOf(schema: z.core.$ZodType): string {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional)
    return valueOf(schema.unwrap());
  const expected = z.globalRegistry.get(schema)?.expected;
  if (typeof expected === 'string') return expected;
  if (schema instanceof z.ZodEnum) return schema.options.map((one) => `\`${one}\``).join(', ');
  if (schema instanceof z.ZodNumber)
    return `a whole number from ${schema.minValue} to ${schema.maxValue}`;
  if (schema instanceof z.ZodURL) return 'a URL';
  if (schema instanceof z.ZodString && (schema.minLength ?? 0) > 1)
    return `text of ${schema.minLength} characters or more`;
  return 'text';
}

/** Where a default depends on the machine, the schema says in words what it is. */
function fallbackOf(schema: z.core.$ZodType): string | undefined {
  const inWords = z.globalRegistry.get(schema)?.default;
  if (typeof inWords === 'string') return inWords;
  if (schema instanceof z.ZodOptional) return undefined;
  if (!(schema instanceof z.ZodDefault)) return 'needed';
  const fallback = schema.def.defaultValue;
  return `\`${Array.isArray(fallback) ? fallback.join(':') : fallback}\``;
}
