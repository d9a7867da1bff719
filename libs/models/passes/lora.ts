// Low-rank adapters inside a graph: y = W x + s B A dropout(x), A and B as inputs to be trained.

import { item } from '#collections/items.js';
import { zip } from '#collections/zip.js';
import { isTargetModule } from '#contracts/module-choice.js';
import type { Graph } from '#onnx/graph.js';
import * as m from '#onnx/math.js';
import type { Value } from '#onnx/types.js';
import {
  type Adapter,
  adapterTensorName,
  moduleName,
  rankOf,
  scaleOf,
} from '../adapters/adapter.js';
import type { Linear, Project } from '../layers/pass.js';

/** Ranks, scalings and targets are those of an adapter (adapter.ts). */
export interface LoraShape extends Pick<
  Adapter,
  'r' | 'alpha' | 'rslora' | 'rankPattern' | 'alphaPattern' | 'targetModules' | 'layers'
> {
  /**
   * Probability that an element of the adapter's input is dropped while training; 0 leaves no trace
   * in the graph.
   */
  readonly dropout: number;
}

/**
 * Trainable numbers that enter a graph as one input; `parts` name the tensors they are, in their
 * order in memory.
 */
export interface Parameter {
  readonly value: Value;
  readonly parts: readonly { readonly name: string; readonly dims: readonly number[] }[];
}

/** An input [rows, columns] of zeros and 1 / (1 - dropout) that a pass is fed with. */
export interface DropoutMask {
  readonly name: string;
  /** Name of the pass's size: of its tokens, or of its pictures' features. */
  readonly rows: string;
  readonly columns: number;
}

export interface LoraProjections {
  readonly project: Project;
  /** Filled while `project` is called. */
  readonly parameters: Parameter[];
  readonly dropoutMasks: DropoutMask[];
}

/** Whether a weight is adapted. */
export const isTarget = (
  { targetModules, layers }: Pick<LoraShape, 'targetModules' | 'layers'>,
  weight: string,
): boolean => isTargetModule(moduleName(weight), targetModules, layers);

/**
 * Projections with adapters. Those that share an input share its dropout mask, and their A matrices
 * are stacked to one input [n r, in]: thin products cost far more than their arithmetic, so there
 * should be few of them.
 * @param base computes the layers without their adapters
 */
export function loraProjections(graph: Graph, shape: LoraShape, base: Project): LoraProjections {
  const parameters: Parameter[] = [];
  const dropoutMasks: DropoutMask[] = [];

  const parameter = (name: string, parts: Parameter['parts'], dims: readonly number[]): Value => {
    const value = graph.input(name, dims);
    parameters.push({ value, parts });
    return value;
  };

  const drop = (x: Value, name: string, columns: number): Value => {
    if (shape.dropout === 0) return x;
    dropoutMasks.push({ name, rows: String(item(x.dims, 0)), columns });
    return m.mul(graph, x, graph.input(name, x.dims));
  };

  const lowRank = (x: Value, adapted: readonly Linear[]): Value[] => {
    const [group] = adapted;
    if (!group) return [];
    const wide = group.in;
    const first = adapterTensorName(group.name, 'A');
    const ranks = adapted.map(({ name }) => rankOf(shape, name));
    const parts = zip(adapted, ranks).map(([{ name }, rank]) => ({
      name: adapterTensorName(name, 'A'),
      dims: [rank, wide],
    }));
    const down = parameter(`stack.${first}`, parts, [
      ranks.reduce((sum, rank) => sum + rank, 0),
      wide,
    ]);
    const inner = m.gemm(graph, drop(x, `dropout.${first}`, wide), down, { transB: true });
    return adapted.length === 1 ? [inner] : m.split(graph, inner, ranks, 1);
  };

  const project: Project = (x, linears, onto) => {
    const adapted = linears.filter(({ name }) => isTarget(shape, name));
    const inner = new Map(zip(adapted, lowRank(x, adapted)));
    return zip(linears, base(x, linears, onto)).map(([layer, frozen]) => {
      const low = inner.get(layer);
      if (!low) return frozen;
      const dims = [layer.out, rankOf(shape, layer.name)];
      const tensor = adapterTensorName(layer.name, 'B');
      const up = parameter(tensor, [{ name: tensor, dims }], dims);
      const alpha = scaleOf(shape, layer.name);
      return m.gemm(graph, low, up, { transB: true, alpha }, frozen);
    });
  };
  return { project, parameters, dropoutMasks };
}
