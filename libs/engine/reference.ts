// What the reference model says about each row, computed when a row is first needed and kept.
import type { EncodedRow } from '#models/encode-row.js';
import type { ModelConfig, TensorData } from '#models/types.js';
import { GraphSession } from './graph-session.js';
import { buildReferenceGraph, type ReferenceKind } from './reference-graph.js';
import { packRows } from './row-set.js';
import { rowPositions, sequenceFeeds } from './step-feeds.js';

/** By output of the reference graph: values of a row's positions one after the other. */
export type RowReference = ReadonlyMap<string, Float32Array>;

/**
 * Rows are computed in blocks that depend on the set alone, never on the step that asks: a resumed run gets
 * the same bytes. The base model is frozen, so a row's values hold for the whole run.
 */
export class Reference {
  private readonly known = new Map<number, RowReference>();
  private readonly blockOf = new Map<number, readonly number[]>();

  private constructor(
    private readonly session: GraphSession,
    private readonly config: ModelConfig,
    private readonly rows: readonly EncodedRow[],
    private readonly kind: ReferenceKind,
    blocks: readonly (readonly number[])[],
  ) {
    for (const block of blocks) for (const index of block) this.blockOf.set(index, block);
  }

  static async create(
    kind: ReferenceKind,
    config: ModelConfig,
    weights: ReadonlyMap<string, TensorData>,
    rows: readonly EncodedRow[],
    { maxLength, threads, maxTokens }: { maxLength: number; threads: number; maxTokens: number },
  ): Promise<Reference> {
    const session = await GraphSession.create(buildReferenceGraph(config, maxLength, kind), threads, weights);
    const blocks = packRows(rows.map((row, index) => ({ ...row, index })), maxTokens);
    return new Reference(session, config, rows, kind, blocks.map((block) => block.map(({ index }) => index)));
  }

  async of(index: number): Promise<RowReference> {
    if (!this.known.has(index)) await this.compute(this.blockOf.get(index)!);
    return this.known.get(index)!;
  }

  close(): Promise<void> {
    return this.session.close();
  }

  private async compute(block: readonly number[]): Promise<void> {
    const rows = block.map((index) => this.rows[index]!);
    const positions = rows.map((row) => rowPositions(row, this.kind === 'distribution'));
    const { feeds, sizes } = sequenceFeeds(this.config, rows, positions);
    const results = await this.session.run(feeds, sizes);
    const count = positions.reduce((sum, { offsets }) => sum + offsets.length, 0);
    let at = 0;
    for (const [i, index] of block.entries()) {
      const end = at + positions[i]!.offsets.length;
      // Copied: a view would keep the whole block's memory.
      const cut = (data: Float32Array): Float32Array => data.slice((at * data.length) / count, (end * data.length) / count);
      this.known.set(index, new Map([...results].map(([name, data]) => [name, cut(data)])));
      at = end;
    }
  }
}
