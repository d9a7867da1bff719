import { expect, test } from 'vitest';
import { QueueUnavailableError } from '#platform/errors/queue-unavailable.error.js';
import { eachApart } from './each-apart.js';
import { LeaseLostError } from './lease-lost.error.js';

test("one's trouble is told, and is not the others'", async () => {
  const done: number[] = [];
  const told: unknown[] = [];
  const error = new Error('of the second');
  await eachApart(
    [1, 2, 3],
    async (item) => {
      if (item === 2) throw error;
      done.push(item);
    },
    (err, item) => told.push([err, item]),
  );
  expect(done).toEqual([1, 3]);
  expect(told).toEqual([[error, 2]]);
});

test.for([new QueueUnavailableError(), new LeaseLostError('jobs')])(
  'what all would meet ends it: $name',
  async (error) => {
    const begun: number[] = [];
    const told: unknown[] = [];
    const work = async (item: number) => {
      begun.push(item);
      throw error;
    };
    await expect(eachApart([1, 2], work, (err) => told.push(err))).rejects.toBe(error);
    expect(begun).toEqual([1]);
    expect(told).toEqual([]);
  },
);
