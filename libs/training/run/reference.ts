// What the reference model says about each row, computed when a row is first needed and kept.

import { required } from '#collections/required.js';
import { zip } from '#collections/zip.js';
import type { Precision } from '#contracts/precision.js';
import type { EncodedRow } from '#models/text/encode-row.js';
import type { ModelConfig } from '#models/types.js';
import type { Compute } from '#runtime/compute.js';
import type { ConstantsFile } from '#runtime/constants-file.js';
import { type Feed, GraphSession } from '#runtime/graph-session.js';
import { attentionCost, type Group, groupRows } from '../rows/row-groups.js';
import { type Reach, rowPositions } from '../rows/row-positions.js';
import { buildReferenceGraph, keptBytes, MAX_KEPT } from './reference-graph.js';
import type { ReferenceValue } from './sides.js';
import { sequenceFeeds } from './step-feeds.js';

/** By output of the reference graph: values of a row's positions one after the other. */
export type RowReference = ReadonlyMap<string, Float32Array>;

export interface ReferenceLimits {
  readonly maxLength: number;
  readonly compute: Compute;
  /** Tokens of a pass. */
  readonly maxTokens: number;
  /** Whether several rows may lie in one row of the graph. */
  readonly packing: boolean;
  /**
   * Of the model in training: the reference is that model without its adapter. Default: float32.
   */
  readonly precision?: Precision;
  /** Of weights that lie in one. */
  readonly file?: ConstantsFile | undefined;
  /** Memory for values kept. */
  readonly maxBytes?: number;
}
/**
 * Rows that are grouped at a time: the time that packing takes grows with the square of their
 * number.
 */
const STRETCH = 512;
type Block = Group<EncodedRow & { readonly index: number }>;

/**
 * Rows are computed in blocks that depend on the set alone, never on the step that asks: a resumed
 * run gets the same bytes. The base model is frozen, so a row's values hold for the whole run. A
 * set too large to be kept is computed row by row, and the values longest known are dropped.
 */
export class Reference {
  private readonly known = new Map<number, RowReference>();
  private bytes = 0;
  private readonly blockOf = new Map<number, Block>();

  private constructor(
    private readonly session: GraphSession,
    private readonly config: ModelConfig,
    private readonly reach: Reach,
    private readonly maxBytes: number,
    blocks: readonly Block[],
  ) {
    for (const block of blocks)
      for (const { index } of block.rows.flat()) this.blockOf.set(index, block);
  }

  /**
   * @param values what is asked of the reference about rows of one side.
   * @param reach positions that the side's losses look at.
   */
  static async create(
    values: ReadonlyMap<string, ReferenceValue>,
    reach: Reach,
    config: ModelConfig,
    weights: ReadonlyMap<string, Feed>,
    rows: readonly EncodedRow[],
    {
      maxLength,
      compute,
      maxTokens,
      packing,
      precision,
      file,
      maxBytes = MAX_KEPT,
    }: ReferenceLimits,
  ): Promise<Reference> {
    const session = await GraphSession.create(
      buildReferenceGraph(config, maxLength, values, precision),
      compute,
      weights,
      new Map(),
      file,
    );
    const size = keptBytes(values, reach, rows);
    const indexed = rows.map((row, index) => ({ ...row, index }));
    const costs = { maxTokens, attention: attentionCost(config), packing };
    const stretches = Array.from({ length: Math.ceil(rows.length / STRETCH) }, (_, i) =>
      indexed.slice(i * STRETCH, (i + 1) * STRETCH).map((row) => [row]),
    );
    const blocks =
      size <= maxBytes
        ? stretches.flatMap((stretch) => groupRows(stretch, costs))
        : indexed.map((row) => ({ units: [[row]], rows: [[row]] }));
    return new Reference(session, config, reach, maxBytes, blocks);
  }

  async of(index: number): Promise<RowReference> {
    if (!this.known.has(index)) await this.compute(required(this.blockOf, index));
    return required(this.known, index);
  }

  close(): Promise<void> {
    return this.session.close();
  }

  private async compute({ rows }: Block): Promise<void> {
    const positions = rows.flat().map((row) => rowPositions(row, this.reach));
    const { feeds, sizes } = sequenceFeeds(this.config, rows, positions);
    const results = await this.session.run(feeds, sizes);
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

  private keep(index: number, values: RowReference): void {
    this.known.set(index, values);
    this.bytes += bytesOf(values);
    for (const [oldest, dropped] of this.known) {
      if (this.bytes <= this.maxBytes || oldest === index) return;
      this.known.delete(oldest);
      this.bytes -= bytesOf(dropped);
    }
  }
}

const bytesOf = (values: RowReference): number =>
  [...values.values()].reduce((sum, data) => sum + data.byteLength, 0);
