// Published shapes as their config.json has them, for benches without weights.
const llama = {
  model_type: 'llama',
  rms_norm_eps: 1e-5,
  hidden_act: 'silu',
  attention_bias: false,
  mlp_bias: false,
  tie_word_embeddings: true,
};
const llama3 = {
  ...llama,
  vocab_size: 128256,
  num_key_value_heads: 8,
  num_attention_heads: 32,
  max_position_embeddings: 131072,
  rope_theta: 500000,
  rope_scaling: {
    rope_type: 'llama3',
    factor: 32,
    low_freq_factor: 1,
    high_freq_factor: 4,
    original_max_position_embeddings: 8192,
  },
};

export const shapes = {
  'smollm2-135m': {
    ...llama,
    vocab_size: 49152,
    hidden_size: 576,
    intermediate_size: 1536,
    num_hidden_layers: 30,
    num_attention_heads: 9,
    num_key_value_heads: 3,
    max_position_embeddings: 8192,
    rope_theta: 100000,
  },
  'qwen2.5-0.5b': {
    model_type: 'qwen2',
    vocab_size: 151936,
    hidden_size: 896,
    intermediate_size: 4864,
    num_hidden_layers: 24,
    num_attention_heads: 14,
    num_key_value_heads: 2,
    max_position_embeddings: 32768,
    rope_theta: 1000000,
    rms_norm_eps: 1e-6,
    hidden_act: 'silu',
    tie_word_embeddings: true,
    use_sliding_window: false,
  },
  'bloom-560m': {
    model_type: 'bloom',
    vocab_size: 250880,
    hidden_size: 1024,
    n_layer: 24,
    n_head: 16,
    layer_norm_epsilon: 1e-5,
    apply_residual_connection_post_layernorm: false,
    seq_length: 2048,
  },
  'llama-3.2-1b': {
    ...llama3,
    hidden_size: 2048,
    intermediate_size: 8192,
    num_hidden_layers: 16,
    head_dim: 64,
  },
  'llama-3.1-8b': {
    ...llama3,
    hidden_size: 4096,
    intermediate_size: 14336,
    num_hidden_layers: 32,
    head_dim: 128,
    tie_word_embeddings: false,
  },
} as const;
export type ShapeName = keyof typeof shapes;
