import { expect, test } from 'vitest';
import { type Planned, Scheduler } from './scheduler.js';

const sequence = (id: number, length = 10): Planned => ({
  id,
  prompt: Array.from({ length }, () => 0),
});

function plan(scheduler: Scheduler<Planned>): string {
  const work = scheduler.next();
  if (!work) return 'nothing';
  return work.kind === 'prefill'
    ? `prefill ${work.sequence.id}`
    : `decode ${work.sequences.map(({ id }) => id).join(' ')}`;
}

test('arrivals join the running batch, first come, first served', () => {
  const scheduler = new Scheduler<Planned>({ maxBatch: 2, prefillTokens: 100 });
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
  const scheduler = new Scheduler<Planned>({ maxBatch: 8, prefillTokens: 25 });
  for (const id of [1, 2, 3]) scheduler.add(sequence(id));
  const plans = Array.from({ length: 5 }, () => plan(scheduler));
  expect(plans).toEqual(['prefill 1', 'prefill 2', 'decode 1 2', 'prefill 3', 'decode 1 2 3']);
});

test('a prompt longer than the budget begins all the same, after a decode step of the others', () => {
  const scheduler = new Scheduler<Planned>({ maxBatch: 8, prefillTokens: 25 });
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
  const scheduler = new Scheduler<Planned>({ maxBatch: 1, prefillTokens: 100 });
  for (const id of [1, 2]) scheduler.add(sequence(id));
  expect(plan(scheduler)).toBe('prefill 1');
  scheduler.remove(2);
  scheduler.remove(1);
  expect(scheduler.isIdle).toBe(true);
  expect(plan(scheduler)).toBe('nothing');
});
