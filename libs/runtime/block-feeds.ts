// What a matrix in blocks is to a session: constants of its own for products, inputs in place for
// all else.

import { type BlockTensor, storedSizes } from '#models/tensors/block-tensor.js';
import { blockBytes, blockInputs, blocksOf } from '#onnx/block-inputs.js';

/** Bytes by the names that the graph has for them. */
export function packedBlocks(name: string, { data, scales }: BlockTensor): Map<string, Uint8Array> {
  return new Map([
    [blockInputs.packedValues(name), data],
    [
      blockInputs.packedScales(name),
      new Uint8Array(scales.buffer, scales.byteOffset, scales.byteLength),
    ],
  ]);
}

/** @param input the graph's name of the integers, or of the scales. */
export function blockFeed(input: string, tensor: BlockTensor) {
  const [rows, columns] = storedSizes(tensor);
  const blocks = blocksOf(columns);
  return input.endsWith(blockInputs.scales(''))
    ? { dims: [rows, blocks], data: tensor.scales }
    : { dims: [rows, blocks * blockBytes(tensor.bits)], data: tensor.data };
}
