// Whole sequences through a checkpoint's graph, every residual stream and all logits kept.

import type { Checkpoint } from '#models/checkpoints/checkpoint-type.js';
import { architectureOf } from '#models/families/index.js';
import { frozenProjections } from '#models/layers/linear.js';
import { openPass } from '#models/layers/pass.js';
import type { Place } from '#models/passes/attention/places.js';
import { sequenceAttention, sequenceDims } from '#models/passes/attention/sequence-attention.js';
import { sequenceInputs } from '#models/passes/attention/sequence-inputs.js';
import { headOf } from '#models/passes/head.js';
import { expectedTensors } from '#models/passes/trace.js';
import type { ModelConfig, TensorData } from '#models/types.js';
import { Graph } from '#onnx/graph.js';
import type { Compute } from '#runtime/compute.js';
import { GraphSession, int64 } from '#runtime/graph-session.js';

export async function weightsOf(checkpoint: Checkpoint): Promise<Map<string, TensorData>> {
  const weights = new Map<string, TensorData>();
  for (const [name, dims] of expectedTensors(checkpoint.config))
    weights.set(name, { dims, data: await checkpoint.read(name) });
  return weights;
}

/** What a row of real tokens gave: `logits` [length, vocabulary], `hidden.<i>` [length, hidden]. */
export type Streams = ReadonlyMap<string, Float32Array>;

export class Forward {
  private constructor(
    private readonly config: ModelConfig,
    private readonly session: GraphSession,
  ) {}

  /** @param seeing whether tokens are placed by more than their number. */
  static async open(
    config: ModelConfig,
    weights: ReadonlyMap<string, TensorData>,
    maxLength: number,
    compute: Compute,
    seeing = false,
  ): Promise<Forward> {
    const graph = new Graph();
    const ids = graph.input('ids', [sequenceDims.tokens], 'int64');
    const architecture = architectureOf(config);
    const pass = openPass(
      graph,
      frozenProjections(graph),
      sequenceAttention(graph, config, maxLength, seeing),
    );
    const { states, last } = architecture.hiddenStates(pass, config, ids);
    for (const [i, state] of states.entries()) graph.output(`hidden.${i}`, state);
    graph.output(
      'logits',
      headOf(graph, config).logits(architecture.finalNorm(pass, config, last)),
    );
    return new Forward(config, await GraphSession.create(graph, compute, weights));
  }

  /** Runs rows as one batch. @param places of all their tokens, where they are not simply counted. */
  async run(rows: readonly (readonly number[])[], places?: readonly Place[]): Promise<Streams[]> {
    return this.runPacked(
      rows.map((row) => [row]),
      places,
    );
  }

  /**
   * Runs rows of several sequences each as one batch.
   * @returns what each sequence gave, row by row.
   */
  async runPacked(
    rows: readonly (readonly (readonly number[])[])[],
    places?: readonly Place[],
  ): Promise<Streams[]> {
    const { feeds, sizes } = sequenceInputs(
      this.config,
      rows.map((row) => row.map((sequence) => sequence.length)),
      undefined,
      places,
    );
    const ids = rows.flat(2);
    const results = await this.session.run({ ...feeds, ids: int64(ids) }, sizes);
    let start = 0;
    return rows.flat().map((sequence) => {
      const [from, end] = [start, (start += sequence.length)];
      return new Map(
        [...results].map(([name, data]) => [
          name,
          data.subarray((from * data.length) / ids.length, (end * data.length) / ids.length),
        ]),
      );
    });
  }

  close(): Promise<void> {
    return this.session.close();
  }
}
