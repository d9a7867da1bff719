// Constants that sessions read from a file, and what is left of the file.

import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Graph } from '#onnx/graph.js';
import * as m from '#onnx/math.js';
import type { Value } from '#onnx/types.js';
import { ConstantsFile } from '#runtime/constants-file.js';
import { GraphSession } from '#runtime/graph-session.js';
import { tinyExamples, tinyOptions } from '../testing/tiny-run.js';
import { openRun } from './open-run.js';

const compute = { device: 'cpu', threads: 1 } as const;
let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lethe-constants-'));
});
afterEach(() => rm(dir, { recursive: true }));

/** a + b, both from a file. */
function sumGraph(): Graph {
  const graph = new Graph();
  const float = (name: string): Value =>
    m.cast(graph, graph.filedConstant(name, [3], 'int8'), 'float32');
  graph.output('sum', m.add(graph, float('a'), float('b')));
  return graph;
}

test('a session keeps what it has read, wherever it lay', async () => {
  const file = new ConstantsFile(join(dir, 'constants'));
  file.add('odd', Int8Array.of(1));
  file.add('b', Int8Array.of(1, 2, -3));
  file.add('a', Int8Array.of(0, 10, 20, 30).subarray(1));
  file.close();
  const session = await GraphSession.create(sumGraph(), compute, new Map(), new Map(), file);
  await rm(file.folder, { recursive: true });
  dir = await mkdtemp(join(tmpdir(), 'lethe-constants-'));
  expect((await session.run({}, {})).get('sum')).toEqual(Float32Array.of(11, 22, 27));
  await session.close();
});

test('a constant that was not written is named', async () => {
  const file = new ConstantsFile(join(dir, 'constants'));
  file.add('a', Int8Array.of(1, 2, 3));
  file.close();
  await expect(
    GraphSession.create(sumGraph(), compute, new Map(), new Map(), file),
  ).rejects.toThrow('constant b is in no file');
});

describe('a run in 8 bits', () => {
  beforeEach(() => vi.stubEnv('TMPDIR', dir));
  afterEach(() => void vi.unstubAllEnvs());
  const options = tinyOptions({
    precision: 'int8',
    target: tinyExamples(8, 'forget'),
    batchSize: 8,
    threads: 2,
  });

  test('leaves no file once it is open', async () => {
    const run = await openRun(options);
    expect(await readdir(dir)).toEqual([]);
    await run.close();
  });

  test('leaves no file where it cannot be opened', async () => {
    await expect(openRun({ ...options, retain: [], retainTerms: ['gdr'] })).rejects.toThrow(
      'retain',
    );
    expect(await readdir(dir)).toEqual([]);
  });

  test('says where there is no room for its file', async () => {
    vi.stubEnv('TMPDIR', join(dir, 'absent'));
    await expect(openRun(options)).rejects.toThrow(join(dir, 'absent'));
  });
});
