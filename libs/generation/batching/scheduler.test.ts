import { describe, expect, test } from 'vitest';
import type { Room } from '../cache/room.js';
import { type Plan, type Planned, Scheduler, type SchedulerLimits } from './scheduler.js';
import { Served } from './served.js';

interface Asked {
  length?: number;
  owner?: string;
  isStreamed?: boolean;
  /** Tokens that it may say. */
  ahead?: number;
  /** Tokens that were read before. */
  found?: number;
  width?: number;
}

/** Of which the test reads what is planned. */
const sequence = (
  id: number,
  { length = 10, owner = 'a', isStreamed = true, ahead = 10, width = 1, found = 0 }: Asked = {},
) => ({
  id,
  owner,
  isStreamed,
  ahead,
  width,
  found,
  gaveWay: 0,
  unread: length,
  lengths: Array.from({ length: width }, () => length),
});
type Reading = ReturnType<typeof sequence>;

/** For so many tokens. */
const roomOf = (tokens: number): Room => ({
  fits: (lengths) => lengths.reduce((a, b) => a + b, 0) <= tokens,
  hold: () => {},
});

const schedulerOf = (
  limits: Partial<SchedulerLimits>,
  { served = new Served(), tokens = Infinity } = {},
) =>
  new Scheduler<Reading>(
    { maxBatch: 8, promptTokens: 100, promptTokensBeside: 100, ...limits },
    served,
    roomOf(tokens),
    {
      begins: (one) => (one.unread -= one.found),
      givesWay: (one) => {
        one.gaveWay += 1;
        [one.unread] = one.lengths as [number];
      },
    },
  );

function take<S extends Planned & { unread: number }>(scheduler: Scheduler<S>): Plan<S> {
  const next = scheduler.next() ?? { decoded: [], parts: [] };
  for (const { sequence: one, count } of next.parts) one.unread -= count;
  return next;
}

/** Ids of what is decoded, and tokens of what is read by ids. */
function plan(scheduler: Scheduler<Reading>): string {
  const { decoded, parts } = take(scheduler);
  return [
    ...decoded.map(({ id }) => id),
    ...parts.map(({ sequence: { id }, count }) => `${id}:${count}`),
  ].join(' ');
}
const plans = (scheduler: Scheduler<Reading>, count: number): string[] =>
  Array.from({ length: count }, () => plan(scheduler));

test('arrivals join the running batch once they are read, first come, first served', () => {
  const scheduler = schedulerOf({ maxBatch: 2 });
  expect(scheduler.next()).toBeUndefined();
  for (const id of [1, 2, 3]) scheduler.add(sequence(id));
  expect(plans(scheduler, 2)).toEqual(['1:10 2:10', '1 2']);
  scheduler.remove(1);
  expect(plans(scheduler, 2)).toEqual(['2 3:10', '2 3']);
});

test('a step reads so many prompt tokens, fewer beside answers that are streamed', () => {
  const scheduler = schedulerOf({ promptTokens: 40, promptTokensBeside: 12 });
  for (const id of [1, 2]) scheduler.add(sequence(id, { isStreamed: false }));
  scheduler.add(sequence(3));
  expect(plans(scheduler, 2)).toEqual(['1:10 2:10', '1 2 3:10']);
  scheduler.add(sequence(4, { length: 30 }));
  expect(plans(scheduler, 4)).toEqual(['1 2 3 4:12', '1 2 3 4:12', '1 2 3 4:6', '1 2 3 4']);
});

test('what a part leaves of the budget is for prompts that are read whole with it', () => {
  const scheduler = schedulerOf({ promptTokens: 32, promptTokensBeside: 32 });
  for (const [id, length] of [20, 12, 1, 1].entries()) scheduler.add(sequence(id, { length }));
  expect(plan(scheduler)).toBe('0:20 1:12');
  for (const [id, length] of [40, 5].entries()) scheduler.add(sequence(10 + id, { length }));
  // However short, each takes a pass.
  expect(plan(scheduler)).toBe('0 1 2:1 3:1');
});

