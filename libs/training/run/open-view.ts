// A model over whole sequences, seen at the positions that matter to a loss.

import { architectureOf } from '#models/families/index.js';
import { frozenProjections } from '#models/layers/linear.js';
import {
  type Interference,
  openPass,
  type Project,
  projecting,
  weightInput,
} from '#models/layers/pass.js';
import { sequenceAttention, sequenceDims } from '#models/passes/attention/sequence-attention.js';
import { headOf, type HeadOptions } from '#models/passes/head.js';
import { type Connecting, withFeatures } from '#models/passes/image-features.js';
import type { ModelConfig } from '#models/types.js';
import { NEWLINE } from '#models/vision/arrange-features.js';
import { connected, connectorWidth } from '#models/vision/connector.js';
import type { Graph } from '#onnx/graph.js';
import { ModelView } from './model-view.js';

/** Input [tokens] int64 of such a model. */
export const IDS = 'ids';

/**
 * What examples' features are: those that stand for some tokens, or what the connector, which is in
 * training, makes such of.
 */
export type Seeing = 'features' | 'rows';

/** Numbers of one. */
export const seenWidth = ({ hiddenSize, vision }: ModelConfig, seeing: Seeing): number =>
  seeing === 'rows' && vision ? connectorWidth(vision) : hiddenSize;

/**
 * @param seeing absent: no example shows an image.
 * @param connect computes the connector's layers. Absent: as they are.
 */
export function openView(
  graph: Graph,
  config: ModelConfig,
  maxLength: number,
  project: Project,
  head: HeadOptions,
  seeing?: Seeing,
  connect: Project = frozenProjections(graph),
): ModelView {
  const architecture = architectureOf(config);
  const attention = sequenceAttention(graph, config, maxLength, seeing !== undefined);
  const pass = openPass(graph, project, attention, interferenceOf(graph, config, connect, seeing));
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

function interferenceOf(
  graph: Graph,
  config: ModelConfig,
  connect: Project,
  seeing: Seeing | undefined,
): Partial<Interference> {
  if (!seeing) return {};
  const { vision, hiddenSize } = config;
  const connecting: Connecting | undefined =
    seeing === 'rows' && vision
      ? {
          width: connectorWidth(vision),
          connect: (rows) => connected(projecting(graph, connect), vision, rows),
          ...(vision.layout === 'anyres'
            ? { newline: weightInput(graph, NEWLINE, [hiddenSize]) }
            : {}),
        }
      : undefined;
  return { embedded: withFeatures(graph, config, connecting) };
}
