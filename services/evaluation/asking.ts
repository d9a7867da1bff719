// Calls to inference on behalf of one job, so many at a time.

import { type AskedDecoding, decodingMessage } from '#contracts/decoding.js';
import type { CompletionScore__Output } from '#contracts/generated/lethe/inference/v1/CompletionScore.js';
import type { Prompt } from '#contracts/generated/lethe/inference/v1/Prompt.js';
import type { Sampling } from '#contracts/generated/lethe/inference/v1/Sampling.js';
import type { ScoreItem } from '#contracts/generated/lethe/inference/v1/ScoreItem.js';
import type { ScoreRequest } from '#contracts/generated/lethe/inference/v1/ScoreRequest.js';
import type { ModelRef, Payload } from '#contracts/jobs.js';
import type { Transform } from '#contracts/rounding.js';
import type { InferenceClient } from '#platform/grpc/inference-client.js';
import { type Said, wholeAnswer } from '#platform/grpc/whole-answer.js';
import type { Env } from './env.js';

export interface Asking {
  readonly tenant: string;
  readonly model: ModelRef & Transform;
  readonly maxTokens: number;
  /** Rows under way at a time, so that inference has a batch to work on. */
  readonly concurrency: number;
  /** Of one call to inference, in ms. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** How tokens of answers are chosen. Default: by the model's logits as they are. */
  readonly decoding?: AskedDecoding;
}

/** A shard's, as this worker's settings have it. */
export const askingOf = (
  {
    tenantId,
    model,
    maxTokens,
  }: Payload<'evaluate-shard' | 'evaluate-knowledge-shard' | 'audit-shard'>,
  { SHARD_CONCURRENCY, GENERATE_TIMEOUT_MS }: Env,
  signal: AbortSignal,
): Asking => ({
  tenant: tenantId,
  model,
  maxTokens,
  concurrency: SHARD_CONCURRENCY,
  timeoutMs: GENERATE_TIMEOUT_MS,
  signal,
});

/** Completions of one call to inference: a deadline holds for all of them. */
const SCORED_AT_ONCE = 32;
/** A gradient takes as long as several scores, and is taken alone. */
const GRADIENTS_AT_ONCE = 4;
const atOnceOf = ({ gradient, source }: Scoring): number => {
  // A row for each layer.
  if (source) return 1;
  return gradient ? GRADIENTS_AT_ONCE : SCORED_AT_ONCE;
};

/** The model's answer, without spaces at its ends. @param sampling default: greedy */
export async function generate(
  inference: InferenceClient,
  { tenant, model, maxTokens, signal, timeoutMs, decoding }: Asking,
  prompt: Prompt,
  sampling: Sampling = { temperature: 0 },
): Promise<Said> {
  const chosen = decoding ? { decoding: decodingMessage(decoding) } : {};
  const request = { model, prompt, sampling: { maxTokens, ...chosen, ...sampling }, atOnce: true };
  return wholeAnswer(inference.generate(tenant, request, { signal, timeoutMs }));
}

/** What scores have beside the likelihoods of the completions' tokens. */
export type Scoring = Pick<
  ScoreRequest,
  'detail' | 'end' | 'layers' | 'whole' | 'gradient' | 'source'
>;

/** Completions' scores, in their order; of those too long for the context, their beginnings'. */
export async function scoreAll(
  inference: InferenceClient,
  { tenant, model, signal, timeoutMs }: Omit<Asking, 'maxTokens' | 'concurrency'>,
  items: readonly ScoreItem[],
  scoring: Scoring = {},
): Promise<CompletionScore__Output[]> {
  const all: CompletionScore__Output[] = [];
  const atOnce = atOnceOf(scoring);
  for (let at = 0; at < items.length; at += atOnce) {
    const request = { model, items: items.slice(at, at + atOnce), cut: true, ...scoring };
    const { scores } = await inference.score(tenant, request, { signal, timeoutMs });
    all.push(...scores);
  }
  return all;
}
