// GGUF files that are split, of older converters, or that claim what they do not hold.

import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  type GgufMetadata,
  ggufMetadata,
  ggufTensors,
  type GgufTensorBytes,
  writeGguf,
} from '#testing/gguf-writer.js';
import { byteAlphabet, TINY_CONFIG, TINY_TEMPLATE, tinyWeights } from '#testing/tiny-model.js';
import { CheckpointError } from '../../errors/checkpoint.error.js';
import { openCheckpoint } from '../checkpoint.js';
import { listModels } from '../model-folders.js';

const METADATA = ggufMetadata(TINY_CONFIG, byteAlphabet(), TINY_TEMPLATE);
const TENSORS = ggufTensors(TINY_CONFIG, tinyWeights());
/** Of the processor: far more than any of these takes, far less than what they claim would. */
const AT_ONCE_MS = 1000;

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lethe-gguf-'));
});
afterEach(() => rm(dir, { recursive: true }));

async function write(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(dir, name);
  await writeFile(path, bytes);
  return path;
}
const openWith = async (changes: GgufMetadata, tensors = TENSORS) =>
  openCheckpoint(await write('tiny.gguf', writeGguf({ ...METADATA, ...changes }, tensors)));

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const u64 = (value: number | bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};
const text = (value: string): Buffer => Buffer.concat([u64(value.length), Buffer.from(value)]);
const head = (tensors: number | bigint, metadata: number | bigint, ...rest: Buffer[]): Buffer =>
  Buffer.concat([Buffer.from('GGUF'), u32(3), u64(tensors), u64(metadata), ...rest]);
const list = (type: number, length: number | bigint): Buffer =>
  Buffer.concat([u32(type), u64(length)]);

const HOSTILE: [string, Buffer, RegExp][] = [
  [
    'lists 200,000 deep',
    head(0, 1, text('a'), u32(9), Buffer.concat(Array<Buffer>(200_000).fill(list(9, 1)))),
    /metadata a: expected a list of plain values/,
  ],
  ['a list of 4e8 bytes', head(0, 1, text('a'), u32(9), list(0, 4e8)), /a: expected at most/],
  ['2^60 keys', head(0, 2n ** 60n, text('a'), u32(4), u32(1)), /is truncated/],
  ['a text of 2^62 bytes', head(0, 1, u64(2n ** 62n)), /is truncated|header of at most/],
  ['2^60 tensors', head(2n ** 60n, 0), /its header claims/],
  ['a tensor of 4e9 dimensions', head(1, 0, text('t'), u32(4e9)), /t has 4000000000 dimensions/],
  ['an alignment of 0', head(0, 1, text('general.alignment'), u32(4), u32(0)), /power of two/],
  [
    'a key twice',
    head(0, 2, ...Array<Buffer>(2).fill(Buffer.concat([text('a'), u32(4), u32(1)]))),
    /metadata a is twice/,
  ],
];

function msSince(started: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1000;
}

test.each(HOSTILE)('a header with %s is refused at once', async (_, bytes, says) => {
  const path = await write('hostile.gguf', bytes);
  await truncate(path, bytes.length + 2 ** 29); // a sparse file, as large as it claims to be
  const started = process.cpuUsage();
  await expect(openCheckpoint(path)).rejects.toThrow(CheckpointError);
  expect(msSince(started)).toBeLessThan(AT_ONCE_MS);
  await write('hostile.gguf', bytes);
  await expect(openCheckpoint(path)).rejects.toThrow(says);
});

test.each([3e7, 2 ** 32 - 1])('%d blocks are refused at once', async (blocks) => {
  const started = process.cpuUsage();
  await expect(openWith({ 'llama.block_count': blocks })).rejects.toThrow('num_hidden_layers');
  expect(msSince(started)).toBeLessThan(AT_ONCE_MS);
});

test.each(['constructor', '__proto__', 'toString'])(
  'names that every object has, such as %s, are known to no table',
  async (name) => {
    await expect(openWith({ 'general.architecture': name })).rejects.toThrow(CheckpointError);
    const model = await openWith({ 'tokenizer.ggml.model': name });
    await expect(model.tokenizer()).rejects.toThrow(CheckpointError);
    const pre = await openWith({ 'tokenizer.ggml.pre': name });
    await expect(pre.tokenizer()).rejects.toThrow(CheckpointError);
  },
);

