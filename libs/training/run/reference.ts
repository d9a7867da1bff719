// What the reference model says about each example, computed when an example is first needed and
// kept.

import { required } from '#collections/required.js';
import { zip } from '#collections/zip.js';
import type { Precision } from '#contracts/precision.js';
import type { EncodedExample } from '#models/text/encode-example.js';
import type { ModelConfig } from '#models/types.js';
import type { Making } from '#models/vision/making.js';
import type { Compute } from '#runtime/compute.js';
import type { ConstantsFile } from '#runtime/constants-file.js';
import { type Feed, GraphSession } from '#runtime/graph-session.js';
import { attentionCost, type Group, groupExamples } from '../examples/example-groups.js';
import { positionsOf, type Reach } from '../examples/example-positions.js';
import { buildReferenceGraph, keptBytes, MAX_KEPT } from './reference-graph.js';
import type { ReferenceValue } from './sides.js';
import { imageFeeds, sequenceFeeds, showsImages } from './step-feeds.js';

/** By output of the reference graph: values of an example's positions one after the other. */
export type ExampleReference = ReadonlyMap<string, Float32Array>;

export interface ReferenceLimits {
  readonly maxLength: number;
  readonly compute: Compute;
  /** Tokens of a pass. */
  readonly maxTokens: number;
  /** The same of a tower. Default: no limit. */
  readonly maxTowerTokens?: number;
  /** Whether several examples may lie in one row of attention. */
  readonly packing: boolean;
  /**
   * Of the model in training: the reference is that model without its adapter. Default: float32.
   */
  readonly precision?: Precision;
  /** Of weights that lie in one. */
  readonly file?: ConstantsFile | undefined;
  /** Default: features. */
  readonly shownAs?: Making;
  /** Memory for values kept. */
  readonly maxBytes?: number;
}
/**
 * Examples that are grouped at a time: the time that packing takes grows with the square of their
 * number.
 */
const STRETCH = 512;
type Block = Group<EncodedExample & { readonly index: number }>;

/**
 * Examples are computed in blocks that depend on the set alone, never on the step that asks: a
 * resumed run gets the same bytes. The base model is frozen, so an example's values hold for the
 * whole run. A set too large to be kept is computed example by example, and the values longest
 * known are dropped.
 */
export class Reference {
  private readonly known = new Map<number, ExampleReference>();
  private bytes = 0;
  private readonly blockOf = new Map<number, Block>();

  private constructor(
    private readonly session: GraphSession,
    private readonly config: ModelConfig,
    private readonly reach: Reach,
    private readonly maxBytes: number,
    private readonly seeing: Making | undefined,
    blocks: readonly Block[],
  ) {
    for (const block of blocks)
      for (const { index } of block.rows.flat()) this.blockOf.set(index, block);
  }

  /**
   * @param values what is asked of the reference about examples of one side.
   * @param reach positions that the side's losses look at.
   */
  static async create(
    values: ReadonlyMap<string, ReferenceValue>,
    reach: Reach,
    config: ModelConfig,
    weights: ReadonlyMap<string, Feed>,
    examples: readonly EncodedExample[],
    {
      maxLength,
      compute,
      maxTokens,
      maxTowerTokens,
      packing,
      precision,
      file,
      maxBytes = MAX_KEPT,
      shownAs = 'features',
    }: ReferenceLimits,
  ): Promise<Reference> {
    const seeing = showsImages(examples) ? shownAs : undefined;
    const session = await GraphSession.create(
      buildReferenceGraph(config, maxLength, values, precision, seeing),
      compute,
      weights,
      new Map(),
      file,
    );
    const size = keptBytes(values, reach, examples);
    const indexed = examples.map((example, index) => ({ ...example, index }));
    const costs = {
      maxTokens,
      ...(maxTowerTokens === undefined ? {} : { maxTowerTokens }),
      attention: attentionCost(config),
      packing,
    };
    const stretches = Array.from({ length: Math.ceil(examples.length / STRETCH) }, (_, i) =>
      indexed.slice(i * STRETCH, (i + 1) * STRETCH).map((example) => [example]),
    );
    const blocks =
      size <= maxBytes
        ? stretches.flatMap((stretch) => groupExamples(stretch, costs))
        : indexed.map((example) => ({ units: [[example]], rows: [[example]] }));
    return new Reference(session, config, reach, maxBytes, seeing, blocks);
  }

  async of(index: number): Promise<ExampleReference> {
    if (!this.known.has(index)) await this.compute(required(this.blockOf, index));
    return required(this.known, index);
  }

  close(): Promise<void> {
    return this.session.close();
  }

  private async compute({ rows }: Block): Promise<void> {
    const positions = rows.flat().map((example) => positionsOf(example, this.reach));
    const { feeds, sizes } = sequenceFeeds(this.config, rows, positions);
    const images = this.seeing ? imageFeeds(this.config, this.seeing, rows.flat()) : undefined;
    const results = await this.session.run(
      { ...feeds, ...images?.feeds },
      { ...sizes, ...images?.sizes },
    );
    const count = positions.reduce((sum, { offsets }) => sum + offsets.length, 0);
    let at = 0;
    for (const [{ index }, { offsets }] of zip(rows.flat(), positions)) {
      const end = at + offsets.length;
      // Copied: a view would keep the whole block's memory.
      const cut = (data: Float32Array): Float32Array =>
        data.slice((at * data.length) / count, (end * data.length) / count);
      this.keep(index, new Map([...results].map(([name, data]) => [name, cut(data)])));
      at = end;
    }
  }

  private keep(index: number, values: ExampleReference): void {
    this.known.set(index, values);
    this.bytes += bytesOf(values);
    for (const [oldest, dropped] of this.known) {
      if (this.bytes <= this.maxBytes || oldest === index) return;
      this.known.delete(oldest);
      this.bytes -= bytesOf(dropped);
    }
  }
}

const bytesOf = (values: ExampleReference): number =>
  [...values.values()].reduce((sum, data) => sum + data.byteLength, 0);
