import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Figure } from '#contracts/cells.js';
import { leaderboard, type LeaderboardCell } from './leaderboard.js';
import { standings } from './standing.js';

const of = (value: number | null, lower: number, upper: number): Figure => ({
  metric: 'kfr',
  value,
  interval: [lower, upper],
  n: 37,
});
const cell = (model: string, figures: Figure[] | null, more: object = {}): LeaderboardCell => ({
  model,
  task: { name: 'unlearning', judge: 'lexical' },
  task_index: 0,
  status: figures ? 'succeeded' : 'failed',
  figures,
  ...more,
});

test('marks the best, and whom its interval cannot be told from', () => {
  const figures = [of(0.9, 0.8, 0.95), of(0.7, 0.6, 0.79), undefined, of(0.85, 0.7, 0.9)];
  expect(standings(figures, true)).toEqual(['best', 'behind', undefined, 'within']);
  expect(standings(figures, false)).toEqual(['behind', 'best', undefined, 'within']);
  expect(standings(figures, null)).toEqual(figures.map(() => undefined));
  expect(standings([of(0.9, 0.8, 1), of(0.9, 0.8, 1)], true)).toEqual(['best', 'best']);
  expect(standings([of(0.9, 0.8, 1), of(null, 0, 1)], true)).toEqual([undefined, undefined]);
});

test('shows every model at every task, and of what is not there that it is not', () => {
  const page = leaderboard('evalrun-1', [
    cell('a', [of(0.9, 0.8, 0.95)]),
    cell('a', [{ ...of(0.2, 0.1, 0.3), metric: 'leakShare' }], {
      task: { name: 'json' },
      task_index: 1,
    }),
    cell('b', null),
  ]);
  expect(page).toContain('2 of 3 cells have succeeded');
  expect(page).toContain('<h2>0 unlearning</h2>');
  expect(page).toContain('<h2>1 json</h2>');
  expect(page).toContain('kfr ↑');
  expect(page).toContain('leakShare ↓');
  expect(page).toMatch(/b \(failed\)<\/th>\s*<td>–<\/td>/);
});

test('runs nothing that a model is called', () => {
  const name = `"><script>alert(1)</script>&'`;
  const page = leaderboard(name, [cell(name, [of(0.9, 0.8, 0.95)])]);
  expect(page).not.toContain('<script>alert');
  expect(page.match(/<script>/g)).toHaveLength(1);
  const [, script = ''] = /<script>(.*?)<\/script>/s.exec(page) ?? [];
  const hash = createHash('sha256').update(script).digest('base64');
  expect(page).toContain(`script-src &#39;sha256-${hash}&#39;`);
});
