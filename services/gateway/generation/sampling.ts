// Sampling fields that chat and text completions share, and what they ask of inference.

import { randomInt } from 'node:crypto';
import { z } from 'zod';
import type { Sampling } from '#contracts/generated/lethe/inference/v1/Sampling.js';
import { decodingField, toDecoding } from './decoding.js';

const largestSeed = 0xffffffff;
const tokens = z.number().int().min(1).max(1_000_000);

/** Null is as good as absent: OpenAI's clients send both. */
export const samplingFields = {
  model: z.string().min(1),
  stream: z.boolean().nullish(),
  stream_options: z
    .strictObject({
      include_usage: z.boolean().nullish(),
      include_obfuscation: z.boolean().nullish(),
      continuous_usage_stats: z.literal(false, 'usage is told once, at the end').nullish(),
    })
    .nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  top_k: z.number().int().min(0).max(1000).nullish(),
  max_tokens: tokens.nullish(),
  stop: z.union([z.string(), z.array(z.string().min(1)).max(4)]).nullish(),
  seed: z.number().int().nullish(),
  decoding: decodingField,
  n: z.literal(1, 'only one completion per request can be made').nullish(),
};

interface Asked {
  temperature?: number | null | undefined;
  top_p?: number | null | undefined;
  top_k?: number | null | undefined;
  stop?: string | string[] | null | undefined;
  seed?: number | null | undefined;
  decoding?: z.infer<typeof decodingField>;
}

export function samplingOf(asked: Asked, maxTokens: number): Sampling {
  return {
    maxTokens,
    temperature: asked.temperature ?? 1,
    // To inference 0 means "off"; to OpenAI's clients it means "only the likeliest".
    topP: Math.max(asked.top_p ?? 1, 1e-6),
    topK: asked.top_k ?? 0,
    decoding: toDecoding(asked.decoding),
    stop: [asked.stop ?? []].flat().filter((stop) => stop !== ''),
    seed:
      asked.seed === null || asked.seed === undefined ? randomInt(largestSeed) : asked.seed >>> 0,
  };
}
