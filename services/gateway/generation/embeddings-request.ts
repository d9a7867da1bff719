// Body of POST /v1/embeddings, and its answer.

import { z } from 'zod';
import { poolings } from '#contracts/pooling.js';
import { promptField } from './prompt-field.js';

const PICTURE = 'is a picture: embeddings are made of texts alone';
/** Embedded as a text it would say nothing of the picture. */
const isPicture = (one: unknown): boolean =>
  typeof one === 'string' && /^\s{0,99}data:image\//i.test(one);

const input = promptField(
  z.string().min(1),
  ', none of them empty; pictures are not embedded',
).superRefine((named, context) => {
  if (isPicture(named)) context.addIssue({ code: 'custom', message: PICTURE });
  const at = Array.isArray(named) ? named.findIndex(isPicture) : -1;
  if (at >= 0) context.addIssue({ code: 'custom', path: [at], message: PICTURE });
});

export const embeddingsSchema = z.strictObject({
  model: z.string().min(1),
  input,
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
