import { expect, test } from 'vitest';
import { inOrderOf, outsideStrike, those } from './strikes.js';

const strikes = ['redis: deleted', 'redis: killed', 'postgresql: deleted', 'gateway: killed'].map(
  (name) => ({ name, carryOut: async () => {} }),
);
const names = (of: readonly { name: string }[]): string[] => of.map(({ name }) => name);

test('strikes are chosen by their names', () => {
  expect(names(those(strikes, /./))).toEqual(names(strikes));
  expect(names(those(strikes, /redis|postgresql/))).toEqual(names(strikes).slice(0, 3));
});

test('a choice that leaves none says what there is', () => {
  expect(() => those(strikes, /rediss/)).toThrow(
    '--strikes rediss: expected to match one of redis: deleted, redis: killed',
  );
});

test('a seed has its own order of all of them', () => {
  const orders = [0, 1, 2, 3].map((seed) => names(inOrderOf(seed, strikes)));
  for (const order of orders) expect(order.toSorted()).toEqual(names(strikes).toSorted());
  expect(names(inOrderOf(1, strikes))).toEqual(orders[1]);
  expect(new Set(orders.map(String)).size).toBeGreaterThan(1);
});

test('a strike from outside is a command with a name', async () => {
  const { name, carryOut } = outsideStrike('node killed=exit 3');
  expect(name).toBe('node killed');
  await expect(carryOut()).rejects.toThrow(/exit code 3/);
  expect(() => outsideStrike('docker kill node')).toThrow('expected name=command');
});
