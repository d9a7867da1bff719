// What a model and its adapters answer, as serving computes it: the logits after prompts. No text
// is made: a model without a tokenizer will do.

import { Lanes, type Served } from '#generation/batching/lanes.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { readServedWeights } from '#models/checkpoints/served-weights.js';

export async function openLanes(path: string): Promise<Lanes> {
  const checkpoint = await openCheckpoint(path);
  const weights = await readServedWeights(checkpoint, { precision: 'float32', halfWeights: false });
  const ignore = (): void => {};
  const events = { chunk: ignore, scored: ignore, preempted: ignore, failed: ignore };
  const limits = { maxBatch: 1, promptTokens: 64, promptTokensBeside: 64 };
  return new Lanes({
    config: checkpoint.config,
    weights,
    tokenizer: await checkpoint.tokenizer().catch(() => undefined as never),
    maxContext: 64,
    compute: { device: 'cpu', threads: 1 },
    limits,
    events,
  });
}

/** Logits of the token after each prompt. */
export async function logitsAfter(
  { lane, adapter }: Served,
  prompts: readonly (readonly number[])[],
): Promise<number[][]> {
  const logits: number[][] = [];
  for (const [id, prompt] of prompts.entries()) {
    logits.push([...(await lane.runner.prefill({ id, prompt, adapter }))]);
    lane.runner.release(id);
  }
  return logits;
}
