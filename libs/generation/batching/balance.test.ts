import { expect, test } from 'vitest';
import { Balance } from './balance.js';

const both = { answers: true, scores: true };

test('while both wait, answers run as long as the last pass of scores did', () => {
  const balance = new Balance();
  const order: string[] = [];
  for (let i = 0; i < 9; i++) {
    const kind = balance.next(both);
    order.push(kind);
    balance.add(kind, kind === 'scores' ? 10 : 4);
  }
  expect(order).toEqual(
    [0, 1, 2].flatMap(() => ['scores', 'answers', 'answers', 'answers']).slice(0, 9),
  );
});

test('scores never have two passes in a row, however long answers have run', () => {
  const balance = new Balance();
  balance.add('answers', 1000);
  expect(balance.next(both)).toBe('scores');
  balance.add('scores', 1);
  expect(balance.next(both)).toBe('answers');
});

test('what waits alone has all of the time', () => {
  const balance = new Balance();
  balance.add('scores', 10);
  expect(balance.next({ answers: false, scores: true })).toBe('scores');
  expect(balance.next({ answers: true, scores: false })).toBe('answers');
});
