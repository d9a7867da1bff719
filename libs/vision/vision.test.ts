// What is kept of pictures, and for how long.

import { cpSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { goldenRoot } from '#testing/golden.js';
import { useTempFolder } from '#testing/temp-store.js';
import { Vision } from './vision.js';

const folder = useTempFolder();
const chat = join(goldenRoot, 'vision-chat');
const { signal } = new AbortController();

let vision: Vision;
beforeAll(() => {
  for (const name of ['config.json', 'model.safetensors'])
    cpSync(join(goldenRoot, 'vision', 'llava', name), join(folder.path, name));
  cpSync(join(chat, 'preprocessor_config.json'), join(folder.path, 'preprocessor_config.json'));
  vision = new Vision({
    modelPath: folder.path,
    device: 'cpu',
    threads: 1,
    cacheBytes: 10_000_000,
    maxWaiting: 4,
  });
});
afterAll(() => vision.close());

let read = 0;
const look = (owner: string, name: 'one.png' | 'two.png') =>
  vision.look(
    {
      hash: name,
      isWhole: false,
      async read() {
        read += 1;
        return { bytes: await readFile(join(chat, name)), type: 'image/png' };
      },
    },
    { owner, room: 1000, signal },
  );

test('a picture is looked at once for each owner, until that one is forgotten', async () => {
  const { features } = await look('acme', 'one.png');
  expect((await look('acme', 'one.png')).features).toBe(features);
  expect(read).toBe(1);
  expect((await look('other', 'one.png')).features).toEqual(features);
  expect([read, vision.bytesTaken]).toEqual([2, 2 * features.data.byteLength]);
  vision.forget('acme');
  expect(vision.bytesTaken).toBe(features.data.byteLength);
  await look('other', 'one.png');
  await look('acme', 'one.png');
  expect(read).toBe(3);
});

test('what was being looked at while something was forgotten is not kept', async () => {
  const { bytesTaken } = vision;
  const looking = look('acme', 'two.png');
  vision.forget('acme');
  await looking;
  expect(vision.bytesTaken).toBeLessThan(bytesTaken);
});

// The last: nothing is kept behind it.
test('who is to leave has nothing of anybody, and keeps nothing more', async () => {
  vision.keepNothing();
  expect(vision.bytesTaken).toBe(0);
  await look('other', 'one.png');
  expect(vision.bytesTaken).toBe(0);
});
