// Pairs of gold answer and answer that `lethe judge` reads.

import { z } from 'zod';
import { CommandError } from './command-error.js';
import { exitCodes } from './exit-codes.js';

const lineSchema = z.object({
  set: z.enum(['forget', 'retain']),
  q: z.string(),
  gold: z.string(),
  a: z.string(),
  /** Whether the answer was cut at the bound of its tokens. */
  cut: z.boolean().default(false),
  /** What a reader says, where one has: of a forget and of a retain pair. */
  forgotten: z.boolean().optional(),
  retained: z.boolean().optional(),
});

export interface Pair extends z.infer<typeof lineSchema> {
  /** In the file, 1-based. */
  readonly line: number;
  readonly label: 'forgotten' | 'retained' | undefined;
}

/** Empty lines are passed over. @throws CommandError naming the line, the field and what was expected. */
export function parsePairs(text: string, file: string): Pair[] {
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
  const pairs = lines.flatMap((line, i) => (line.trim() === '' ? [] : [parse(line, file, i + 1)]));
  if (pairs.length === 0) throw wrong(`${file} has no pairs: expected lines of {set, q, gold, a}`);
  return pairs;
}

function parse(text: string, file: string, line: number): Pair {
  const value = json(text, `${file}: line ${line}`);
  const { data, error } = lineSchema.safeParse(value);
  if (!error) return { ...data, line, label: labelOf(data) };
  const issues = error.issues.map(({ path: [field], message }) =>
    field === undefined ? message : `${String(field)}${given(value, field)}: ${message}`,
  );
  throw wrong(`${file}: line ${line}: ${issues.join('; ')}`);
}

function given(line: unknown, field: PropertyKey): string {
  const value = (line as Record<PropertyKey, unknown>)[field];
  return value === undefined ? ' is missing' : ` ${JSON.stringify(value).slice(0, 60)}`;
}

function labelOf({ set, forgotten, retained }: z.infer<typeof lineSchema>): Pair['label'] {
  const isForgotten = set === 'forget' ? forgotten : retained === undefined ? undefined : !retained;
  if (isForgotten === undefined) return undefined;
  return isForgotten ? 'forgotten' : 'retained';
}

function json(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw wrong(
      `${place} is not JSON: expected {"set": "forget", "q": ..., "gold": ..., "a": ...}`,
    );
  }
}

const wrong = (message: string): CommandError => new CommandError(message, exitCodes.usage);
