// The tensors a Llama checkpoint must have, and their shapes.
import { CheckpointError } from './errors/checkpoint.error.js';
import type { ModelConfig } from './types.js';

/** Every tensor name with its dims; matrices are [out, in]. The head is absent where it is tied to the embedding. */
export function expectedTensors(config: ModelConfig): Map<string, readonly number[]> {
  const { hiddenSize: hidden, intermediateSize: inner, vocabSize, headDim } = config;
  const query = config.numAttentionHeads * headDim;
  const keyValue = config.numKeyValueHeads * headDim;
  const tensors = new Map<string, readonly number[]>([['model.embed_tokens.weight', [vocabSize, hidden]]]);
  for (let layer = 0; layer < config.numHiddenLayers; layer++) {
    const block = `model.layers.${layer}`;
    tensors.set(`${block}.input_layernorm.weight`, [hidden]);
    tensors.set(`${block}.self_attn.q_proj.weight`, [query, hidden]);
    tensors.set(`${block}.self_attn.k_proj.weight`, [keyValue, hidden]);
    tensors.set(`${block}.self_attn.v_proj.weight`, [keyValue, hidden]);
    tensors.set(`${block}.self_attn.o_proj.weight`, [hidden, query]);
    tensors.set(`${block}.post_attention_layernorm.weight`, [hidden]);
    tensors.set(`${block}.mlp.gate_proj.weight`, [inner, hidden]);
    tensors.set(`${block}.mlp.up_proj.weight`, [inner, hidden]);
    tensors.set(`${block}.mlp.down_proj.weight`, [hidden, inner]);
  }
  tensors.set('model.norm.weight', [hidden]);
  if (!config.tieWordEmbeddings) tensors.set('lm_head.weight', [vocabSize, hidden]);
  return tensors;
}

/** Refuses a checkpoint that lacks a tensor or has one of another shape. */
export function checkTensors(path: string, config: ModelConfig, found: ReadonlyMap<string, { dims: readonly number[] }>): void {
  for (const [name, dims] of expectedTensors(config)) {
    const entry = found.get(name);
    if (!entry) throw new CheckpointError(`${path}: tensor ${name} is missing, expected [${dims.join(', ')}]`);
    if (entry.dims.length !== dims.length || entry.dims.some((size, i) => size !== dims[i])) {
      throw new CheckpointError(
        `${path}: tensor ${name} has shape [${entry.dims.join(', ')}], expected [${dims.join(', ')}]`,
      );
    }
  }
}
