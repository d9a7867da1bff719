// Pictures as files become the features that transformers' processors and models make of them.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { required } from '#collections/required.js';
import { parseSafetensors } from '#models/tensors/safetensors.js';
import { goldenRoot, largestDifference } from '#testing/golden.js';
import { Vision } from './vision.js';

const TOLERANCE = 1e-4;

test.each(['llava', 'llava-next', 'qwen2-vl', 'qwen2-5-vl', 'smolvlm'])('%s', async (name) => {
  const modelPath = join(goldenRoot, 'vision', name);
  const file = join(modelPath, 'seen.safetensors');
  const expected = parseSafetensors(readFileSync(file), file);
  const vision = new Vision({
    modelPath,
    device: 'cpu',
    threads: 1,
    cacheBytes: 2 ** 20,
    maxWaiting: 1,
  });
  try {
    for (const picture of ['one.png', 'two.png']) {
      const bytes = readFileSync(join(goldenRoot, 'vision-chat', picture));
      const shown = {
        hash: createHash('sha256').update(bytes).digest('hex'),
        isWhole: false,
        read: () => Promise.resolve({ bytes, type: 'image/png' }),
      };
      const asked = { owner: 'a', room: 100, signal: new AbortController().signal };
      const { pieces, features } = await vision.look(shown, asked);
      const { dims, data } = required(expected, picture);
      expect(features.dims).toEqual(dims);
      expect(largestDifference(features.data, data), picture).toBeLessThanOrEqual(TOLERANCE);
      const placeholders = pieces.map((piece) =>
        'placeholders' in piece ? piece.placeholders : 0,
      );
      expect(placeholders.reduce((sum, count) => sum + count)).toBe(dims[0]);
      const { grid } = features;
      expect(grid && grid[0] * grid[1]).toBe(name.startsWith('qwen') ? dims[0] : undefined);
    }
  } finally {
    await vision.close();
  }
});
