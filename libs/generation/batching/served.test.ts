import { expect, test } from 'vitest';
import { Served } from './served.js';

test('who comes anew, or again, has had as much as the least of those who are served', () => {
  const served = new Served();
  served.enter({ id: 1, owner: 'a' });
  served.enter({ id: 2, owner: 'b' });
  served.charge('a', 100);
  served.charge('b', 30);
  served.enter({ id: 3, owner: 'c' });
  expect(served.of('c')).toBe(30);
  // It has saved up nothing while it was away.
  served.leave(3);
  served.charge('b', 40);
  served.enter({ id: 4, owner: 'c' });
  expect(served.of('c')).toBe(70);
});

test('who leaves with more than others comes back with it', () => {
  const served = new Served();
  served.enter({ id: 1, owner: 'a' });
  served.enter({ id: 2, owner: 'b' });
  served.charge('a', 100);
  served.leave(1);
  served.leave(1);
  served.enter({ id: 3, owner: 'a' });
  expect([served.of('a'), served.of('b')]).toEqual([100, 0]);
});

test('once nobody is served, all begin anew', () => {
  const served = new Served();
  served.enter({ id: 1, owner: 'a' });
  served.charge('a', 100);
  served.leave(1);
  expect(served.of('a')).toBe(0);
});
