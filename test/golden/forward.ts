// Whole sequences through a checkpoint's graph, every residual stream and all logits kept.
import type { Compute } from '#engine/compute.js';
import { GraphSession, int64 } from '#engine/graph-session.js';
import type { Checkpoint } from '#models/checkpoint.js';
import { openPass } from '#models/architecture.js';
import { architectureOf } from '#models/architectures/registry.js';
import { sequenceAttention, sequenceDims } from '#models/attention/sequence-attention.js';
import { sequenceInputs } from '#models/attention/sequence-inputs.js';
import { headOf } from '#models/head.js';
import { frozenProjections } from '#models/linear.js';
import { expectedTensors } from '#models/trace.js';
import type { ModelConfig, TensorData } from '#models/types.js';
import { Graph } from '#onnx/graph.js';

export async function weightsOf(checkpoint: Checkpoint): Promise<Map<string, TensorData>> {
  const weights = new Map<string, TensorData>();
  for (const [name, dims] of expectedTensors(checkpoint.config)) weights.set(name, { dims, data: await checkpoint.read(name) });
  return weights;
}

/** What a row of real tokens gave: `logits` [length, vocabulary], `hidden.<i>` [length, hidden]. */
export type Streams = ReadonlyMap<string, Float32Array>;

export class Forward {
  private constructor(
    private readonly config: ModelConfig,
    private readonly session: GraphSession,
  ) {}

  static async open(config: ModelConfig, weights: ReadonlyMap<string, TensorData>, maxLength: number, compute: Compute): Promise<Forward> {
    const graph = new Graph();
    const ids = graph.input('ids', [sequenceDims.tokens], 'int64');
    const architecture = architectureOf(config);
    const pass = openPass(graph, frozenProjections(graph), sequenceAttention(graph, config, maxLength));
    const states = architecture.hiddenStates(pass, config, ids);
    for (const [i, state] of states.entries()) graph.output(`hidden.${i}`, state);
    graph.output('logits', headOf(graph, config).logits(architecture.finalNorm(pass, config, states.at(-1)!)));
    return new Forward(config, await GraphSession.create(graph, compute, weights));
  }

  /** Runs rows as one batch, padded on the right. */
  async run(rows: readonly (readonly number[])[]): Promise<Streams[]> {
    const { config } = this;
    const { feeds, sizes } = sequenceInputs(config, rows.map((row) => [row.length]));
    const { length } = sizes;
    const ids = rows.flatMap((row) => Array.from({ length }, (_, t) => row[t] ?? 0));
    const results = await this.session.run({ ...feeds, ids: int64(ids) }, sizes);
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
