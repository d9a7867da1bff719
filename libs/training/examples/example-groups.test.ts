// Layouts of examples: what lies in one row, what shares a pass, and that the cheaper layout wins.

import { describe, expect, test } from 'vitest';
import { tinyConfig } from '../testing/tiny-run.js';
import { attentionCost, type Costs, groupExamples } from './example-groups.js';

const example = (length: number) => ({ ids: Array.from({ length }, () => 1), labelStart: 1 });
const layout = (units: readonly (readonly number[])[], costs: Partial<Costs> = {}): number[][][] =>
  groupExamples(
    units.map((unit) => unit.map(example)),
    { maxTokens: 256, attention: 0, packing: false, ...costs },
  ).map((group) => {
    expect(group.rows.flat()).toEqual(group.units.flat());
    return group.rows.map((sequences) => sequences.map(({ ids }) => ids.length));
  });

describe('rows of their own', () => {
  test('those of similar length share a pass within the limit', () => {
    expect(layout([[100], [10], [98], [12], [11]], { attention: 1e-2 })).toEqual([
      [[10], [11], [12]],
      [[98], [100]],
    ]);
  });
  test('one longer than the limit stands alone', () =>
    expect(layout([[300], [5]]).map((rows) => rows.length)).toEqual([1, 1]));
  test('a little padding is cheaper than one more pass', () =>
    expect(layout([[20], [22], [24]], { attention: 1e-2 })).toHaveLength(1));
  test('padding costs attention alone', () =>
    expect(layout([[100], [10], [98], [12], [11]])).toHaveLength(1));
  test('a unit is never parted', () => {
    expect(layout([[10, 90], [12], [11], [95, 20]], { maxTokens: 200 })).toEqual([
      [[11], [12], [10], [90]],
      [[95], [20]],
    ]);
  });
});

describe('packed rows', () => {
  const packing = true;
  test('short sequences fill the row of a long one', () => {
    expect(layout([[100], [30], [40], [28]], { packing, attention: 1e-3 })).toEqual([
      [[40, 30, 28], [100]],
    ]);
  });
  test('sequences of one length keep rows of their own, as attention costs more in a longer row', () => {
    expect(layout([[50], [50], [50], [50]], { packing, attention: 1e-3 })).toEqual([
      [[50], [50], [50], [50]],
    ]);
  });
  test('dear attention outweighs one more pass', () => {
    const uneven = [[60], [20], [40], [30], [35]];
    const [cheap, dear] = [
      layout(uneven, { packing, attention: 1e-3 }),
      layout(uneven, { packing, attention: 10 }),
    ];
    expect(cheap).toHaveLength(1);
    expect(cheap.flat().some((sequences) => sequences.length > 1)).toBe(true);
    expect(dear).toEqual([[[20]], [[30]], [[35]], [[40]], [[60]]]);
  });
  test('a pair lies in one row or in one pass', () => {
    for (const group of layout([[10, 90], [12], [11], [95, 20]], { packing, maxTokens: 128 })) {
      expect(group.flat().includes(10)).toBe(group.flat().includes(90));
      expect(group.flat().includes(95)).toBe(group.flat().includes(20));
    }
  });
});

test('next to a layer of Llama 8B, attention to 2,000 tokens costs about as much as a seventh of its weights', () => {
  const wide = {
    ...tinyConfig,
    hiddenSize: 4096,
    intermediateSize: 14336,
    numAttentionHeads: 32,
    numKeyValueHeads: 8,
    headDim: 128,
  };
  expect(2000 * attentionCost(wide)).toBeCloseTo(0.15, 1);
});
