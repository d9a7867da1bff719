// Matrices that are stored as integers in blocks, and that nodes see as float32: products take them
// as they are, rows that are looked up are widened, and whatever else reads one widens it for that
// use alone.

import { first } from '#collections/items.js';
import { required } from '#collections/required.js';
import type { ExternalRecord, InitializerRecord, NodeRecord } from './encode.js';
import type { Dims, Value } from './types.js';

/** Numbers that share a scale, one after the other along a matrix's inner dimension. */
export const BLOCK = 32;

/** How a matrix is stored: an output's integers are a row, whose last block is padded. */
export interface BlockLayout {
  readonly bits: 4 | 8;
  /** The graph's matrix is [in, out]: rows are its columns. */
  readonly transposed: boolean;
  /** What is added to each number of a block, [rows, blocks]. Absent: nothing. */
  readonly offsets?: Float32Array | undefined;
}

/** Blocks of a row of so many numbers. */
export const blocksOf = (columns: number): number => Math.ceil(columns / BLOCK);
export const blockBytes = (bits: number): number => (BLOCK * bits) / 8;

/** Names of what a matrix is fed as; `packed` is for products, which lay it out in their own way. */
export const blockInputs = {
  values: (name: string) => `${name}@values`,
  scales: (name: string) => `${name}@scales`,
  offsets: (name: string) => `${name}@offsets`,
  packedValues: (name: string) => `${name}@packed.values`,
  packedScales: (name: string) => `${name}@packed.scales`,
} as const;

const MS = 'com.microsoft';

/**
 * @param layoutOf tells of an input that is stored in blocks how. @param isPart of some rows of an
 * input: it is widened in products too, as laying it out would be a copy of its own.
 * @param pairsRows whether products, which are of one row, take it as one of two: kernels sum a row that
 * is alone in another order.
 */
export function withBlockInputs(
  nodes: readonly NodeRecord[],
  inputs: readonly Value[],
  layoutOf: (name: string) => BlockLayout | undefined,
  isPart: (name: string) => boolean,
  pairsRows = false,
) {
  const readers = new BlockReaders(inputs, pairsRows);
  for (const [at, record] of nodes.entries()) {
    const [operand, other = ''] = record.inputs as [string, string?];
    const [data, matrix] = [layoutOf(operand), layoutOf(other)];
    if (record.op === 'Gather' && data && !data.transposed) {
      readers.lookUp(operand, data, other, first(record.outputs));
    } else if (matrix && !data && !isPart(other) && isProduct(record, matrix)) {
      readers.product(record, matrix);
    } else {
      const from = record.inputs.map((name, i) => {
        const layout = layoutOf(name);
        return layout ? readers.widen(name, layout, `${name}@wide ${at}.${i}`) : name;
      });
      readers.nodes.push({ ...record, inputs: from });
    }
  }
  return {
    nodes: readers.nodes,
    inputs: [...inputs.filter(({ name }) => !layoutOf(name)), ...readers.fed.values()],
    packed: [...readers.packed.values()],
    constants: [...readers.constants.values()],
  };
}

/** x W^T, W being stored by its outputs. */
const isProduct = ({ op, attributes }: NodeRecord, { transposed }: BlockLayout): boolean =>
  op === 'Gemm' &&
  (attributes['alpha'] ?? 1) === 1 &&
  !attributes['transA'] &&
  Boolean(attributes['transB']) === !transposed;

/** Nodes that read matrices in blocks, and what they are given. */
class BlockReaders {
  readonly nodes: NodeRecord[] = [];
  readonly fed = new Map<string, Value>();
  readonly packed = new Map<string, ExternalRecord>();
  readonly constants = new Map<string, InitializerRecord>();
  /** Made once for all products that read them. */
  private readonly summed = new Set<string>();
  private readonly paired = new Set<string>();
  private readonly dims: ReadonlyMap<string, Dims>;

  constructor(
    inputs: readonly Value[],
    private readonly pairsRows: boolean,
  ) {
    this.dims = new Map(inputs.map(({ name, dims }) => [name, dims]));
  }

  product({ inputs, outputs }: NodeRecord, layout: BlockLayout): void {
    const [row, weight, onto] = inputs as [string, string, string?];
    const x = this.pairsRows ? this.pair(row) : row;
    const { bits } = layout;
    const [N, K] = this.storedSizes(weight, layout);
    const dims = [N, blocksOf(K)];
    const values = this.pack(blockInputs.packedValues(weight), 'uint8', [
      ...dims,
      blockBytes(bits),
    ]);
    const scales = this.pack(blockInputs.packedScales(weight), 'float32', dims);
    const result = first(outputs);
    const to = onto === undefined ? result : `${result}.product`;
    const summed = this.pairsRows ? `${to}.pair` : to;
    const scaled = layout.offsets ? `${summed}.scaled` : summed;
    // Level 4: x is rounded to 8 bits, block by block, and sums are of integers.
    const attributes = { K, N, bits, block_size: BLOCK, accuracy_level: 4 };
    this.push('MatMulNBits', [x, values, scales], scaled, attributes, MS);
    if (layout.offsets) {
      const offsets = this.feed(blockInputs.offsets(weight), 'float32', dims);
      this.push('Gemm', [this.blockSums(x, K), offsets, scaled], summed, { transB: 1 });
    }
    if (this.pairsRows)
      this.push('Slice', [summed, this.ints([0]), this.ints([1]), this.ints([0])], to);
    if (onto !== undefined) this.push('Add', [to, onto], result);
  }

