// Whole sequences through a checkpoint's graph, every residual stream and all logits kept.
import { GraphSession, int64 } from '#engine/graph-session.js';
import type { Checkpoint } from '#models/checkpoint.js';
import { causalAttention, causalMask, CAUSAL_MASK, finalNorm, frozenProjections, headName, llamaHiddenStates, sequenceDims, sequenceSizes, weightInput } from '#models/llama.js';
import { expectedTensors } from '#models/llama-tensors.js';
import type { TensorData } from '#models/types.js';
import { Graph } from '#onnx/graph.js';
import * as m from '#onnx/math.js';

export async function weightsOf(checkpoint: Checkpoint): Promise<Map<string, TensorData>> {
  const weights = new Map<string, TensorData>();
  for (const [name, dims] of expectedTensors(checkpoint.config)) weights.set(name, { dims, data: await checkpoint.read(name) });
  return weights;
}

/** What a row of real tokens gave: `logits` [length, vocabulary], `hidden.<i>` [length, hidden]. */
export type Streams = ReadonlyMap<string, Float32Array>;

export class Forward {
  private constructor(
    private readonly checkpoint: Checkpoint,
    private readonly session: GraphSession,
  ) {}

  static async open(checkpoint: Checkpoint, weights: ReadonlyMap<string, TensorData>, maxLength: number): Promise<Forward> {
    const { config } = checkpoint;
    const graph = new Graph();
    const ids = graph.input('ids', [sequenceDims.tokens], 'int64');
    const states = llamaHiddenStates(graph, config, ids, frozenProjections(graph, config), causalAttention(graph, config, maxLength));
    for (const [i, state] of states.entries()) graph.output(`hidden.${i}`, state);
    const normed = finalNorm(graph, config, states.at(-1)!);
    graph.output('logits', m.gemm(graph, normed, weightInput(graph, config, headName(config)), { transB: true }));
    return new Forward(checkpoint, await GraphSession.create(graph.encode(), 1, weights));
  }

  /** Runs rows as one batch, padded on the right. */
  async run(rows: readonly (readonly number[])[]): Promise<Streams[]> {
    const { config } = this.checkpoint;
    const length = Math.max(...rows.map((row) => row.length));
    const ids = rows.flatMap((row) => Array.from({ length }, (_, t) => row[t] ?? 0));
    const groups = config.numAttentionHeads / config.numKeyValueHeads;
    const mask = { dims: [1, 1, groups * length, length], data: causalMask(config, length) };
    const results = await this.session.run({ ids: int64(ids), [CAUSAL_MASK]: mask }, sequenceSizes(config, rows.length, length));
    return rows.map((row, b) => {
      const real = (data: Float32Array): Float32Array => {
        const width = data.length / (rows.length * length);
        return data.subarray(b * length * width, (b * length + row.length) * width);
      };
      return new Map([...results].map(([name, data]) => [name, real(data)]));
    });
  }

  close(): Promise<void> {
    return this.session.close();
  }
}
