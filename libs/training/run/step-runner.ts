// One optimizer step's gradients: examples grouped into passes through the step graph, losses and
// gradients added up.

import { first, item } from '#collections/items.js';
import { required } from '#collections/required.js';
import { zip } from '#collections/zip.js';
import type { EncodedExample } from '#models/text/encode-example.js';
import type { ModelConfig, TensorData } from '#models/types.js';
import type { Compute } from '#runtime/compute.js';
import type { ConstantsFile } from '#runtime/constants-file.js';
import { type Feed, type Feeds, GraphSession } from '#runtime/graph-session.js';
import { Random } from '#runtime/random.js';
import {
  groupStep,
  partOf,
  type Rank,
  shareOf,
  type StepCosts,
} from '../examples/example-groups.js';
import {
  type ExamplePositions,
  positionsOf,
  type Reach,
  reachOf,
} from '../examples/example-positions.js';
import type { Sets, StepExample, Unit } from '../examples/step-examples.js';
import type { SideName } from '../objectives/side.js';
import { addTo } from '../optimizer/vector.js';
import type { ParameterStore } from './parameters.js';
import type { Reference } from './reference.js';
import { UNITS } from './sides.js';
import { dropoutFeeds, imageFeeds, lossFeeds, sequenceFeeds, Shares } from './step-feeds.js';
import { gradientOutput, lossOutputs, stateInput, type StepGraph } from './step-graph.js';

export interface StepSetting {
  readonly config: ModelConfig;
  /** Rate; the same for every adapter. */
  readonly dropout: number;
  readonly seed: number;
  readonly costs: StepCosts;
  /** Which of a step's units go through this session. */
  readonly rank: Rank;
  /** Which features units stand for, as they do not bring them along. Absent: they do. */
  readonly examples?: Sets;
  /** Sides that need what the base model says about their examples. */
  readonly references: Readonly<Partial<Record<SideName, readonly Reference[]>>>;
}

export type StepLosses = Readonly<Record<(typeof lossOutputs)[number], number>> & {
  /** Real tokens. */
  readonly tokens: number;
};

/** What takes the gradients of steps. */
export interface Runner {
  /** Of the last step, as flat as the parameters are. */
  readonly gradients: Float32Array;
  /** The last step's gradients by tensor name: views, not copies. */
  gradientsOf(part: GradientPart): Map<string, TensorData>;
  /**
   * Leaves the step's gradients in `gradients`.
   * @param state numbers of the objective.
   * @param betweenPasses may throw to stop.
   */
  run(
    step: number,
    units: readonly Unit[],
    state: Readonly<Record<string, number>>,
    betweenPasses: () => void,
  ): Promise<StepLosses>;
}

/**
 * Gradients of a step: of all its examples, and, where they are kept apart, of its target and its
 * retain units.
 */
export type GradientPart = 'all' | 'target' | 'retain';

export class StepRunner implements Runner {
  readonly gradients: Float32Array;
  private readonly parts = new Map<GradientPart, Float32Array>();
  private readonly reach: (side: SideName) => Reach;
  /** Views of `gradients` by the graph's outputs. */
  private readonly outputs: Feeds;

  constructor(
    private readonly session: GraphSession,
    private readonly graph: StepGraph,
    private readonly store: ParameterStore,
    private readonly setting: StepSetting,
  ) {
    const names: GradientPart[] = setting.costs.apart ? ['all', 'target', 'retain'] : ['all'];
    this.gradients = store.gradients;
    for (const name of names)
      this.parts.set(name, name === 'all' ? this.gradients : new Float32Array(store.values.length));
    this.outputs = Object.fromEntries(
      zip(store.segments, graph.parameters).map(([{ start, end }, { value }], i) => [
        gradientOutput(i),
        { dims: value.dims as number[], data: this.gradients.subarray(start, end) },
      ]),
    );
    this.reach = (side) => reachOf(side, graph.asked);
  }

  static async create(
    graph: StepGraph,
    store: ParameterStore,
    weights: ReadonlyMap<string, Feed>,
    compute: Compute,
    setting: StepSetting,
    file?: ConstantsFile,
  ): Promise<StepRunner> {
    const session = await GraphSession.create(graph.graph, compute, weights, store.inputs, file);
    return new StepRunner(session, graph, store, setting);
  }

