// What is kept of pictures, for whom and for how long.

import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readAdapter } from '#models/adapters/adapter-files.js';
import { readAdapterFolder } from '#models/adapters/adapter-folder.js';
import { goldenRoot } from '#testing/golden.js';
import { useTempFolder } from '#testing/temp-store.js';
import { ImageRoomError } from './errors/image-room.error.js';
import type { SeenBy } from './protocol.js';
import { Vision } from './vision.js';

const folder = useTempFolder();
const patient = new AbortController().signal;
const pictures = join(goldenRoot, 'vision-chat');
let vision: Vision;
let reads = 0;

function open(family: 'llava' | 'smolvlm', processor: string, cacheBytes = 1e6, nice = 0): Vision {
  const modelPath = join(folder.path, family);
  mkdirSync(modelPath, { recursive: true });
  for (const name of ['config.json', 'model.safetensors'])
    cpSync(join(goldenRoot, 'vision', family, name), join(modelPath, name));
  cpSync(join(pictures, processor), join(modelPath, 'preprocessor_config.json'));
  return new Vision({ modelPath, device: 'cpu', threads: 1, nice, cacheBytes, maxWaiting: 8 });
}

beforeAll(() => {
  vision = open('smolvlm', 'tiles.json');
});
afterAll(() => vision.close());

function look(
  owner: string,
  {
    name = 'one.png',
    isWhole = false,
    room = 100,
    by,
  }: { name?: string; isWhole?: boolean; room?: number; by?: SeenBy } = {},
  eyes = vision,
) {
  const bytes = readFileSync(join(pictures, name));
  const hash = createHash('sha256').update(bytes).digest('hex');
  const read = () => {
    reads++;
    return Promise.resolve({ bytes });
  };
  return eyes.look({ hash, isWhole, read }, { owner, room, signal: patient, by });
}

test('a picture is looked at once for its owner, however often at a time it is shown', async () => {
  reads = 0;
  const [first, ...others] = await Promise.all(['a', 'a', 'a'].map((owner) => look(owner)));
  expect(others.every((seen) => seen === first)).toBe(true);
  expect(first?.features.dims).toEqual([20, 32]);
  expect(await look('b')).not.toBe(first);
  const whole = await look('a', { isWhole: true });
  expect(whole.features.dims).toEqual([4, 32]);
  expect(reads).toBe(3);
  expect(vision.bytesTaken).toBe((20 + 20 + 4) * 32 * 4);
});

test("what is forgotten is an owner's, also what is being looked at", async () => {
  const [a, b] = [await look('a'), await look('b')];
  vision.forget('a');
  expect(await look('b')).toBe(b);
  const looking = look('a');
  vision.forget('a');
  const meanwhile = await looking;
  expect(meanwhile).not.toBe(a);
  expect(await look('a')).not.toBe(meanwhile);
});

test('an adapter of the connector sees otherwise, for as long as it is there', async () => {
  const folderOf = join(goldenRoot, 'vision-adapters', 'smolvlm', 'connector');
  const by = { id: 'tuned', adapter: readAdapter(await readAdapterFolder(folderOf)) };
  const own = await look('d');
  const before = vision.bytesTaken;
  const [tuned, again] = [await look('d', { by }), await look('d', { by })];
  expect(again).toBe(tuned);
  expect(tuned.pieces).toEqual(own.pieces);
  expect(tuned.features.data).not.toEqual(own.features.data);
  expect(await look('d')).toBe(own);
  expect(vision.bytesTaken).toBe(before + tuned.features.data.byteLength);
  vision.drop('tuned');
  expect(vision.bytesTaken).toBe(before);
  const anew = await look('d', { by });
  expect(anew).not.toBe(tuned);
  expect(anew.features).toEqual(tuned.features);
});

test('a picture of more features than there is room for is refused', async () => {
  await expect(look('c', { room: 19 })).rejects.toThrow(ImageRoomError);
});

/** How much each thread of this process gives way. */
const niceness = (): number[] =>
  readdirSync('/proc/self/task').map((id) => {
    const stat = readFileSync(`/proc/self/task/${id}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]);
  });

test.runIf(process.platform === 'linux')('its threads give way, and no others', async () => {
  const before = Math.max(...niceness());
  const own = getPriority();
  const nice = open('llava', 'preprocessor_config.json', 0, 10);
  const plain = open('llava', 'preprocessor_config.json', 0);
  const [found, expected] = [await look('a', {}, nice), await look('a', {}, plain)];
  expect(found.features).toEqual(expected.features);
  expect(niceness()).toContain(Math.min(19, own + 10));
  expect(getPriority()).toBe(own);
  await Promise.all([nice.close(), plain.close()]);
  expect(Math.max(...niceness())).toBe(before);
});

test('nothing is kept where nothing may be', async () => {
  const blank = open('llava', 'preprocessor_config.json', 0);
  expect(await look('a', {}, blank)).not.toBe(await look('a', {}, blank));
  await blank.close();
});

test('a picture that nobody waits for leaves the next its turn', async () => {
  const left = new AbortController();
  const bytes = readFileSync(join(pictures, 'two.png'));
  const read = () => Promise.resolve({ bytes });
  const shown = { hash: 'left', isWhole: false, read };
  const leaving = vision.look(shown, { owner: 'a', room: 100, signal: left.signal });
  left.abort(new Error('gone'));
  await expect(leaving).rejects.toThrow('gone');
  expect((await look('a', { name: 'two.png' })).features.dims[1]).toBe(32);
});

// The last: nothing is kept behind it.
test('who is to leave has nothing of anybody, and keeps nothing more', async () => {
  vision.keepNothing();
  expect(vision.bytesTaken).toBe(0);
  await look('other');
  expect(vision.bytesTaken).toBe(0);
});
