// A model with a head of its own.

import type { ModelConfig } from '../types.js';

/** It has one where embeddings or head are trained whole. */
export const untied = (config: ModelConfig): ModelConfig => ({
  ...config,
  tieWordEmbeddings: false,
});
