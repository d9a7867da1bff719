import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openKept } from './kept-lines.js';
import { untilFailure } from './until-failure.js';

test('what is added is there the next time, but for a line that a crash cut short', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lethe-kept-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'kept.jsonl');
  const first = await openKept<number>(file);
  expect(first.rows).toEqual([]);
  await first.add(1);
  await first.add(2);
  await appendFile(file, '{"cut');
  const second = await openKept<number>(file);
  expect(second.rows).toEqual([1, 2]);
  await second.add(3);
  expect((await openKept<number>(file)).rows).toEqual([1, 2, 3]);
});

test('nothing is begun after a failure', async () => {
  const begun: number[] = [];
  const work = async (item: number): Promise<void> => {
    begun.push(item);
    await new Promise((resolve) => setImmediate(resolve));
    if (item === 2) throw new Error('two');
  };
  await expect(untilFailure([1, 2, 3, 4, 5, 6], 2, work)).rejects.toThrow('two');
  await new Promise((resolve) => setImmediate(resolve));
  expect(begun).not.toContain(5);
});
