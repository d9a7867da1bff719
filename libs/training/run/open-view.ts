// A model over whole sequences, seen at the positions that matter to a loss.

import { architectureOf } from '#models/families/index.js';
import { openPass, type Project } from '#models/layers/pass.js';
import { sequenceAttention, sequenceDims } from '#models/passes/attention/sequence-attention.js';
import { headOf, type HeadOptions } from '#models/passes/head.js';
import { withFeatures } from '#models/passes/image-features.js';
import type { ModelConfig } from '#models/types.js';
import type { Graph } from '#onnx/graph.js';
import { ModelView } from './model-view.js';

/** Input [tokens] int64 of such a model. */
export const IDS = 'ids';

/** @param seeing whether features stand for some tokens. */
export function openView(
  graph: Graph,
  config: ModelConfig,
  maxLength: number,
  project: Project,
  head: HeadOptions,
  seeing = false,
): ModelView {
  const architecture = architectureOf(config);
  const attention = sequenceAttention(graph, config, maxLength, seeing);
  const interference = seeing ? { embedded: withFeatures(graph, config) } : {};
  const pass = openPass(graph, project, attention, interference);
  return new ModelView(graph, {
    stream: architecture.hiddenStates(
      pass,
      config,
      graph.input(IDS, [sequenceDims.tokens], 'int64'),
    ),
    norm: (hidden) => architecture.finalNorm(pass, config, hidden),
    head: headOf(graph, config, head),
  });
}
