// The nucleus next to its definition, over distributions from flat to certain.

import { expect, test } from 'vitest';
import { Random } from '#runtime/random.js';
import { nucleusOf } from './candidates.js';

function definition(logits: Float32Array, topK: number, topP: number): number[] {
  const ids = [...logits.keys()].toSorted((a, b) => logits[b]! - logits[a]! || a - b);
  const top = Math.max(...logits);
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit - top), 0);
  let sum = 0;
  const end = ids.findIndex((id) => (sum += Math.exp(logits[id]! - top)) >= topP * total);
  return ids.slice(0, Math.min(topK, end + 1)).filter((id) => logits[id] !== -Infinity);
}

test.each([0.01, 0.3, 1, 3, 10, 200])('logits that spread by %d', (spread) => {
  const random = new Random(3, `spread ${spread}`);
  const sizes = new Set<number>();
  for (let trial = 0; trial < 300; trial++) {
    const logits = Float32Array.from({ length: 200 }, () =>
      random.uniform() < 0.1 ? -Infinity : spread * (random.uniform() - 0.5),
    );
    const [topK, topP] = [1 + Math.floor(random.uniform() * 200), random.uniform()];
    const ids = nucleusOf(logits, topK, topP);
    expect(ids).toEqual(definition(logits, topK, topP));
    sizes.add(ids.length);
  }
  expect(sizes.size).toBeGreaterThan(2);
});

test('of equal tokens the sum decides to the last bit', () => {
  for (let count = 2; count < 300; count++) {
    const logits = new Float32Array(count).fill(7);
    for (const share of [0.25, 0.5, 0.75, 1]) {
      const ids = nucleusOf(logits, count, share);
      expect(ids).toHaveLength(Math.ceil(share * count));
    }
  }
});
