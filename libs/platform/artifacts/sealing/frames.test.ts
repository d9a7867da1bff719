import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { collect } from '../stretches.js';
import { FRAME } from './format.js';
import { frames } from './frames.js';

const bytes = randomBytes(3 * FRAME + 100);
const cut = (size: number) =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
    bytes.subarray(i * size, (i + 1) * size),
  );

test.each([1000, 65_536, FRAME - 1, FRAME, FRAME + 1, 2 * FRAME, 4 * FRAME])(
  'frames are whole, whatever comes at once: %d bytes',
  async (size) => {
    const given = await collect(frames(cut(size)));
    expect(given.map(({ length }) => length)).toEqual([FRAME, FRAME, FRAME, 100]);
    expect(Buffer.concat(given).equals(bytes)).toBe(true);
  },
);

test('nothing has no frame', async () => {
  expect(await collect(frames([Buffer.of(), Buffer.of()]))).toEqual([]);
});

test('a whole frame is not copied', async () => {
  const [first] = await collect(frames([bytes.subarray(0, FRAME)]));
  expect(first!.buffer).toBe(bytes.buffer);
});