  gradientsOf(part: GradientPart): Map<string, TensorData> {
    const values = required(this.parts, part);
    const at = (tensor: TensorData): number =>
      (tensor.data.byteOffset - this.store.values.byteOffset) / 4;
    return new Map(
      [...this.store.tensors].map(([name, tensor]) => [
        name,
        { dims: tensor.dims, data: values.subarray(at(tensor), at(tensor) + tensor.data.length) },
      ]),
    );
  }

  async run(
    step: number,
    units: readonly Unit[],
    state: Readonly<Record<string, number>>,
    betweenPasses: () => void,
  ): Promise<StepLosses> {
    const { rank, costs, seed, dropout, config } = this.setting;
    const own = shareOf(units, rank);
    const shares = new Shares(units.flat(), this.graph.asked);
    const losses = {
      target: 0,
      gdr: 0,
      klr: 0,
      retained: 0,
      loss: 0,
      tokens: own.flat().reduce((sum, example) => sum + example.ids.length, 0),
    };
    const stateFeeds = Object.fromEntries(
      Object.entries(state).map(([name, value]) => [
        stateInput(name),
        { dims: [], data: Float32Array.of(value) },
      ]),
    );
    for (const [name, gradients] of this.parts)
      if (name !== 'all' || own.length === 0) gradients.fill(0);
    for (const [i, { units: group, rows: layout }] of groupStep(own, costs).entries()) {
      betweenPasses();
      const positions = group
        .flat()
        .map((example) => positionsOf(example, this.reach(example.side)));
      const sequences = layout.map((row) => row.map(this.shown));
      const { feeds, sizes } = sequenceFeeds(config, sequences, positions);
      const { seeing } = this.graph;
      const images = seeing ? imageFeeds(config, seeing, sequences.flat()) : undefined;
      const random = new Random(seed, 'dropout', step, i * rank.of + rank.index);
      const results = await this.session.run(
        {
          ...feeds,
          ...images?.feeds,
          ...stateFeeds,
          ...lossFeeds(group, positions, shares, this.graph.asked),
          ...dropoutFeeds(this.graph.dropoutMasks, { ...sizes, ...images?.sizes }, dropout, random),
          ...(await this.referenceFeeds(group, positions)),
        },
        { ...sizes, ...images?.sizes, [UNITS]: group.length },
        i === 0 ? this.outputs : {},
      );
      for (const name of lossOutputs) losses[name] += results.get(name)?.[0] ?? 0;
      if (i > 0) this.addGradients(this.gradients, results);
      const apart = this.parts.get(partOf(first(group)));
      if (apart) this.addGradients(apart, results);
    }
    return losses;
  }

  close(): Promise<void> {
    return this.session.close();
  }

  private readonly shown = (example: StepExample): EncodedExample => {
    const { examples } = this.setting;
    return examples ? item(examples[example.side], example.index) : example;
  };

  private addGradients(sum: Float32Array, results: ReadonlyMap<string, Float32Array>): void {
    for (const [i, { start, end }] of this.store.segments.entries()) {
      addTo(sum.subarray(start, end), required(results, gradientOutput(i)));
    }
  }

  /** Reference values of a group, zero on sides that have none. */
  private async referenceFeeds(
    group: readonly Unit[],
    positions: readonly ExamplePositions[],
  ): Promise<Feeds> {
    const count = positions.reduce((sum, { offsets }) => sum + offsets.length, 0);
    const feeds: Record<string, { dims: [rows: number, width: number]; data: Float32Array }> = {};
    for (const values of this.graph.asked.references.values()) {
      for (const [name, { width }] of values)
        feeds[name] = { dims: [count, width], data: new Float32Array(count * width) };
    }
    let at = 0;
    for (const [example, { offsets }] of zip(group.flat(), positions)) {
      for (const reference of this.setting.references[example.side] ?? []) {
        for (const [name, data] of await reference.of(example.index)) {
          const feed = required(feeds, name);
          feed.data.set(data, at * feed.dims[1]);
        }
      }
      at += offsets.length;
    }
    return feeds;
  }
}
