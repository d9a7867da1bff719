import { expect, test } from 'vitest';
import { FairTurns } from './fair-turns.js';

/** Keeps the thread busy. */
function busy(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

/** Names in the order of their turns. */
async function orderOf(asked: readonly (readonly [owner: string, ms: number])[]): Promise<string> {
  const turns = new FairTurns();
  const order: string[] = [];
  await Promise.all(
    asked.map(([owner, ms]) =>
      turns.run(owner, () => {
        order.push(owner);
        busy(ms);
      }),
    ),
  );
  return order.join('');
}

const times = (count: number, owner: string, ms: number) =>
  Array.from({ length: count }, () => [owner, ms] as const);

test('owners take turns, however much one asks for', async () => {
  const order = await orderOf([...times(20, 'a', 5), ['b', 1], ['c', 1]]);
  expect(order.slice(0, 3)).toBe('abc');
  expect(order).toHaveLength(22);
});

test('one who asks for little at a time has many turns for one of another', async () => {
  const order = await orderOf([...times(3, 'a', 40), ...times(20, 'b', 0)]);
  expect(order.replaceAll(/b+/g, 'b')).toBe('abaa');
});

test('a newcomer is not owed the time before it came', async () => {
  const turns = new FairTurns();
  const order: string[] = [];
  const asked: Promise<void>[] = [];
  const ask = (owner: string, then = () => {}): void => {
    asked.push(
      turns.run(owner, () => {
        order.push(owner);
        busy(5);
        then();
      }),
    );
  };
  for (let i = 0; i < 10; i++) ask('a', () => i === 4 && times(5, 'b', 0).map(() => ask('b')));
  await asked[9];
  await Promise.all(asked);
  expect(order.slice(0, 5).join('')).toBe('aaaaa');
  expect(order.slice(5).join('')).not.toContain('bbbb');
});

test('work that fails has had its turn, and no other fails with it', async () => {
  const turns = new FairTurns();
  const failed = turns.run('a', () => {
    throw new Error('no');
  });
  const others = [turns.run('a', () => 1), turns.run('b', () => 2)];
  await expect(failed).rejects.toThrow('no');
  expect(await Promise.all(others)).toEqual([1, 2]);
  expect(await turns.run('a', () => 3)).toBe(3);
});
