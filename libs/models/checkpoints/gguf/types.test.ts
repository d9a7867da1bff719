import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { dequantize, GGUF_TYPES, tensorBytes } from './types.js';

interface Golden {
  readonly name: string;
  readonly type: number;
  readonly blocks: number;
  readonly blockBytes: number;
  readonly halves: readonly number[];
  readonly sha256: string;
  readonly first: readonly string[];
}

const file = resolve(import.meta.dirname, '../../../../../test/golden/gguf/storage_types.json');
const GOLDEN = JSON.parse(readFileSync(file, 'utf8')) as Golden[];

/** The same pseudo-random blocks that storage_types.py makes. */
function randomBlocks({ name, blocks, blockBytes, halves }: Golden): Uint8Array {
  const length = blocks * blockBytes;
  const digests = Array.from({ length: Math.ceil(length / 32) }, (_, i) =>
    createHash('sha256').update(`${name}:${i}`).digest(),
  );
  const bytes = new Uint8Array(Buffer.concat(digests)).slice(0, length);
  for (let at = 0; at < length; at += blockBytes) {
    for (const half of halves)
      if ((bytes[at + half + 1]! & 0x7c) === 0x7c) bytes[at + half + 1]! &= 0xbf;
  }
  return bytes;
}

test.each(GOLDEN)(
  '$name blocks become the numbers that ggml makes of them, bit for bit',
  (golden) => {
    const blocks = randomBlocks(golden);
    const values = dequantize(GGUF_TYPES[golden.type]!, blocks);
    const bits = [...new Uint32Array(values.buffer, 0, 32)].map((word) =>
      word.toString(16).padStart(8, '0'),
    );
    expect(bits).toEqual(golden.first);
    expect(createHash('sha256').update(new Uint8Array(values.buffer)).digest('hex')).toBe(
      golden.sha256,
    );
    expect(tensorBytes('file', 'tensor', golden.type, [values.length])).toBe(blocks.length);
  },
);

test('every readable type has been compared', () => {
  expect(GOLDEN.map(({ type }) => type).toSorted((a, b) => a - b)).toEqual(
    Object.keys(GGUF_TYPES).map(Number),
  );
});
