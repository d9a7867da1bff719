// What a picture's patches are fed with, where there are very many of them.

import { expect, test } from 'vitest';
import { required } from '#collections/required.js';
import { parseHfConfig } from '../checkpoints/hf-config.js';
import { featureGrid, gridFeeds } from './grid-inputs.js';
import { gridInputs } from './grid-tower.js';

const { vision } = parseHfConfig('config.json', {
  model_type: 'qwen2_5_vl',
  hidden_size: 3584,
  num_attention_heads: 28,
  num_key_value_heads: 4,
  vision_config: { hidden_size: 64, num_heads: 16 },
});

test('each patch has a slot of its own in the windows of a picture, however large it is', () => {
  if (vision?.layout !== 'grid') throw new RangeError('no grid');
  const layout = { kind: 'grid', t: 1, h: 402, w: 398 } as const;
  const { feeds, sizes } = gridFeeds(vision.tower, layout);
  const slots = required(feeds, gridInputs.slotOf).data as BigInt64Array;
  const mask = required(feeds, gridInputs.mask);
  expect(new Set(slots).size).toBe(402 * 398);
  expect(mask.dims).toEqual([51 * 50, 1, 1, 64]);
  expect(mask.data.filter((one) => one === 0)).toHaveLength(402 * 398);
  expect(sizes).toMatchObject({ 'vision.patches': 402 * 398, 'vision.slots': 51 * 50 * 64 });
});

test('a picture that fills no features is refused', () => {
  if (vision?.layout !== 'grid') throw new RangeError('no grid');
  const grid = (t: number, h: number) => ({ kind: 'grid', t, h, w: 4 }) as const;
  expect(featureGrid(vision, grid(1, 6))).toEqual([3, 2]);
  for (const wrong of [grid(1, 5), grid(2, 4)])
    expect(() => featureGrid(vision, wrong)).toThrow('a multiple of 2 patches a side, found');
});
