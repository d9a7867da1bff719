import { expect, test } from 'vitest';
import { objectiveNames, objectives } from '#contracts/objectives/index.js';
import { losses } from './losses.js';

test.each(objectiveNames)('%s has a retain loss of its own where it says so', (name) => {
  expect(losses[name].retain !== undefined).toBe(objectives[name].ownRetainLoss);
});
