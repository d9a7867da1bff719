// Published shapes as their config.json has them, for benches without weights.
const llama = {
  model_type: 'llama', vocab_size: 128256, head_dim: 128, num_key_value_heads: 8, num_attention_heads: 32, rms_norm_eps: 1e-5,
  max_position_embeddings: 131072, rope_theta: 500000, hidden_act: 'silu', attention_bias: false, mlp_bias: false,
  rope_scaling: { rope_type: 'llama3', factor: 32, low_freq_factor: 1, high_freq_factor: 4, original_max_position_embeddings: 8192 },
};

export const shapes: Readonly<Record<string, object>> = {
  'llama-3.2-1b': { ...llama, hidden_size: 2048, intermediate_size: 8192, num_hidden_layers: 16, head_dim: 64, tie_word_embeddings: true },
  'llama-3.1-8b': { ...llama, hidden_size: 4096, intermediate_size: 14336, num_hidden_layers: 32, tie_word_embeddings: false },
};
