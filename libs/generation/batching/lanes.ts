// Sets of weights that are served side by side: the base model's, which all low-rank adapters
// share, and one for every adapter that has tensors of its own or is rounded with the model.
// Sequences of one lane are batched; lanes take turns.

import { required } from '#collections/required.js';
import type { Rounding } from '#contracts/rounding.js';
import {
  type Adapter,
  adaptedWeights,
  adapterTensorName,
  NO_ADAPTER,
  savedTensors,
} from '#models/adapters/adapter.js';
import { mergedModel } from '#models/checkpoints/merged-model.js';
import { traceOf } from '#models/passes/trace.js';
import { rounded } from '#models/rounding/rounding.js';
import { isBlocks, type ServedWeight, widenedBlocks } from '#models/tensors/block-tensor.js';
import { isHalf, widened } from '#models/tensors/half-tensor.js';
import type { Tokenizer } from '#models/text/tokenizer.js';
import type { ModelConfig, TensorData } from '#models/types.js';
import type { Compute } from '#runtime/compute.js';
import { longestIn } from '../cache/cache-bytes.js';
import { type PrefixFigures, PrefixStore } from '../cache/prefix-store.js';
import { Rooms } from '../cache/room.js';
import { Forms } from '../constraints/forms.js';
import { type LoadedAdapter, loadAdapter } from '../running/adapter-rows.js';
import { ModelRunner } from '../running/model-runner.js';
import { Generator, type GeneratorEvents } from './generator.js';
import type { SchedulerLimits } from './scheduler.js';

export interface LaneOptions {
  readonly config: ModelConfig;
  readonly weights: ReadonlyMap<string, ServedWeight>;
  readonly tokenizer: Tokenizer;
  readonly maxContext: number;
  readonly compute: Compute;
  readonly limits: SchedulerLimits;
  readonly events: GeneratorEvents;
  /** Of keys and values, of all lanes. Absent: any. */
  readonly kvBytes?: number;
  /** Of what is kept for prompts that begin alike. Absent: nothing is. */
  readonly prefixBytes?: number;
}

interface Lane {
  readonly generator: Generator;
  readonly runner: ModelRunner;
}

/** An adapter ready to answer. */
export interface Served {
  readonly lane: Lane;
  /** Its low-rank part, which differs from row to row of the lane; absent where there is none. */
  readonly adapter?: LoadedAdapter;
}

export class Lanes {
  readonly base: Served;
  private readonly lanes: Lane[] = [];
  private readonly retired = new Set<Lane>();
  private readonly forms: Forms;
  private readonly rooms: Rooms;
  private readonly prefixes: PrefixStore | undefined;

  constructor(private readonly options: LaneOptions) {
    this.rooms = new Rooms(options.config, options.kvBytes ?? Infinity);
    const { numKeyValueHeads, headDim } = options.config;
    if (options.prefixBytes)
      this.prefixes = new PrefixStore(options.prefixBytes, numKeyValueHeads, headDim);
    this.forms = new Forms(options.tokenizer, options.config.vocabSize);
    this.base = { lane: this.open(options.config, options.weights) };
  }

  /** Bytes of keys and values, as they are counted. */
  get kvBytes(): number {
    return this.rooms.taken;
  }

  get isIdle(): boolean {
    return this.lanes.every(({ generator }) => generator.isIdle);
  }

  /**
   * @param rounding of the linear layers, with the adapter merged in. @throws AdapterError for an
   * adapter of another model.
   */
  async serve(adapter: Adapter, rounding?: Rounding): Promise<Served> {
    const { config, weights } = this.options;
    const { rows, own } = rounding ? { rows: NO_ADAPTER, own: adapter } : partsOf(adapter, config);
    const low = adaptedWeights(rows).length > 0 ? { adapter: loadAdapter(rows, config) } : {};
    if (own.tensors.size === 0 && !rounding) return { ...this.base, ...low };
    const model = mergedModel(config, own);
    const changed = new Map<string, TensorData>();
    const copy = async (name: string): Promise<Float32Array> => {
      const weight = required(weights, name);
      if (isBlocks(weight)) return widenedBlocks(weight).data;
      return isHalf(weight) ? widened(weight).data : weight.data.slice();
    };
    const { linears } = traceOf(model.config);
    for (const name of new Set([...model.changed, ...(rounding ? linears.keys() : [])])) {
      const tensor = {
        dims: required(model.tensors, name),
        data: await model.read(name, copy),
      };
      const linear = linears.get(name);
      changed.set(name, rounding && linear ? rounded(tensor, rounding, linear.transposed) : tensor);
    }
    return {
      lane: this.open(model.config, new Map<string, ServedWeight>([...weights, ...changed])),
      ...low,
    };
  }

  /** Tokens of prompts that were looked for among those that were read before, and found. */
  get found(): PrefixFigures {
    return this.prefixes?.figures ?? { queries: 0, hits: 0 };
  }

  /** Nothing of the owner's prompts and answers is kept any more. */
  forget(owner: string): void {
    this.prefixes?.forgetOwner(owner);
  }

  /** Nobody's prompts and answers are kept any more, nor those to come. */
  keepNothing(): void {
    this.prefixes?.close();
  }

  /** Its sequences under way are finished first; nothing that was read with it is kept. */
  retire({ lane, adapter }: Served): void {
    if (adapter) this.prefixes?.forgetModel(adapter);
    if (lane !== this.base.lane) this.prefixes?.forgetModel(lane.runner);
    if (lane !== this.base.lane) this.retired.add(lane);
  }

  cancel(id: number): void {
    for (const { generator } of this.lanes) if (!generator.isIdle) generator.cancel(id);
  }

  /** A round of every lane that has work. */
  async takeRound(): Promise<void> {
    for (const { generator } of this.lanes) if (!generator.isIdle) await generator.takeRound();
    for (const lane of this.retired) if (lane.generator.isIdle) await this.close(lane);
  }

  async closeAll(): Promise<void> {
    for (let lane = this.lanes[0]; lane; lane = this.lanes[0]) await this.close(lane);
  }

  private open(config: ModelConfig, weights: ReadonlyMap<string, ServedWeight>): Lane {
    const { compute, maxContext, tokenizer, limits, events } = this.options;
    const { prefixes } = this;
    const runner = new ModelRunner({ config, weights, compute, maxContext, prefixes });
    const longest = (rows: number): number => longestIn(config, this.rooms.bytes, rows, maxContext);
    const room = this.rooms.open();
    const lane = {
      runner,
      generator: new Generator(runner, tokenizer, this.forms, longest, limits, events, room),
    };
    this.lanes.push(lane);
    return lane;
  }

  private async close(lane: Lane): Promise<void> {
    this.retired.delete(lane);
    this.lanes.splice(this.lanes.indexOf(lane), 1);
    await lane.runner.close();
  }
}

/**
 * What rows of a batch can differ in, and what takes weights of its own: whole tensors, and changes
 * of embeddings or head.
 */
function partsOf(adapter: Adapter, config: ModelConfig): { rows: Adapter; own: Adapter } {
  const { linears } = traceOf(config);
  const saved = savedTensors(adapter);
  const shared = adaptedWeights(adapter).filter(
    (weight) => linears.has(weight) && !saved.has(weight),
  );
  const names = new Set(
    shared.flatMap((weight) => [adapterTensorName(weight, 'A'), adapterTensorName(weight, 'B')]),
  );
  const having = (wanted: boolean): Adapter => ({
    ...adapter,
    tensors: new Map([...adapter.tensors].filter(([name]) => names.has(name) === wanted)),
  });
  return { rows: having(true), own: having(false) };
}
