import { expect, test } from 'vitest';
import { scaleOver } from './scale.js';

test.each([
  [
    [0, 1],
    [0, 0.2, 0.4, 0.6, 0.8, 1],
  ],
  [
    [0.3, 0.41],
    [0, 0.1, 0.2, 0.3, 0.4, 0.5],
  ],
  [
    [-0.05, 0.5],
    [-0.2, 0, 0.2, 0.4, 0.6],
  ],
  [[], [0, 0.05, 0.1]],
])('a scale over %j has few round ticks', (values, ticks) => {
  const scale = scaleOver(values);
  expect(scale.ticks.map((tick) => Number(tick.toFixed(6)))).toEqual(ticks);
  expect([scale.at(scale.from), scale.at(scale.to)]).toEqual([0, 100]);
});

test('a scale reaches over whatever is far away', () => {
  const { from, to, ticks } = scaleOver([-40, 90]);
  expect([from, to]).toEqual([-65, 97.5]);
  expect(ticks.length).toBeLessThan(7);
});
