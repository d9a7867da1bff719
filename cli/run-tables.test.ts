// How the cells of a run are shown, beside a baseline and by themselves.

import { expect, test } from 'vitest';
import type { EvaluationCell, EvaluationComparison } from '#client/types.js';
import { comparisonTables } from './run-comparison.js';
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

test('a table has a column of states where a cell has not succeeded', () => {
  expect(cellsTables(cells)).toContain('status');
  expect(cellsTables(cells)).toContain('running');
  expect(cellsTables(cells.slice(0, 1))).not.toContain('status');
});

test('a comparison shows the difference with its interval, and - where there is none', () => {
  const compared = {
    model: 'seeing',
    task_index: 1,
    task: { name: 'pope', decoding: { strategy: 'deco', alpha: 0.5 } },
    figures: [
      {
        metric: 'accuracy',
        value: 81.5,
        interval: [80, 83],
        baseline: 79,
        difference: { value: 2.5, interval: [1, 4] },
      },
      {
        metric: 'precision',
        value: null,
        interval: null,
        baseline: null,
        difference: { value: null, interval: null },
      },
    ],
  } as unknown as EvaluationComparison;
  const lines = comparisonTables([compared]).split('\n');
  expect(lines.find((line) => line.includes('accuracy'))).toMatch(
    /81\.50\s.*80\.00 to 83\.00\s.*79\.00\s.*2\.50\s.*1\.00 to 4\.00/,
  );
  expect(lines.find((line) => line.includes('precision'))).not.toMatch(/null|NaN/);
});
