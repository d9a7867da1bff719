// What a matrix in blocks is to a session: constants of its own for products, inputs in place for
// all else.

import { type BlockTensor, storedSizes } from '#models/tensors/block-tensor.js';
import { blockBytes, blockInputs, blocksOf } from '#onnx/block-inputs.js';
import type { Feed } from './feed.js';

/** By the names that the graph has for them. */
export function packedBlocks(name: string, tensor: BlockTensor): [string, Feed][] {
  const { bits, data, scales } = tensor;
  const [rows, columns] = storedSizes(tensor);
  const dims = [rows, blocksOf(columns)];
  return [
    [blockInputs.packedValues(name), { dims: [...dims, blockBytes(bits)], data }],
    [blockInputs.packedScales(name), { dims, data: scales }],
  ];
}

/** @param input the graph's name of the integers, or of the scales. */
export function blockFeed(input: string, tensor: BlockTensor): Feed {
  const [rows, columns] = storedSizes(tensor);
  const blocks = blocksOf(columns);
  return input.endsWith(blockInputs.scales(''))
    ? { dims: [rows, blocks], data: tensor.scales }
    : { dims: [rows, blocks * blockBytes(tensor.bits)], data: tensor.data };
}