test('a long prompt waits for its turn between the parts of others', () => {
  const scheduler = schedulerOf({ promptTokens: 25 });
  scheduler.add(sequence(1, { length: 100, owner: 'a' }));
  expect(plans(scheduler, 2)).toEqual(['1:25', '1:25']);
  for (const id of [2, 3]) scheduler.add(sequence(id, { owner: 'b' }));
  // The newcomer has had less.
  expect(plans(scheduler, 3)).toEqual(['2:10', '2 3:10 1:50', '1 2 3']);
});

test('what was read before is not read, nor counted', () => {
  const served = new Served();
  const scheduler = schedulerOf({ promptTokens: 25 }, { served });
  scheduler.add(sequence(1, { length: 60, found: 40 }));
  scheduler.add(sequence(2, { length: 60, found: 32 }));
  expect(plans(scheduler, 2)).toEqual(['1:20', '1 2:28']);
  expect(served.of('a')).toBe(20 + 28 + 2);
});

test('a removed sequence is neither started nor continued', () => {
  const scheduler = schedulerOf({ maxBatch: 1, promptTokens: 25 });
  for (const id of [1, 2, 3]) scheduler.add(sequence(id, { length: 30 }));
  expect(plan(scheduler)).toBe('1:25');
  scheduler.remove(2);
  scheduler.remove(1);
  expect(plan(scheduler)).toBe('3:25');
  scheduler.remove(3);
  expect(scheduler.isIdle).toBe(true);
  expect(plan(scheduler)).toBe('');
});

describe('room', () => {
  test('is waited for, with some for the answer; nobody passes who waits', () => {
    const scheduler = schedulerOf({}, { tokens: 100 });
    for (const id of [1, 2]) scheduler.add(sequence(id, { length: 30 }));
    scheduler.add(sequence(3, { length: 80, owner: 'b' }));
    scheduler.add(sequence(4, { length: 1, owner: 'b' }));
    // 1 and 3 are next by turns; with 10 tokens each they would take 130.
    expect(plans(scheduler, 2)).toEqual(['1:30', '1']);
    scheduler.remove(1);
    expect(plans(scheduler, 2)).toEqual(['3:80', '3']);
    scheduler.remove(3);
    expect(plans(scheduler, 2)).toEqual(['2:30 4:1', '2 4']);
  });

  test('that runs out is made by the youngest of who had most, who is read again', () => {
    const [first, second] = [1, 2].map((id) => sequence(id, { length: 20, ahead: 1000 }));
    const other = sequence(3, { length: 20, ahead: 1000, owner: 'b' });
    const scheduler = schedulerOf({}, { tokens: 300 });
    for (const one of [first!, second!, other]) scheduler.add(one);
    expect(plans(scheduler, 2)).toEqual(['1:20 3:20 2:20', '1 3 2']);
    for (const one of [first!, second!, other]) one.lengths = [100];
    // Owner a has had more than b.
    expect(plans(scheduler, 2)).toEqual(['1 3', '1 3']);
    expect([first, second, other].map((one) => one!.gaveWay)).toEqual([0, 1, 0]);
    for (const one of [first!, other]) one.lengths = [150];
    expect(plans(scheduler, 2)).toEqual(['3', '3']);
    expect([first, second, other].map((one) => one!.gaveWay)).toEqual([1, 1, 0]);
    scheduler.remove(3);
    // In the order in which they had come.
    expect(plans(scheduler, 3)).toEqual(['1:100', '1:50', '1']);
  });
});

