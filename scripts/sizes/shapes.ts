// Shapes of published models, as far as memory goes by them: what their config.json says.

import { parseHfConfig } from '#models/checkpoints/hf-config.js';
import type { ModelConfig } from '#models/types.js';

type Json = Readonly<Record<string, unknown>>;

const gated = (
  model_type: string,
  [hidden_size, intermediate_size, num_hidden_layers]: readonly [number, number, number],
  [num_attention_heads, num_key_value_heads]: readonly [number, number],
  vocab_size: number,
  more: Json,
): Json => ({
  model_type,
  hidden_size,
  intermediate_size,
  num_hidden_layers,
  num_attention_heads,
  num_key_value_heads,
  vocab_size,
  max_position_embeddings: 8192,
  rms_norm_eps: 1e-5,
  rope_theta: 10_000,
  hidden_act: 'silu',
  tie_word_embeddings: false,
  ...more,
});

const tied = { tie_word_embeddings: true };

/** By the names that they are published under. */
const published: Readonly<Record<string, Json>> = {
  'SmolLM2-135M': gated('llama', [576, 1536, 30], [9, 3], 49_152, tied),
  'SmolLM2-360M': gated('llama', [960, 2560, 32], [15, 5], 49_152, tied),
  'Qwen2.5-0.5B': gated('qwen2', [896, 4864, 24], [14, 2], 151_936, tied),
  'Llama-3.2-1B': gated('llama', [2048, 8192, 16], [32, 8], 128_256, { ...tied, head_dim: 64 }),
  'Qwen2.5-1.5B': gated('qwen2', [1536, 8960, 28], [12, 2], 151_936, tied),
  'SmolLM2-1.7B': gated('llama', [2048, 8192, 24], [32, 32], 49_152, tied),
  'Llama-3.2-3B': gated('llama', [3072, 8192, 28], [24, 8], 128_256, { ...tied, head_dim: 128 }),
  'Llama-2-7B': gated('llama', [4096, 11_008, 32], [32, 32], 32_000, {}),
  'Mistral-7B-v0.3': gated('mistral', [4096, 14_336, 32], [32, 8], 32_768, {
    sliding_window: null,
  }),
  'Llama-3.1-8B': gated('llama', [4096, 14_336, 32], [32, 8], 128_256, {}),
};

export const shapes: ReadonlyMap<string, ModelConfig> = new Map(
  Object.entries(published).map(([name, json]) => [name, parseHfConfig(name, json)]),
);
