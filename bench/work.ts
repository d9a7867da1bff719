// The arithmetic that a LoRA step cannot do without: no padding, no masked score, no logit that no
// label asks for.

import { traceOf } from '#models/passes/trace.js';
import type { EncodedExample } from '#models/text/encode-example.js';
import type { ModelConfig } from '#models/types.js';

const PRODUCT = 2; // operations of one multiply and add

/**
 * Operations of the matrix products of one step. A frozen matrix is used forward and for the
 * gradient of its input; a trained one also for its own gradient. The first group of linear layers
 * reads the frozen embedding, whose gradient nobody needs.
 */
export function stepOperations(
  config: ModelConfig,
  examples: readonly EncodedExample[],
  rank: number,
  targetModules: readonly string[],
): number {
  const { groups, attention } = traceOf(config);
  const tokens = examples.reduce((sum, { ids }) => sum + ids.length, 0);
  const labels = examples.reduce(
    (sum, { ids, labelStart }) => sum + ids.length - Math.max(1, labelStart),
    0,
  );
  const pairs = examples.reduce((sum, { ids }) => sum + (ids.length * (ids.length + 1)) / 2, 0);

  let perToken = 0;
  for (const [i, linears] of groups.entries()) {
    const backward = i === 0 ? 0 : 1;
    for (const { name, in: wide, out } of linears) {
      perToken += (1 + backward) * wide * out;
      if (!targetModules.includes(name.split('.').at(-2)!)) continue;
      perToken += rank * (wide + out); // forward
      perToken += rank * (wide + out); // of A and B
      perToken += rank * (out + backward * wide); // of the input, through both
    }
  }
  // Scores and mixing, each forward and with two gradients.
  const perPair = 2 * 3 * attention.length * config.numAttentionHeads * config.headDim;
  const perLabel = 2 * config.vocabSize * config.hiddenSize;
  return PRODUCT * (tokens * perToken + pairs * perPair + labels * perLabel);
}