test.each([
  ['tokens', 7],
  ['tokens', [1, 2]],
  ['token_type', ['a']],
  ['merges', [1]],
  ['bos_token_id', 'first'],
  ['add_bos_token', 'yes'],
] as const)('tokenizer.ggml.%s = %j is refused by its key', async (key, value) => {
  const model = await openWith({ [`tokenizer.ggml.${key}`]: value });
  await expect(model.tokenizer()).rejects.toThrow(`metadata tokenizer.ggml.${key}`);
});

test('a big-endian file and a pointer of Git LFS are named', async () => {
  const big = Buffer.from(writeGguf(METADATA, TENSORS));
  big.writeUInt32BE(3, 4);
  await expect(openCheckpoint(await write('big.gguf', big))).rejects.toThrow('big-endian');
  const pointer = await write(
    'lfs.gguf',
    Buffer.from('version https://git-lfs.github.com/spec/v1'),
  );
  await expect(openCheckpoint(pointer)).rejects.toThrow('is a Git LFS pointer');
});

async function writeParts(): Promise<string> {
  const tensors = [...TENSORS];
  const part = (no: number): Map<string, GgufTensorBytes> =>
    new Map(tensors.filter((_, i) => i % 3 === no));
  const folder = join(dir, 'split');
  await mkdir(folder);
  for (const no of [0, 1, 2])
    await writeFile(
      join(folder, `tiny-0000${no + 1}-of-00003.gguf`),
      writeGguf({ ...(no ? {} : METADATA), 'split.count': 3, 'split.no': no }, part(no)),
    );
  return folder;
}

test('the parts of a model are read as one', async () => {
  const folder = await writeParts();
  const [whole, split] = [await openWith({}), await openCheckpoint(folder)];
  for (const name of whole.tensorNames())
    expect(await split.read(name)).toEqual(await whole.read(name));
  expect((await listModels([dir])).map(({ name }) => name)).toContain('split');
  const part = (no: number) => join(folder, `tiny-0000${no}-of-00003.gguf`);
  expect((await openCheckpoint(part(1))).tensorNames()).toHaveLength(TENSORS.size);
  await expect(openCheckpoint(part(2))).rejects.toThrow('is part 1 of 3, expected the first');
  await rm(part(3));
  await expect(openCheckpoint(folder)).rejects.toThrow('tiny-00003-of-00003.gguf is missing');
});

test('a projector for images, or a config.json, beside a model is no model of its own', async () => {
  const folder = join(dir, 'pair');
  await mkdir(folder);
  await writeFile(join(folder, 'tiny-Q8_0.gguf'), writeGguf(METADATA, TENSORS));
  await writeFile(join(folder, 'mmproj-model-f16.gguf'), '');
  expect((await listModels([dir])).map(({ name }) => name)).toEqual(['pair']);
  await expect(openCheckpoint(folder)).rejects.toThrow('mmproj-model-f16.gguf is truncated');
  await rm(join(folder, 'mmproj-model-f16.gguf'));
  await writeFile(join(folder, 'config.json'), '{"model_type": "llama"}');
  expect((await openCheckpoint(folder)).config.numHiddenLayers).toBe(2);
});

test('positions are scaled by a factor that has no type, under its old name too', async () => {
  const scaling = { type: 'linear', factor: 4 };
  for (const key of ['rope.scaling.factor', 'rope.scale_linear'])
    expect((await openWith({ [`llama.${key}`]: 4 })).config).toMatchObject({ rope: { scaling } });
  const none = { 'llama.rope.scaling.type': 'none', 'llama.rope.scale_linear': 4 };
  expect((await openWith(none)).config).not.toHaveProperty('rope.scaling');
});

test('a list of rotary factors as long as a matrix is refused', async () => {
  const bytes = new Uint8Array(4 * 200_000);
  const tensors = new Map(TENSORS).set('rope_freqs.weight', { dims: [200_000], type: 0, bytes });
  await expect(openWith({}, tensors)).rejects.toThrow('expected a list of at most 4096');
});
