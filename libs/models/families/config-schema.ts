// What the parsers of config.json share: a document is checked against a schema, and refused by the
// key that is wrong.

import { z } from 'zod';
import { first } from '#collections/items.js';
import { CheckpointError } from '../errors/checkpoint.error.js';
import { told } from '../errors/told.js';

/** A size: numbers of the protocol and of graphs have 32 bits. */
export const count = z
  .number()
  .int()
  .positive()
  .max(2 ** 31 - 1);

/** As llama.cpp's LLAMA_MAX_LAYERS: what a file claims is looped over before its tensors are. */
export const layerCount = count.max(512);

/** @throws CheckpointError naming the key, its value and what was expected. */
export function parseConfig<S extends z.ZodType>(
  path: string,
  schema: S,
  json: unknown,
): z.infer<S> {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = first(parsed.error.issues);
  const value = issue.path.reduce<unknown>(
    (part, key) => (part as Record<PropertyKey, unknown> | undefined)?.[key],
    json,
  );
  const found = value === undefined || issue.path.length === 0 ? '' : `, found ${told(value)}`;
  throw new CheckpointError(
    `${path}: ${issue.path.join('.') || 'the document'}: ${issue.message}${found}`,
  );
}

export interface HeadSizes {
  readonly hidden_size: number;
  readonly num_attention_heads: number;
  readonly num_key_value_heads?: number | null;
  readonly head_dim?: number | null;
}

/** Heads and their size, with what follows from the others where a key is absent. */
export function headSizes(
  path: string,
  sizes: HeadSizes,
): { numAttentionHeads: number; numKeyValueHeads: number; headDim: number } {
  const { hidden_size: hidden, num_attention_heads: numAttentionHeads } = sizes;
  const headDim = sizes.head_dim ?? hidden / numAttentionHeads;
  const numKeyValueHeads = sizes.num_key_value_heads ?? numAttentionHeads;
  if (!Number.isInteger(headDim))
    throw new CheckpointError(
      `${path}: num_attention_heads: expected a divisor of ${hidden}, found ${numAttentionHeads}`,
    );
  if (numAttentionHeads % numKeyValueHeads !== 0) {
    throw new CheckpointError(
      `${path}: num_key_value_heads: expected a divisor of ${numAttentionHeads}, found ${numKeyValueHeads}`,
    );
  }
  return { numAttentionHeads, numKeyValueHeads, headDim };
}
