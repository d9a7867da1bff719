// A checkpoint's tensors as a served model keeps them, each made so as it is read: there is never a
// float32 copy of all.

import type { ServedPrecision } from '#contracts/served-precision.js';
import { headSpec } from '../passes/head.js';
import { expectedTensors, traceOf } from '../passes/trace.js';
import {
  type BlockTensor,
  quantizeBlocks,
  quantizeRows,
  type ServedWeight,
} from '../tensors/block-tensor.js';
import type { ModelConfig } from '../types.js';
import type { Checkpoint } from './checkpoint-type.js';

export interface KeptAs {
  readonly precision: ServedPrecision;
  /** Whether matrices in float32 that the checkpoint stores in 16 bits stay so. */
  readonly halfWeights: boolean;
  /** Where matrices in blocks are kept. Absent: in memory of their own. */
  readonly blocks?: { keep(tensor: BlockTensor): BlockTensor } | undefined;
}

const AS_THEY_ARE = { keep: (tensor: BlockTensor) => tensor };

export async function readServedWeights(
  checkpoint: Checkpoint,
  { precision, halfWeights, blocks = AS_THEY_ARE }: KeptAs,
): Promise<Map<string, ServedWeight>> {
  const { config } = checkpoint;
  const weights = new Map<string, ServedWeight>();
  for (const [name, dims] of expectedTensors(config)) {
    const bits = bitsOf(config, name, precision);
    weights.set(
      name,
      bits
        ? blocks.keep(await readBlocks(checkpoint, name, bits))
        : ((halfWeights && dims.length > 1 ? await checkpoint.readHalf?.(name) : undefined) ?? {
            dims,
            data: await checkpoint.read(name),
          }),
    );
  }
  return weights;
}

/**
 * Blocks of no more bits than asked for stay as they are stored. What the file has rounded in another
 * way is kept in 8 bits: rounded to 4 a second time, on another grid, it loses as much again.
 */
async function readBlocks(checkpoint: Checkpoint, name: string, bits: 4 | 8): Promise<BlockTensor> {
  const stored = await checkpoint.readBlocks?.(name);
  if (stored && stored.bits <= bits) return stored;
  const kept = checkpoint.isRounded?.(name) && !stored ? 8 : bits;
  const dims = checkpoint.dims(name);
  const transposed = traceOf(checkpoint.config).linears.get(name)?.transposed ?? false;
  const { readRows } = checkpoint;
  if (readRows && !transposed) return quantizeRows(dims, kept, (rows) => readRows(name, rows));
  return quantizeBlocks({ dims, data: await checkpoint.read(name) }, { bits: kept, transposed });
}

/** Of linear layers, of the head and of the tokens' embedding; nothing of what stays float32. */
function bitsOf(config: ModelConfig, name: string, precision: ServedPrecision): 4 | 8 | undefined {
  if (precision === 'float32') return undefined;
  if (traceOf(config).linears.has(name)) return precision === 'int4' ? 4 : 8;
  const ends = [config, { ...config, tieWordEmbeddings: true }].map((one) => headSpec(one).name);
  return ends.includes(name) ? 8 : undefined;
}
