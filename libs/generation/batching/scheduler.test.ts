import { describe, expect, test } from 'vitest';
import { type Planned, Scheduler, type SchedulerLimits } from './scheduler.js';
import { Served } from './served.js';

const sequence = (id: number, length = 10, owner = 'a', width = 1): Planned => ({
  id,
  owner,
  width,
  prompt: Array.from({ length }, () => 0),
});

const schedulerOf = (limits: SchedulerLimits) => new Scheduler<Planned>(limits, new Served());

function plan(scheduler: Scheduler<Planned>): string {
  const work = scheduler.next();
  if (!work) return 'nothing';
  return work.kind === 'prefill'
    ? `prefill ${work.sequence.id}`
    : `decode ${work.sequences.map(({ id }) => id).join(' ')}`;
}

test('arrivals join the running batch, first come, first served', () => {
  const scheduler = schedulerOf({ maxBatch: 2, prefillTokens: 100 });
  expect(plan(scheduler)).toBe('nothing');
  for (const id of [1, 2, 3]) scheduler.add(sequence(id));
  expect([plan(scheduler), plan(scheduler), plan(scheduler)]).toEqual([
    'prefill 1',
    'prefill 2',
    'decode 1 2',
  ]);
  scheduler.remove(1);
  expect([plan(scheduler), plan(scheduler)]).toEqual(['prefill 3', 'decode 2 3']);
});

test('between two decode steps only so many prompt tokens are read', () => {
  const scheduler = schedulerOf({ maxBatch: 8, prefillTokens: 25 });
  for (const id of [1, 2, 3]) scheduler.add(sequence(id));
  const plans = Array.from({ length: 5 }, () => plan(scheduler));
  expect(plans).toEqual(['prefill 1', 'prefill 2', 'decode 1 2', 'prefill 3', 'decode 1 2 3']);
});

test('a prompt longer than the budget begins all the same, after a decode step of the others', () => {
  const scheduler = schedulerOf({ maxBatch: 8, prefillTokens: 25 });
  scheduler.add(sequence(1));
  scheduler.add(sequence(2, 1000));
  expect([plan(scheduler), plan(scheduler), plan(scheduler), plan(scheduler)]).toEqual([
    'prefill 1',
    'decode 1',
    'prefill 2',
    'decode 1 2',
  ]);
});

test('a removed sequence is neither started nor continued', () => {
  const scheduler = schedulerOf({ maxBatch: 1, prefillTokens: 100 });
  for (const id of [1, 2]) scheduler.add(sequence(id));
  expect(plan(scheduler)).toBe('prefill 1');
  scheduler.remove(2);
  scheduler.remove(1);
  expect(scheduler.isIdle).toBe(true);
  expect(plan(scheduler)).toBe('nothing');
});

describe('owners', () => {
  const plans = (scheduler: Scheduler<Planned>, count: number): string[] =>
    Array.from({ length: count }, () => plan(scheduler));

  test('are served in turn where they ask alike, each in its own order', () => {
    const scheduler = schedulerOf({ maxBatch: 9, prefillTokens: 1000 });
    for (const id of [1, 2, 3, 4]) scheduler.add(sequence(id));
    for (const id of [5, 6]) scheduler.add(sequence(id, 10, 'b'));
    scheduler.add(sequence(7, 10, 'c'));
    expect(plans(scheduler, 7)).toEqual([1, 5, 7, 2, 6, 3, 4].map((id) => `prefill ${id}`));
  });

  test('that would have none get rows beside a full batch, one each', () => {
    const scheduler = schedulerOf({ maxBatch: 4, prefillTokens: 1000 });
    for (let id = 1; id <= 300; id++) scheduler.add(sequence(id));
    expect(plans(scheduler, 5).at(-1)).toBe('decode 1 2 3 4');
    for (const id of [301, 302]) scheduler.add(sequence(id, 10, 'b'));
    expect(plans(scheduler, 2)).toEqual(['prefill 301', 'decode 1 2 3 4 301']);
    for (const [id, owner] of [
      [303, 'c'],
      [304, 'd'],
    ] as const)
      scheduler.add(sequence(id, 10, owner));
    expect(plans(scheduler, 2)).toEqual(['prefill 303', 'decode 1 2 3 4 301 303']);
    // A row that is freed goes to who has none, and the batch shrinks to its size.
    scheduler.remove(1);
    expect(plans(scheduler, 2)).toEqual(['prefill 304', 'decode 2 3 4 301 303 304']);
    for (const id of [2, 3]) scheduler.remove(id);
    expect(plan(scheduler)).toBe('decode 4 301 303 304');
    scheduler.remove(4);
    // Four rows have served a more than one has served b.
    expect(plan(scheduler)).toBe('prefill 302');
  });

  test('have as much of the model, however long what they ask is', () => {
    const served = new Served();
    const scheduler = new Scheduler<Planned>({ maxBatch: 2, prefillTokens: 1000 }, served);
    const add = (id: number, owner: string): void => {
      served.enter({ id, owner });
      scheduler.add(sequence(id, owner === 'long' ? 100 : 10, owner));
    };
    for (let id = 0; id < 200; id++) add(id, id < 20 ? 'long' : 'short');
    const left = new Map<number, number>();
    for (let round = 0; round < 400; round++) {
      const work = scheduler.next();
      if (work?.kind === 'prefill')
        left.set(work.sequence.id, work.sequence.owner === 'long' ? 50 : 3);
      else
        for (const { id } of work!.sequences) {
          left.set(id, left.get(id)! - 1);
          if (left.get(id) !== 0) continue;
          scheduler.remove(id);
          served.leave(id);
        }
      // A request of a hundred tokens and fifty steps may be begun ahead of its share.
      expect(Math.abs(served.of('long') - served.of('short'))).toBeLessThanOrEqual(200);
    }
    expect(served.of('short')).toBeGreaterThan(500);
  });

  test('with nothing left are forgotten', () => {
    const scheduler = schedulerOf({ maxBatch: 1, prefillTokens: 1000 });
    for (const [id, owner] of ['a', 'b', 'c'].entries()) scheduler.add(sequence(id, 10, owner));
    for (const id of [0, 1, 2]) scheduler.remove(id);
    expect(scheduler.isIdle).toBe(true);
  });
});

test('a wide sequence waits for as many rows as it takes, and nobody passes it', () => {
  const scheduler = schedulerOf({ maxBatch: 4, prefillTokens: 1000 });
  for (const [id, width] of [
    [1, 2],
    [2, 3],
    [3, 1],
  ] as const)
    scheduler.add(sequence(id, 10, 'a', width));
  expect([plan(scheduler), plan(scheduler)]).toEqual(['prefill 1', 'decode 1']);
  scheduler.remove(1);
  expect([plan(scheduler), plan(scheduler)]).toEqual(['prefill 2', 'prefill 3']);
  expect(plan(scheduler)).toBe('decode 2 3');
});

test('rows are charged, not sequences', () => {
  const served = new Served();
  const scheduler = new Scheduler<Planned>({ maxBatch: 8, prefillTokens: 1000 }, served);
  for (const [id, owner, width] of [
    [1, 'a', 3],
    [2, 'b', 1],
  ] as const) {
    served.enter({ id, owner });
    scheduler.add(sequence(id, 10, owner, width));
  }
  for (let i = 0; i < 4; i++) scheduler.next();
  expect(served.of('a') - 10).toBe(3 * (served.of('b') - 10));
});
