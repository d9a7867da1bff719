// Weights in memory, as adapters' are read.

import { parseSafetensors, writeSafetensors } from '#models/tensors/safetensors.js';
import { tinyAdapter } from '#testing/tiny-adapter.js';
import { TINY_CONFIG } from '#testing/tiny-model.js';
import { mutateBytes, mutateDocument } from '../mutate.js';
import type { Random } from '../random.js';
import type { Target } from '../target.js';

const BYTES = writeSafetensors(tinyAdapter(TINY_CONFIG).tensors, 'F16');
const HEADER_BYTES = 8 + Number(new DataView(BYTES.buffer).getBigUint64(0, true));
const HEADER = JSON.parse(Buffer.from(BYTES.subarray(8, HEADER_BYTES)).toString()) as object;

function withHeader(random: Random): Uint8Array {
  const header = Buffer.from(mutateDocument(random, HEADER));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, BYTES.subarray(HEADER_BYTES)]);
}

export const safetensors: Target = {
  name: 'safetensors',
  inputs: 15_000,
  open: async () => ({
    run: (random) =>
      parseSafetensors(
        random.chance(0.5) ? withHeader(random) : mutateBytes(random, BYTES, HEADER_BYTES),
        'fuzzed.safetensors',
      ),
  }),
};
