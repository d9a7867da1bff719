// One matrix for queries, keys and values, laid out head by head: [q, k, v] of head 0, then of head
// 1 ...

import type { Graph } from '#onnx/graph.js';
import * as m from '#onnx/math.js';
import type { Value } from '#onnx/types.js';

/** [N, H * 3 * D] -> queries, keys and values, [N, H D] each. */
export function splitByHead(graph: Graph, fused: Value, headDim: number): [Value, Value, Value] {
  const [tokens, width] = fused.dims as [Value['dims'][number], number];
  const heads = width / (3 * headDim);
  const apart = m.reshape(graph, fused, [tokens, heads, 3, headDim]);
  const [q, k, v] = m.split(graph, apart, [1, 1, 1], 2);
  const joined = (part: Value): Value => m.reshape(graph, part, [tokens, heads * headDim]);
  return [joined(q), joined(k), joined(v)];
}
