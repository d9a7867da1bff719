// One optimizer step's gradients: rows grouped into runs of the step graph, losses and gradients added up.
import type { ModelConfig, TensorData } from '#models/types.js';
import { GraphSession, type Feeds } from './graph-session.js';
import type { ParameterStore } from './parameters.js';
import { Random } from './random.js';
import type { Reference } from './reference.js';
import { packRows, type SideName, type StepRow } from './row-set.js';
import { dropoutFeeds, type RowPositions, rowPositions, sequenceFeeds, totalsOf, weightFeeds } from './step-feeds.js';
import { gradientOutput, inputs, type StepGraph } from './step-graph.js';

export interface StepSetting {
  readonly config: ModelConfig;
  /** Rate; the same for every adapter. */
  readonly dropout: number;
  readonly seed: number;
  readonly maxTokens: number;
  /** Sides that need what the base model says about their rows. */
  readonly references: Readonly<Partial<Record<SideName, Reference>>>;
  /** A divergence on the retain side is taken at every real token. */
  readonly divergence: boolean;
}

export interface StepLosses {
  readonly loss: number;
  readonly forget: number;
  readonly retain: number;
  readonly kl: number;
  readonly tokens: number;
}

export class StepRunner {
  readonly gradients: Float32Array;

  constructor(
    private readonly session: GraphSession,
    private readonly graph: StepGraph,
    private readonly store: ParameterStore,
    private readonly setting: StepSetting,
  ) {
    this.gradients = new Float32Array(store.values.length);
  }

  static async create(graph: StepGraph, store: ParameterStore, weights: ReadonlyMap<string, TensorData>, threads: number, setting: StepSetting): Promise<StepRunner> {
    const session = await GraphSession.create(graph.bytes, threads, new Map([...weights, ...store.inputs]));
    return new StepRunner(session, graph, store, setting);
  }

  /** Leaves the step's gradients in `gradients`. `betweenRuns` may throw to stop. */
  async run(step: number, rows: readonly StepRow[], betweenRuns: () => void): Promise<StepLosses> {
    const totals = { forget: totalsOf(rows.filter((row) => row.side === 'forget')), retain: totalsOf(rows.filter((row) => row.side === 'retain')) };
    const losses = { loss: 0, forget: 0, retain: 0, kl: 0, tokens: totals.forget.positions + totals.retain.positions };
    this.gradients.fill(0);
    for (const [i, group] of packRows(rows, this.setting.maxTokens).entries()) {
      betweenRuns();
      const positions = group.map((row) => rowPositions(row, row.side === 'retain' && this.setting.divergence));
      const { feeds, sizes } = sequenceFeeds(this.setting.config, group, positions);
      const random = new Random(this.setting.seed, 'dropout', step, i);
      const results = await this.session.run(
        {
          ...feeds,
          ...weightFeeds(group, positions, totals),
          ...dropoutFeeds(this.graph.masks, sizes['tokens']!, this.setting.dropout, random),
          ...(await this.referenceFeeds(group, positions)),
        },
        sizes,
      );
      for (const name of ['loss', 'forget', 'retain', 'kl'] as const) losses[name] += results.get(name)?.[0] ?? 0;
      this.addGradients(results);
    }
    return losses;
  }

  close(): Promise<void> {
    return this.session.close();
  }

  private addGradients(results: ReadonlyMap<string, Float32Array>): void {
    for (const [i, { start }] of this.store.segments.entries()) {
      const part = results.get(gradientOutput(i))!;
      for (let k = 0; k < part.length; k++) this.gradients[start + k]! += part[k]!;
    }
  }

  /** Reference values of a group, zero on sides that have none. */
  private async referenceFeeds(group: readonly StepRow[], positions: readonly RowPositions[]): Promise<Feeds> {
    const count = positions.reduce((sum, { offsets }) => sum + offsets.length, 0);
    const feeds: Record<string, { dims: number[]; data: Float32Array }> = {};
    const { hiddenSize } = this.setting.config;
    const columns = { [inputs.referenceLogProbs]: 1, [inputs.referenceMean]: hiddenSize, [inputs.referenceEntropy]: 1, [inputs.referenceHidden]: hiddenSize };
    if (Object.keys(this.setting.references).length === 0) return feeds;
    for (const [name, width] of Object.entries(columns)) feeds[name] = { dims: [count, width], data: new Float32Array(count * width) };
    let at = 0;
    for (const [b, row] of group.entries()) {
      const values = await this.setting.references[row.side]?.of(row.index);
      for (const [name, data] of values ?? []) feeds[name]!.data.set(data, at * feeds[name]!.dims[1]!);
      at += positions[b]!.offsets.length;
    }
    return feeds;
  }
}
