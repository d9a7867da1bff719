// Whether a model's files are those that its checksums name.

import { cp, open, readFile, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { useTempFolder } from '#testing/temp-store.js';
import { writeTinyModel } from '#testing/tiny-model.js';
import { CheckpointError } from '../../errors/checkpoint.error.js';
import { readVerified, unlistedWeights } from './read-verified.js';
import { readSums, SUMS, writeSums } from './sums-file.js';

const temp = useTempFolder();
const WEIGHTS = 'model.safetensors';
let model: string;
let round = 0;

beforeEach(async () => {
  model = join(temp.path, `model-${round++}`);
  await writeTinyModel(model);
  await writeSums(model, [WEIGHTS]);
});

/** As a disk does that loses a bit: the file's times and size stay. */
async function flip(path: string, at: number): Promise<void> {
  const { atime, mtime } = await stat(path);
  const file = await open(path, 'r+');
  const byte = Buffer.alloc(1);
  await file.read(byte, 0, 1, at);
  byte[0]! ^= 1;
  await file.write(byte, 0, 1, at);
  await file.close();
  await utimes(path, atime, mtime);
}

const load = () => readVerified(model, async () => 'read');

test('a model as it was listed is read', async () => {
  expect(await load()).toBe('read');
  expect(await readVerified(join(model, WEIGHTS), async () => 'by its file')).toBe('by its file');
  expect(await unlistedWeights(model)).toEqual([]);
});

test.each([0, 100, -1])('a bit that has changed at %i is noticed, with the file', async (at) => {
  const path = join(model, WEIGHTS);
  await flip(path, at < 0 ? (await stat(path)).size + at : at);
  await expect(load()).rejects.toThrow(CheckpointError);
  await expect(load()).rejects.toThrow(
    /model\.safetensors is damaged or another file: its SHA-256/,
  );
  await flip(path, at < 0 ? (await stat(path)).size + at : at);
  expect(await load()).toBe('read');
});

test('what is cut short or longer is noticed, whatever reading it said', async () => {
  const broken = async () => {
    throw new Error('truncated');
  };
  const path = join(model, WEIGHTS);
  await truncate(path, (await stat(path)).size + 1);
  await expect(readVerified(model, broken)).rejects.toThrow(/damaged or another file/);
});

test('reading ends before a damaged model is refused', async () => {
  await flip(join(model, WEIGHTS), 9);
  let ended = false;
  const read = () => readFile(join(model, 'config.json')).then(() => (ended = true));
  await expect(readVerified(model, read)).rejects.toThrow(CheckpointError);
  expect(ended).toBe(true);
});

test('what fails to be read says so itself', async () => {
  await expect(readVerified(model, () => Promise.reject(new Error('mine')))).rejects.toThrow(
    'mine',
  );
});

test('files that are listed and not there are not missed, those that are there are checked', async () => {
  const sum = (await readSums(model)).get(WEIGHTS)!;
  await writeFile(
    join(model, SUMS),
    `${'0'.repeat(64)}  model-Q4.gguf\r\n\r\n${sum.toUpperCase()} *./${WEIGHTS}\r\n`,
  );
  expect(await load()).toBe('read');
  await writeFile(join(model, SUMS), `${'0'.repeat(64)}  config.json\n`);
  await expect(load()).rejects.toThrow(/config\.json is damaged/);
  expect(await unlistedWeights(model)).toEqual([WEIGHTS]);
});

test('a list that is none is refused by its line', async () => {
  await writeFile(join(model, SUMS), `${'0'.repeat(64)}  a\n${'0'.repeat(63)}  ${WEIGHTS}\n`);
  await expect(load()).rejects.toThrow(
    /SHA256SUMS: line 2: expected a SHA-256 in hex, two spaces and the name of a file/,
  );
});

test("the project's own model has a checksum", async () => {
  const own = new URL('../../../../../models/lethe-tiny/', import.meta.url).pathname;
  expect(await unlistedWeights(own)).toEqual([]);
  const copy = join(temp.path, 'lethe-tiny');
  for (const file of [WEIGHTS, SUMS]) await cp(join(own, file), join(copy, file));
  expect(await readVerified(copy, async () => 'read')).toBe('read');
});
