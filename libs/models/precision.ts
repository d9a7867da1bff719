// How the frozen base model computes its linear layers.
import type { Graph } from '#onnx/graph.js';
import type { Project } from './architecture.js';
import { int8Projections } from './int8.js';
import { frozenProjections } from './linear.js';
import type { ModelConfig } from './types.js';

export const precisions = ['float32', 'int8'] as const;
/** `int8`: integers in place of most linear layers' weights (see int8.ts); embeddings, norms and head stay float32. */
export type Precision = (typeof precisions)[number];

export const baseProjections: Readonly<Record<Precision, (graph: Graph, config: ModelConfig) => Project>> = {
  float32: frozenProjections,
  int8: int8Projections,
};
