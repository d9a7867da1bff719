// What a run is not compared with, and how its cells are shown.

import { expect, test } from 'vitest';
import type { LetheClient } from '#client/lethe-client.js';
import type { EvaluationCell } from '#client/types.js';
import { comparisons } from './run-comparison.js';
import { cellsTables } from './run-tables.js';

const cell = (model: string, status: EvaluationCell['status']): EvaluationCell =>
  ({
    model,
    status,
    error: null,
    task_index: 0,
    task: { name: 'pope', files: { forget: 'file-a' } },
    figures: [{ metric: 'accuracy', value: 81.5, interval: null }],
  }) as unknown as EvaluationCell;
const cells = [cell('seeing', 'succeeded'), cell('tuned', 'running')];
const client = {} as LetheClient;

test.each([
  [{ model: 'other' }, '--baseline: expected a model of the run (seeing, tuned), got other'],
  [{ task: 1 }, '--baseline-task: expected a task of the run (0 to 0), got 1'],
])('%j is no baseline of the run', async (baseline, message) => {
  await expect(comparisons(client, 'run', cells, baseline)).rejects.toThrow(message);
});

test('a table has a column of states where a cell has not succeeded', () => {
  expect(cellsTables(cells)).toContain('status');
  expect(cellsTables(cells)).toContain('running');
  expect(cellsTables(cells.slice(0, 1))).not.toContain('status');
});