describe('owners', () => {
  test('are served in turn where they ask alike, each in its own order', () => {
    const scheduler = schedulerOf({ promptTokens: 10 });
    for (const id of [1, 2, 3, 4]) scheduler.add(sequence(id, { isStreamed: false }));
    for (const id of [5, 6]) scheduler.add(sequence(id, { owner: 'b', isStreamed: false }));
    scheduler.add(sequence(7, { owner: 'c', isStreamed: false }));
    const read = Array.from({ length: 4 }, () => take(scheduler).parts[0]!.sequence.id);
    expect(read).toEqual([1, 5, 7, 6]);
  });

  test('that would have none get rows beside a full batch, one each', () => {
    const scheduler = schedulerOf({ maxBatch: 4 });
    for (let id = 1; id <= 300; id++) scheduler.add(sequence(id));
    expect(plans(scheduler, 2)).toEqual(['1:10 2:10 3:10 4:10', '1 2 3 4']);
    for (const id of [301, 302]) scheduler.add(sequence(id, { owner: 'b' }));
    expect(plans(scheduler, 2)).toEqual(['1 2 3 4 301:10', '1 2 3 4 301']);
    for (const [id, owner] of [
      [303, 'c'],
      [304, 'd'],
    ] as const)
      scheduler.add(sequence(id, { owner }));
    expect(plans(scheduler, 2)).toEqual(['1 2 3 4 301 303:10', '1 2 3 4 301 303']);
    // A row that is freed goes to who has none, and the batch shrinks to its size.
    scheduler.remove(1);
    expect(plans(scheduler, 2)).toEqual(['2 3 4 301 303 304:10', '2 3 4 301 303 304']);
    for (const id of [2, 3]) scheduler.remove(id);
    expect(plan(scheduler)).toBe('4 301 303 304');
    scheduler.remove(4);
    // Four rows have served a more than one has served b; and a has none any more.
    expect(plan(scheduler)).toBe('301 303 304 302:10 5:10');
  });

  test('have as much of the model, however long what they ask is', () => {
    const served = new Served();
    const limits = { maxBatch: 2, promptTokens: 50, promptTokensBeside: 50 };
    const scheduler = schedulerOf(limits, { served });
    const add = (id: number, owner: string): void => {
      served.enter({ id, owner });
      scheduler.add(sequence(id, { length: owner === 'long' ? 100 : 10, owner }));
    };
    for (let id = 0; id < 200; id++) add(id, id < 20 ? 'long' : 'short');
    const left = new Map<number, number>();
    for (let round = 0; round < 400; round++) {
      const { decoded, parts } = take(scheduler);
      for (const { id } of decoded) {
        left.set(id, left.get(id)! - 1);
        if (left.get(id) !== 0) continue;
        scheduler.remove(id);
        served.leave(id);
      }
      for (const { sequence: one } of parts) left.set(one.id, one.owner === 'long' ? 50 : 3);
      // A request of a hundred tokens and fifty steps may be begun ahead of its share.
      expect(Math.abs(served.of('long') - served.of('short'))).toBeLessThanOrEqual(200);
    }
    expect(served.of('short')).toBeGreaterThan(500);
  });

  test('with nothing left are forgotten', () => {
    const scheduler = schedulerOf({ maxBatch: 1 });
    for (const [id, owner] of ['a', 'b', 'c'].entries()) scheduler.add(sequence(id, { owner }));
    for (const id of [0, 1, 2]) scheduler.remove(id);
    expect(scheduler.isIdle).toBe(true);
  });
});

test('a wide sequence waits for as many rows as it takes, and nobody passes it', () => {
  const scheduler = schedulerOf({ maxBatch: 4 });
  for (const [i, width] of [2, 3, 1].entries()) scheduler.add(sequence(i + 1, { width }));
  expect(plans(scheduler, 2)).toEqual(['1:10', '1']);
  scheduler.remove(1);
  expect(plans(scheduler, 2)).toEqual(['2:10 3:10', '2 3']);
});

test('rows are charged, not sequences', () => {
  const served = new Served();
  const scheduler = schedulerOf({}, { served });
  for (const [id, owner, width] of [
    [1, 'a', 3],
    [2, 'b', 1],
  ] as const) {
    served.enter({ id, owner });
    scheduler.add(sequence(id, { owner, width }));
  }
  plans(scheduler, 4);
  expect(served.of('a') - 10).toBe(3 * (served.of('b') - 10));
});

test('who waited with all that it had read runs on without a part', () => {
  const scheduler = schedulerOf({});
  scheduler.add(sequence(1, { found: 10 }));
  scheduler.add(sequence(2));
  expect(plans(scheduler, 2)).toEqual(['1 2:10', '1 2']);
});

test('who makes room waits behind who has more to read, and holds the room', () => {
  const scheduler = schedulerOf({}, { tokens: 24 });
  const [older, younger] = [sequence(1, { ahead: 2 }), sequence(2, { ahead: 2 })];
  scheduler.add(older);
  scheduler.add(younger);
  expect(plans(scheduler, 2)).toEqual(['1:10 2:10', '1 2']);
  scheduler.readOn(1);
  Object.assign(older, { unread: 3, lengths: [13] });
  expect([plan(scheduler), younger.gaveWay]).toEqual(['1:3', 1]);
});
