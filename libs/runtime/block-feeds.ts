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

/** @param input the graph's name of the integers, of the scales or of the offsets. */
export function blockFeed(input: string, tensor: BlockTensor): Feed {
  const { bits, data, scales, offsets } = tensor;
  const [rows, columns] = storedSizes(tensor);
  const blocks = blocksOf(columns);
  if (input.endsWith(blockInputs.scales(''))) return { dims: [rows, blocks], data: scales };
  if (offsets && input.endsWith(blockInputs.offsets('')))
    return { dims: [rows, blocks], data: offsets };
  return { dims: [rows, blocks * blockBytes(bits)], data };
}
