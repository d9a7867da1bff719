// Plans of faults.

import { expect, test } from 'vitest';
import { Random } from '../fuzz/random.js';
import { planFaults } from './plan.js';

const names = ['gateway', 'training', 'evaluation', 'augmentation', 'inference', 'redis'];
const victims = [
  ...names.map((name) => ({ name, blows: ['kill'] as const })),
  { name: 'postgres', blows: ['kill', 'restart'] as const },
];
const plan = (seed: number) => planFaults(new Random(seed), victims, 330_000);

test('follows from the seed alone', () => {
  expect(plan(3)).toEqual(plan(3));
  expect(plan(3)).not.toEqual(plan(4));
});

test.each([0, 1, 2, 3, 4])('seed %i stops and kills every process within the time', (seed) => {
  const faults = plan(seed);
  const hit = (isStop: boolean) =>
    new Set(faults.filter(({ kind }) => (kind === 'stop') === isStop).map(({ victim }) => victim));
  expect(hit(true).size).toBe(victims.length);
  expect(hit(false).size).toBe(victims.length);
  for (const fault of faults)
    expect(fault.at + (fault.kind === 'stop' ? fault.ms : 0)).toBeLessThanOrEqual(330_000);
});

test('is empty where nothing may be struck', () => {
  expect(planFaults(new Random(0), [], 330_000)).toEqual([]);
});
