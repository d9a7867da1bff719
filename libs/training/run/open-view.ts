// A model over whole sequences, seen at the positions that matter to a loss.

import { architectureOf } from '#models/families/index.js';
import { frozenProjections } from '#models/layers/linear.js';
import { type Interference, openPass, type Project, projecting } from '#models/layers/pass.js';
import { sequenceAttention, sequenceDims } from '#models/passes/attention/sequence-attention.js';
import { headOf, type HeadOptions } from '#models/passes/head.js';
import { type Connecting, withFeatures } from '#models/passes/image-features.js';
import type { ModelConfig } from '#models/types.js';
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
  seeing === 'rows' && vision && vision.layout !== 'grid' ? connectorWidth(vision) : hiddenSize;

/** @param seeing absent: no example shows an image. */
export function openView(
  graph: Graph,
  config: ModelConfig,
  maxLength: number,
  project: Project,
  head: HeadOptions,
  seeing?: Seeing,
): ModelView {
  const architecture = architectureOf(config);
  const attention = sequenceAttention(graph, config, maxLength, seeing !== undefined);
  const pass = openPass(graph, project, attention, interferenceOf(graph, config, seeing));
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
  seeing: Seeing | undefined,
): Partial<Interference> {
  if (!seeing) return {};
  const { vision } = config;
  const connecting: Connecting | undefined =
    seeing === 'rows' && vision && vision.layout !== 'grid'
      ? {
          width: connectorWidth(vision),
          connect: (rows) => connected(projecting(graph, frozenProjections(graph)), vision, rows),
        }
      : undefined;
  return { embedded: withFeatures(graph, config, connecting) };
}
