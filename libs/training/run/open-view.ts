// A model over whole sequences, seen at the positions that matter to a loss.

import { architectureOf } from '#models/families/index.js';
import { frozenProjections } from '#models/layers/linear.js';
import { openPass, type Project, projecting, weightInput } from '#models/layers/pass.js';
import { sequenceAttention, sequenceDims } from '#models/passes/attention/sequence-attention.js';
import { headOf, type HeadOptions } from '#models/passes/head.js';
import { type Connecting, withFeatures } from '#models/passes/image-features.js';
import type { ModelConfig } from '#models/types.js';
import { NEWLINE } from '#models/vision/arrange-features.js';
import { connected, connectorWidth } from '#models/vision/connector.js';
import type { Making } from '#models/vision/making.js';
import { rowsAbove } from '#models/vision/vision-graph.js';
import type { Graph } from '#onnx/graph.js';
import type { Value } from '#onnx/types.js';
import { ModelView } from './model-view.js';

/** Input [tokens] int64 of such a model. */
export const IDS = 'ids';

/**
 * @param seeing what examples' pictures are. Absent: no example shows one.
 * @param look computes the layers of tower and connector. Absent: as they are.
 */
export function openView(
  graph: Graph,
  config: ModelConfig,
  maxLength: number,
  project: Project,
  head: HeadOptions,
  seeing?: Making,
  look: Project = frozenProjections(graph),
): ModelView {
  const architecture = architectureOf(config);
  const attention = sequenceAttention(graph, config, maxLength, seeing !== undefined);
  const seen = seenBy(graph, config, look, seeing);
  const embedded =
    seeing && withFeatures(graph, config, connecting(graph, config, look, seeing, seen?.rows));
  const pass = openPass(graph, project, attention, embedded && { embedded });
  return new ModelView(graph, {
    stream: architecture.hiddenStates(
      pass,
      config,
      graph.input(IDS, [sequenceDims.tokens], 'int64'),
    ),
    seen: seen?.states,
    norm: (hidden) => architecture.finalNorm(pass, config, hidden),
    head: headOf(graph, config, head),
  });
}

/** The part of a tower that is in the graph. */
function seenBy(
  graph: Graph,
  { vision }: ModelConfig,
  look: Project,
  seeing: Making | undefined,
): ReturnType<typeof rowsAbove> | undefined {
  const isAbove = typeof seeing === 'object' && vision && vision.layout !== 'grid';
  return isAbove ? rowsAbove(graph, look, vision, seeing) : undefined;
}

/** The connector, where it is in the graph. @param seen all rows that it reads, where they are, too */
function connecting(
  graph: Graph,
  { vision, hiddenSize }: ModelConfig,
  look: Project,
  seeing: Making,
  seen: Value | undefined,
): Connecting | undefined {
  if (!vision || seeing === 'features') return undefined;
  return {
    width: connectorWidth(vision),
    ...(seen ? { seen } : {}),
    connect: (rows) => connected(projecting(graph, look), vision, rows),
    ...(vision.layout === 'anyres' ? { newline: weightInput(graph, NEWLINE, [hiddenSize]) } : {}),
  };
}
