// Gemma 3 (arXiv 2503.19786), its text model: five layers with a window to one that sees everything,
// each kind with a rotation of its own; normalised queries and keys; no soft caps.

import { z } from 'zod';
import { parseRope, parseRopeOf, ropeKeys } from '../layers/rope-config.js';
import type { Rope } from '../layers/rope.js';
import type { Architecture } from './architecture.js';
import { count, parseConfig } from './config-schema.js';
import { type GemmaConfig, gemmaConfig, gemmaDecoder, gemmaKeys } from './gemma-decoder.js';
import { windowsByLayer } from './windows.js';

const THETA = 1_000_000;
const LOCAL_THETA = 10_000;

const schema = z.looseObject({
  ...gemmaKeys,
  ...ropeKeys,
  model_type: z.literal('gemma3_text'),
  max_position_embeddings: count.default(131_072),
  attn_logit_softcapping: gemmaKeys.attn_logit_softcapping.unwrap().default(null),
  final_logit_softcapping: gemmaKeys.final_logit_softcapping.unwrap().default(null),
  rope_local_base_freq: z.number().positive().default(LOCAL_THETA),
  sliding_window_pattern: count.optional(),
  _sliding_window_pattern: count.optional(),
});
type Json = z.infer<typeof schema>;

export const gemma3: Architecture<GemmaConfig> = {
  modelType: 'gemma3_text',
  ...gemmaDecoder,
  parse(path, json) {
    const config = parseConfig(path, schema, json);
    // transformers writes it with and without an underscore.
    const { _sliding_window_pattern: written = 6, sliding_window_pattern: pattern = written } =
      config;
    const windows = windowsByLayer(path, config, (layer) => (layer + 1) % pattern !== 0);
    const [whole, local] = ropesOf(path, config);
    const ropes = windows.map((window) => (window === null ? whole : local));
    return gemmaConfig(path, 'gemma3_text', config, { qkNorm: true, ropes, windows });
  },
};

/**
 * Of layers that see everything, and of those with a window. What is scaled for long contexts is the
 * former alone, and max_position_embeddings counts tokens after it.
 */
function ropesOf(path: string, config: Json): [whole: Rope, local: Rope] {
  const { head_dim: headDim, max_position_embeddings, rope_local_base_freq } = config;
  if (config.rope_parameters)
    return [
      parseRopeOf(path, config, 'full_attention', headDim, { theta: THETA }),
      parseRopeOf(path, config, 'sliding_attention', headDim, { theta: LOCAL_THETA }),
    ];
  const local = { max_position_embeddings, rope_theta: rope_local_base_freq };
  return [parseRope(path, config, headDim, { theta: THETA }), parseRope(path, local, headDim)];
}
