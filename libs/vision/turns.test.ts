// Who looks when, and who does not wait.

import { expect, test } from 'vitest';
import { gate } from '#testing/gate.js';
import { VisionBusyError } from './errors/vision-busy.error.js';
import { Turns } from './turns.js';

const patient = new AbortController().signal;

test('owners take turns, however many pictures one has', async () => {
  const turns = new Turns(10);
  const order: string[] = [];
  const first = gate();
  const look = (owner: string) =>
    turns.run(owner, patient, async () => {
      order.push(owner);
      if (order.length === 1) await first.promise;
    });
  const all = ['a', 'a', 'a', 'b', 'c', 'b'].map(look);
  first.resolve();
  await Promise.all(all);
  expect(order).toEqual(['a', 'b', 'c', 'a', 'b', 'a']);
});

test('who leaves waits no longer, and no more wait than may', async () => {
  const turns = new Turns(1);
  const first = gate();
  const busy = turns.run('a', patient, () => first.promise);
  const left = new AbortController();
  const waiting = turns.run('b', left.signal, () => Promise.resolve());
  await expect(turns.run('c', patient, () => Promise.resolve())).rejects.toThrow(VisionBusyError);
  left.abort(new Error('gone'));
  await expect(waiting).rejects.toThrow('gone');
  const next = turns.run('c', patient, () => Promise.resolve('seen'));
  first.resolve();
  await busy;
  expect(await next).toBe('seen');
});

test('one that fails lets the next look', async () => {
  const turns = new Turns(1);
  const failing = turns.run('a', patient, () => Promise.reject(new Error('no picture')));
  const next = turns.run('a', patient, () => Promise.resolve('seen'));
  await expect(failing).rejects.toThrow('no picture');
  expect(await next).toBe('seen');
});
