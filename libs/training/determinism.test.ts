// The same run in fresh processes: the same bytes, from the start and from a checkpoint that
// another process wrote.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startNode } from '#testing/node-process.js';
import { tinyOptions } from './testing/tiny-run.js';
import { train } from './training.js';

const script = new URL('./testing/short-run.js', import.meta.url);

async function linesOf(...args: string[]): Promise<string[]> {
  const child = startNode(script, args);
  const lines = [await child.line(/^adapter /), await child.line(/^checkpoint 3 /)];
  expect(await child.exited).toBe(0);
  return lines;
}

test('two processes, and a third that resumes the first, make the same adapter and the same checkpoints', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'lethe-bytes-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const stored = join(dir, 'checkpoint');
  const [first, second] = await Promise.all([linesOf(stored), linesOf()]);
  expect(second).toEqual(first);
  expect(await linesOf('', stored)).toEqual(first);
}, 60_000);

test('packed or not in the same order: the same losses but for rounding', async () => {
  const long = { ids: Array.from({ length: 30 }, (_, i) => i), labelStart: 4 };
  const losses = await Promise.all(
    [true, false].map(async (packing) => {
      const found: number[] = [];
      const { target } = tinyOptions();
      await train(
        tinyOptions({
          scratch: { ...tinyOptions().scratch!, intermediateSize: 256 } as never,
          target: [long, ...target],
          packing,
        }),
        { onProgress: ({ loss }) => found.push(loss) },
      );
      return found;
    }),
  );
  expect(losses[0]).toHaveLength(4);
  losses[0]!.forEach((loss, i) =>
    expect(Math.abs(loss - losses[1]![i]!) / loss).toBeLessThan(1e-5),
  );
}, 60_000);
