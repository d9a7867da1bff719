// The sessions that pictures are looked at with: the model's own, and one for each of the ways to see
// that adapters make of it, as long as it is among the last that were asked for.

import type { ModelConfig, TensorData, VisionConfig } from '#models/types.js';
import { mergedSeeing, seeingPart } from '#models/vision/adapter-parts.js';
import type { Making } from '#models/vision/making.js';
import { lowerGraph, rowsGraph, visionGraph } from '#models/vision/vision-graph.js';
import type { Graph } from '#onnx/graph.js';
import type { Compute } from '#runtime/compute.js';
import { GraphSession } from '#runtime/graph-session.js';
import type { SeenBy } from './protocol.js';

/** Ways to see beside the model's own. What an adapter leaves alone is in memory once. */
const MOST = 4;

export interface Eyes {
  readonly session: GraphSession;
  readonly weights: ReadonlyMap<string, TensorData>;
}

export class EveryEyes {
  private readonly others = new Map<string, Eyes>();

  private constructor(
    private readonly config: ModelConfig,
    private readonly open: (weights: Eyes['weights']) => Promise<Eyes>,
    private readonly own: Eyes,
  ) {}

  static async open(
    config: ModelConfig & { readonly vision: VisionConfig },
    making: Making,
    compute: Compute,
    weights: Eyes['weights'],
  ): Promise<EveryEyes> {
    const { vision } = config;
    const open = async (all: Eyes['weights']): Promise<Eyes> => {
      const session = await GraphSession.create(graphOf(vision, making), compute, all);
      return { session, weights: all };
    };
    return new EveryEyes(config, open, await open(weights));
  }

  /** @throws AdapterError for one of another model */
  async of(by: SeenBy | undefined): Promise<Eyes> {
    const part = by && seeingPart(this.config, by.adapter);
    if (!by || !part) return this.own;
    const known = this.others.get(by.id);
    const eyes = known ?? (await this.open(mergedSeeing(this.own.weights, part)));
    this.others.delete(by.id);
    this.others.set(by.id, eyes);
    const [oldest] = this.others.keys();
    if (oldest !== undefined && this.others.size > MOST) await this.drop(oldest);
    return eyes;
  }

  async drop(id: string): Promise<void> {
    const eyes = this.others.get(id);
    this.others.delete(id);
    await eyes?.session.close();
  }

  async close(): Promise<void> {
    for (const { session } of [this.own, ...this.others.values()]) await session.close();
  }
}

function graphOf(vision: VisionConfig, making: Making): Graph {
  if (making === 'features') return visionGraph(vision);
  return making === 'rows' || vision.layout === 'grid'
    ? rowsGraph(vision)
    : lowerGraph(vision, making);
}
