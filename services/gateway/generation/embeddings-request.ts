// Body of POST /v1/embeddings, and its answer.

import { z } from 'zod';
import { poolings } from '#contracts/pooling.js';
import { tokenId } from './sampling.js';

const text = z.string().min(1);
const ids = z.array(tokenId).min(1);
const mostInputs = 256;

export const embeddingsSchema = z.strictObject({
  model: z.string().min(1),
  input: z.union(
    [text, z.array(text).min(1).max(mostInputs), ids, z.array(ids).min(1).max(mostInputs)],
    `must be a text, token ids, or up to ${mostInputs} of either, none of them empty`,
  ),
  encoding_format: z.enum(['float', 'base64']).nullish(),
  dimensions: z.number().int().min(1).max(1_000_000).nullish(),
  pooling: z.enum(poolings).nullish(),
  normalize: z.boolean().nullish(),
  user: z.unknown().optional(),
});
export type EmbeddingsRequest = z.infer<typeof embeddingsSchema>;

export const embeddingListSchema = z.object({
  object: z.literal('list'),
  data: z.array(
    z.object({
      object: z.literal('embedding'),
      index: z.number().int(),
      embedding: z.union([z.array(z.number()), z.string()]),
    }),
  ),
  model: z.string(),
  usage: z.object({ prompt_tokens: z.number().int(), total_tokens: z.number().int() }),
});
export type EmbeddingList = z.infer<typeof embeddingListSchema>;
