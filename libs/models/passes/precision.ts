// How the frozen base model computes its products.

import type { Precision } from '#contracts/precision.js';
import type { Graph } from '#onnx/graph.js';
import { frozenProjections } from '../layers/linear.js';
import type { Project } from '../layers/pass.js';
import type { ModelConfig } from '../types.js';
import { halfProjections } from './half.js';
import type { HeadOptions } from './head.js';
import { int8HeadProduct, int8Projections } from './int8.js';

export interface BaseProducts {
  readonly project: Project;
  /** Of a head that is not trained (see HeadOptions). */
  readonly headProduct?: HeadOptions['headProduct'];
}

export const baseProducts: Readonly<
  Record<Precision, (graph: Graph, config: ModelConfig) => BaseProducts>
> = {
  float32: (graph) => ({ project: frozenProjections(graph) }),
  float16: (graph) => ({ project: halfProjections(graph) }),
  int8: (graph, config) => ({
    project: int8Projections(graph, config),
    headProduct: int8HeadProduct(graph, config),
  }),
};