  /** Rows by their indices, in float32. */
  lookUp(weight: string, layout: BlockLayout, indices: string, to: string): void {
    const { bits } = layout;
    const [rows, columns] = this.storedSizes(weight, layout);
    const blocks = blocksOf(columns);
    const values = this.feed(blockInputs.values(weight), 'uint8', [
      rows,
      blocks * blockBytes(bits),
    ]);
    const scales = this.feed(blockInputs.scales(weight), 'float32', [rows, blocks]);
    const isPadded = columns % BLOCK !== 0;
    const scaled = layout.offsets ? `${to}.scaled` : to;
    const whole = isPadded ? `${to}.padded` : scaled;
    const attributes = { bits, block_size: BLOCK, gather_axis: 0, quantize_axis: 1 };
    this.push('GatherBlockQuantized', [values, indices, scales], whole, attributes, MS);
    if (isPadded)
      this.push('Slice', [whole, this.ints([0]), this.ints([columns]), this.ints([-1])], scaled);
    if (!layout.offsets) return;
    const offsets = this.feed(blockInputs.offsets(weight), 'float32', [rows, blocks]);
    this.push('Gather', [offsets, indices], `${to}.offsets`);
    this.push('MatMul', [`${to}.offsets`, this.membership(columns)], `${to}.spread`);
    this.push('Add', [scaled, `${to}.spread`], to);
  }

  /** [1, columns] -> [2, columns] */
  private pair(row: string): string {
    const two = `${row}@pair`;
    if (!this.paired.has(two)) this.push('Concat', [row, row], two, { axis: 0 });
    this.paired.add(two);
    return two;
  }

  /** Sums of x by the blocks of its columns. */
  private blockSums(x: string, columns: number): string {
    const sums = `${x}@sums`;
    if (!this.summed.has(sums))
      this.push('Gemm', [x, this.membership(columns)], sums, { transB: 1 });
    this.summed.add(sums);
    return sums;
  }

  /** [blocks, columns]: 1 where a column is of a block. */
  private membership(columns: number): string {
    const [name, blocks] = [`@blocks ${columns}`, blocksOf(columns)];
    const data = new Float32Array(blocks * columns);
    for (let column = 0; column < columns; column++)
      data[Math.floor(column / BLOCK) * columns + column] = 1;
    this.constants.set(name, { name, type: 'float32', dims: [blocks, columns], data });
    return name;
  }

  /** All of it in float32. */
  widen(weight: string, layout: BlockLayout, to: string): string {
    const [rows] = this.storedSizes(weight, layout);
    const every = this.ints(Array.from({ length: rows }, (_, row) => row));
    const stored = layout.transposed ? `${to}.stored` : to;
    this.lookUp(weight, layout, every, stored);
    if (layout.transposed) this.push('Transpose', [stored], to, { perm: [1, 0] });
    return to;
  }

  private storedSizes(
    weight: string,
    { transposed }: BlockLayout,
  ): [rows: number, columns: number] {
    const [rows, columns] = required(this.dims, weight) as readonly [number, number];
    return transposed ? [columns, rows] : [rows, columns];
  }

  private push(
    op: string,
    inputs: readonly string[],
    output: string,
    attributes: NodeRecord['attributes'] = {},
    domain = '',
  ): void {
    this.nodes.push({ op, domain, inputs, outputs: [output], attributes });
  }

  private pack(name: string, type: 'uint8' | 'float32', dims: readonly number[]): string {
    const size = dims.reduce((product, dim) => product * dim, type === 'uint8' ? 1 : 4);
    this.packed.set(name, { name, type, dims, location: name, offset: 0, bytes: size });
    return name;
  }

  private feed(name: string, type: 'uint8' | 'float32', dims: readonly number[]): string {
    this.fed.set(name, { name, dims, type });
    return name;
  }

  private ints(numbers: readonly number[]): string {
    const name = `@ints ${first(numbers)} ${numbers.length}`;
    const data = BigInt64Array.from(numbers, BigInt);
    this.constants.set(name, { name, type: 'int64', dims: [data.length], data });
    return name;
  }
}
