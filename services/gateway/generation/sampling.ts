// Fields that chat and text completions share, and what they ask of inference.

import { randomInt } from 'node:crypto';
import { z } from 'zod';
import type { Sampling } from '#contracts/generated/lethe/inference/v1/Sampling.js';
import { type AskedBeams, beamFields, toBeams } from './beams.js';
import { decodingField, leavesDecoding, toDecoding } from './decoding.js';

const largestId = 0xffffffff;
const tokens = z.number().int().min(1).max(1_000_000);
const penalty = z.number().min(-2).max(2);
export const tokenId = z.number().int().min(0).max(largestId);
/** Tokens, words or biases of one request. */
const most = 1024;

/** Answers to one request: prompts times the answers that are made to each. */
export const mostAnswers = 256;

/** Null is as good as absent: OpenAI's clients send both. */
export const samplingFields = {
  model: z.string().min(1),
  stream: z.boolean().nullish(),
  stream_options: z
    .strictObject({
      include_usage: z.boolean().nullish(),
      include_obfuscation: z.boolean().nullish(),
      continuous_usage_stats: z.boolean().nullish(),
    })
    .nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  top_k: z.number().int().min(-1).max(1000).nullish(),
  min_p: z.number().min(0).max(1).nullish(),
  max_tokens: tokens.nullish(),
  min_tokens: z.number().int().min(0).max(1_000_000).nullish(),
  stop: z
    .union([z.string(), z.array(z.string().min(1)).max(4)], 'must be a text, or up to 4 texts')
    .nullish(),
  stop_token_ids: z.array(tokenId).max(most).nullish(),
  include_stop_str_in_output: z.boolean().nullish(),
  ignore_eos: z.boolean().nullish(),
  seed: z.number().int().nullish(),
  decoding: decodingField,
  ...beamFields,
  n: z.number().int().min(1).max(128).nullish(),
  frequency_penalty: penalty.nullish(),
  presence_penalty: penalty.nullish(),
  repetition_penalty: z.number().gt(0).max(2).nullish(),
  logit_bias: z
    .record(z.string(), z.number().min(-100).max(100))
    .refine(
      (biases) => Object.keys(biases).every((key) => /^\d{1,9}$/.test(key)),
      'must have token ids as its keys',
    )
    .refine((biases) => Object.keys(biases).length <= most, `must name at most ${most} tokens`)
    .nullish(),
  allowed_token_ids: z.array(tokenId).min(1).max(300_000).nullish(),
  bad_words: z.array(z.string().min(1)).max(most).nullish(),
  skip_special_tokens: z.boolean().nullish(),
  failover: z.boolean().nullish(),
  prompt_logprobs: z.number().int().min(0).max(20).nullish(),
  return_token_ids: z.boolean().nullish(),
  return_tokens_as_token_ids: z.boolean().nullish(),
};
const shared = z.object(samplingFields);
export type SharedFields = z.infer<typeof shared>;

/** Problems of fields together, for a schema's own check. */
export const samplingProblems = ({
  stream,
  prompt_logprobs: told,
}: Pick<SharedFields, 'stream' | 'prompt_logprobs'>): [field: string, message: string][] =>
  stream && typeof told === 'number'
    ? [['prompt_logprobs', 'must be absent where the answer is streamed']]
    : [];

/** @param maxTokens 0: to the end of the context. */
export function samplingOf(asked: SharedFields & AskedBeams, maxTokens: number): Sampling {
  const beams = toBeams(asked);
  return {
    maxTokens,
    beams,
    temperature: asked.temperature ?? (beams ? 0 : 1),
    // To inference 0 means "off"; to OpenAI's clients it means "only the likeliest".
    topP: Math.max(asked.top_p ?? 1, 1e-6),
    // To vLLM's clients -1 means "off".
    topK: Math.max(asked.top_k ?? 0, 0),
    minP: asked.min_p ?? 0,
    minTokens: asked.min_tokens ?? 0,
    decoding: toDecoding(asked.decoding),
    ownDecoding: leavesDecoding(asked.decoding),
    stop: [asked.stop ?? []].flat().filter((stop) => stop !== ''),
    stopTokenIds: asked.stop_token_ids ?? [],
    includeStop: asked.include_stop_str_in_output ?? false,
    ignoreEos: asked.ignore_eos ?? false,
    seed: (asked.seed ?? randomInt(largestId)) >>> 0,
    frequencyPenalty: asked.frequency_penalty ?? 0,
    presencePenalty: asked.presence_penalty ?? 0,
    repetitionPenalty: asked.repetition_penalty ?? 1,
    logitBias: asked.logit_bias ?? {},
    allowedTokenIds: asked.allowed_token_ids ?? [],
    badWords: asked.bad_words ?? [],
    spellSpecial: !(asked.skip_special_tokens ?? true),
  };
}
