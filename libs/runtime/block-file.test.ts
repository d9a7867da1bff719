// Matrices in a file are read in place and answer with the same bits; what was given back and what was
// closed takes no memory, and nothing is left in the folder.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type BlockTensor, quantizeBlocks } from '#models/tensors/block-tensor.js';
import { Graph } from '#onnx/graph.js';
import * as m from '#onnx/math.js';
import { mountSmallDisk } from '#testing/small-disk.js';
import { BlockFile } from './block-file.js';
import { GraphSession } from './graph-session.js';
import { giveBack } from './memory-map.js';

const [ROWS, IN, OUT] = [3, 64, 2048];
const isMapping = process.platform === 'linux';
const numbers = (length: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => ((i * 37) % 19) / 19 - 0.5);
const matrix = { dims: [OUT, IN], data: numbers(OUT * IN) };
const blocksOf = (bits: 4 | 8): BlockTensor => quantizeBlocks(matrix, { bits, transposed: false });
/** Kilobytes of this process that lie in files of ours. */
function mapped(): number[] {
  const maps = readFileSync('/proc/self/smaps', 'utf8').split(/^(?=[\da-f]+-[\da-f]+ )/m);
  const own = maps.filter((map) => map.includes('lethe-blocks-'));
  return own.map((map) => Number(/^Rss:\s+(\d+)/m.exec(map)?.[1]));
}

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lethe-test-'));
  vi.stubEnv('TMPDIR', dir);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(dir, { recursive: true });
});

/** x W^T, and rows of W as they are looked up. */
function open(weight: BlockTensor): Promise<GraphSession> {
  const graph = new Graph();
  const w = graph.input('w', [OUT, IN]);
  graph.output('y', m.gemm(graph, graph.input('x', ['rows', IN]), w, { transB: true }));
  graph.output('rows', m.gather(graph, w, graph.input('ids', ['rows'], 'int64')));
  return GraphSession.create(graph, { device: 'cpu', threads: 1 }, new Map([['w', weight]]));
}

async function answer(weight: BlockTensor): Promise<Map<string, Float32Array>> {
  const session = await open(weight);
  const x = { dims: [ROWS, IN], data: numbers(ROWS * IN) };
  const ids = { dims: [ROWS], data: BigInt64Array.of(0n, 7n, BigInt(OUT - 1)) };
  const results = await session.run({ x, ids }, { rows: ROWS });
  await session.close();
  return results;
}

/** Of all that a tensor holds. */
const digest = ({ data, scales, offsets }: BlockTensor): string[] =>
  [data, scales, offsets ?? new Uint8Array()].map((part) =>
    createHash('sha256').update(part).digest('hex'),
  );

test.runIf(isMapping).each([8, 4] as const)('%i bits are the same from the file', async (bits) => {
  const file = (await BlockFile.open())!;
  const tensor = blocksOf(bits);
  const offsets = tensor.scales.map((scale) => scale / 3);
  for (const one of [tensor, { ...tensor, offsets }]) {
    const kept = file.keep(one);
    expect(kept.data.buffer).not.toBe(one.data.buffer);
    expect(digest(kept)).toEqual(digest(one));
    expect(await answer(kept)).toEqual(await answer(one));
    giveBack([kept.data]);
    expect(digest(kept)).toEqual(digest(one));
  }
  expect(readdirSync(dir)).toEqual([]);
  file.close();
});

test.runIf(isMapping)(
  'what sessions have laid out takes no memory, nor what is closed',
  async () => {
    const file = (await BlockFile.open())!;
    const kept = file.keep(blocksOf(8));
    digest(kept);
    expect(mapped()).toEqual([expect.any(Number)]);
    expect(Math.max(...mapped())).toBeGreaterThanOrEqual((OUT * IN) / 1024);
    const session = await open(kept);
    expect(mapped()).toEqual([0]);
    await session.close();
    file.close();
    expect(mapped()).toEqual([]);
  },
);

const disk = isMapping ? mountSmallDisk(100) : null;
test.runIf(disk)('what a full disk has no room for stays in memory', async () => {
  vi.stubEnv('TMPDIR', disk!.path);
  const file = (await BlockFile.open())!;
  const [first, second] = [blocksOf(8), blocksOf(4)];
  expect(file.keep(first)).toBe(first);
  expect(file.keep(second)).toBe(second);
  file.close();
  disk!.unmount();
});

test.runIf(isMapping)('without a folder for it there is no file', async () => {
  vi.stubEnv('TMPDIR', join(dir, 'missing'));
  expect(await BlockFile.open()).toBeUndefined();
});
