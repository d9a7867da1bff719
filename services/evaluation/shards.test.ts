import { describe, expect, test } from 'vitest';
import { planShards } from './shards.js';

describe('planShards', () => {
  test('covers every row once, the last stretch being what is left', () => {
    const rows = new Map([
      ['forget', 5],
      ['retain', 2],
    ] as const);
    expect(planShards(rows, 2)).toEqual([
      { set: 'forget', from: 0, to: 2 },
      { set: 'forget', from: 2, to: 4 },
      { set: 'forget', from: 4, to: 5 },
      { set: 'retain', from: 0, to: 2 },
    ]);
  });

  test.each([
    [1_000_000, 1_000_000],
    [1_000_000, 1],
    [999, 999],
  ])('takes larger stretches of %i and %i rows than asked for', (forget, retain) => {
    const shards = planShards(
      new Map([
        ['forget', forget],
        ['retain', retain],
      ] as const),
      1,
    );
    expect(shards.length).toBeLessThanOrEqual(1000);
    const rows = shards.reduce((sum, { from, to }) => sum + to - from, 0);
    expect(rows).toBe(forget + retain);
  });
});
