// Both doors to onnxruntime open the same sessions; the native one shares what it lays out, and holds
// on to all that is read by address.

import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { quantizeBlocks } from '#models/tensors/block-tensor.js';
import { encodeModel } from '#onnx/encode.js';
import { Graph } from '#onnx/graph.js';
import * as m from '#onnx/math.js';
import { packedBlocks } from './block-feeds.js';
import { inPlace, openNativeSession } from './native-session.js';
import { openNodeSession } from './node-session.js';
import type { SessionOptions } from './session-type.js';

const [ROWS, IN, OUT] = [3, 64, 32];
const numbers = (length: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => ((i * 37) % 19) / 19 - 0.5);
const options: SessionOptions = { device: 'cpu', threads: 1, constants: new Map() };
const doors = { native: openNativeSession, node: openNodeSession };

/** x W^T + b: W in blocks, b held. */
function product(door: string) {
  const matrix = { dims: [OUT, IN], data: numbers(OUT * IN) };
  const blocks = quantizeBlocks(matrix, { bits: 8, transposed: false });
  const graph = new Graph();
  const weight = graph.input('w', [OUT, IN]);
  const sum = m.gemm(graph, graph.input('x', ['rows', IN]), weight, { transB: true });
  graph.output('y', m.add(graph, sum, graph.input('b', [OUT])));
  const model = graph.model(new Map(), new Map(), undefined, new Map([['w', blocks]]));
  const constants = new Map(packedBlocks('w', blocks));
  const asked = door === 'native' ? inPlace(model, { constants }) : model;
  return { bytes: encodeModel(asked), constants };
}

const x = { dims: [ROWS, IN], data: numbers(ROWS * IN) };

describe.each(Object.entries(doors))('%s', (door, open) => {
  test('held inputs are read in place, and outputs written where they are wanted', async () => {
    const { bytes, constants } = product(door);
    const b = { dims: [OUT], data: numbers(OUT) };
    const session = (await open(bytes, { ...options, constants }))!;
    expect(session.inputNames.toSorted()).toEqual(['b', 'x']);
    expect(session.outputNames).toEqual(['y']);
    session.hold({ b });
    const before = (await session.run({ x }, {})).get('y')!;
    b.data.fill(2);
    const place = { dims: [ROWS, OUT], data: new Float32Array(ROWS * OUT) };
    const after = (await session.run({ x }, { y: place })).get('y');
    expect(after).toBe(place.data);
    const bias = numbers(OUT);
    for (const [i, y] of place.data.entries())
      expect(y - before[i]!).toBeCloseTo(2 - bias[i % OUT]!, 5);
    await session.close();
  });

  test('what is wrong is an error, after which the session goes on', async () => {
    const { bytes, constants } = product(door);
    const session = (await open(bytes, { ...options, constants }))!;
    session.hold({ b: { dims: [OUT], data: numbers(OUT) } });
    await expect(session.run({}, {})).rejects.toThrow(/x/);
    await expect(session.run({ x: { ...x, dims: [ROWS, IN + 1] } }, {})).rejects.toThrow();
    const narrow = { dims: [ROWS, 2], data: new Float32Array(ROWS * 2) };
    await expect(session.run({ x: narrow }, {})).rejects.toThrow(/invalid dimensions/i);
    expect((await session.run({ x }, {})).get('y')).toHaveLength(ROWS * OUT);
    await session.close();
    await expect(open(new Uint8Array([1, 2, 3]), options)).rejects.toThrow(/protobuf/i);
  });

  test('a run that is asked for does not outlive its session', async () => {
    const graph = new Graph();
    graph.output('y', m.scale(graph, graph.input('x', [1]), 2));
    const session = (await open(graph.encode(), options))!;
    const run = session.run({ x: { dims: [1], data: Float32Array.of(1) } }, {});
    const result = run.catch((error: Error) => error);
    await session.close();
    expect(await result).toBeDefined();
    await expect(session.run({ x: { dims: [1], data: Float32Array.of(1) } }, {})).rejects.toThrow();
  });

  test('between two runs the thread hears others', async () => {
    const graph = new Graph();
    graph.output('y', m.scale(graph, graph.input('x', [1]), 2));
    const session = (await open(graph.encode(), options))!;
    let isHeard = false;
    setImmediate(() => (isHeard = true));
    for (let i = 0; i < 3; i++)
      await session.run({ x: { dims: [1], data: Float32Array.of(i) } }, {});
    expect(isHeard).toBe(true);
    await session.close();
  });

  test('of no rows there is no result', async () => {
    const graph = new Graph();
    graph.output('y', m.scale(graph, graph.input('x', ['rows', 2]), 2));
    const session = (await open(graph.encode(), options))!;
    const results = await session.run({ x: { dims: [0, 2], data: new Float32Array() } }, {});
    expect(results.get('y')).toEqual(new Float32Array());
    await session.close();
  });
});

test('both give the same bits', async () => {
  const b = { dims: [OUT], data: numbers(OUT) };
  const results = await Promise.all(
    Object.entries(doors).map(async ([door, open]) => {
      const { bytes, constants } = product(door);
      const session = (await open(bytes, { ...options, constants }))!;
      session.hold({ b });
      return session.run({ x }, {});
    }),
  );
  expect(results[0]).toEqual(results[1]);
});

/** Runs a script beside this file; a wrong address ends the process by a signal. */
function survives(script: string, ...flags: readonly string[]): void {
  const { status, signal, stderr } = spawnSync(
    process.execPath,
    [...flags, '--input-type=module', '--eval', script],
    { cwd: import.meta.dirname, encoding: 'utf8' },
  );
  expect({ status, signal, stderr }).toEqual({ status: 0, signal: null, stderr: '' });
}

test('nothing that onnxruntime reads is collected', () => {
  survives(
    `
    const { Graph } = await import('../onnx/graph.js');
    const m = await import('../onnx/math.js');
    const { openNativeSession } = await import('./native-session.js');
    const collect = async () => {
      const junk = Array.from({ length: 1e5 }, (_, i) => ({ i, data: new Float32Array(16).fill(9) }));
      gc(); await new Promise((done) => setTimeout(done, 10)); gc(); return junk.length;
    };
    const open = async () => {
      const graph = new Graph();
      graph.output('y', m.add(graph, graph.input('x', [4]), graph.input('held', [4])));
      const session = await openNativeSession(graph.encode(), { device: 'cpu', threads: 1, constants: new Map() });
      session.hold({ held: { dims: [4], data: Float32Array.of(1, 2, 3, 4) } });
      return session;
    };
    const session = await open();
    for (let i = 0; i < 20; i++) {
      await collect();
      const y = (await session.run({ x: { dims: [4], data: new Float32Array(4) } }, {})).get('y');
      if (String(y) !== '1,2,3,4') throw new Error(String(y));
    }
    await session.close();
    await collect();`,
    '--expose-gc',
  );
});

test('threads come and go, with their sessions open', () => {
  survives(`
    await import('./no-telemetry.js');
    const { Worker } = await import('node:worker_threads');
    const { once } = await import('node:events');
    const check = new URL('./device-check.js', ${JSON.stringify(import.meta.url)});
    const session = new URL('./native-session.js', check);
    const graph = new URL('../onnx/graph.js', check);
    const script = (rest) => \`
      Promise.all([import('\${session}'), import('\${graph}')]).then(async ([{ openNativeSession }, { Graph }]) => {
        const graph = new Graph();
        graph.output('y', graph.op('Identity', [graph.input('x', [1])]));
        const options = { device: 'cpu', threads: 2, constants: new Map() };
        const session = await openNativeSession(graph.encode(), options);
        for (let i = 0; i < 3; i++) await session.run({ x: { dims: [1], data: Float32Array.of(i) } }, {});
        \${rest}
      });\`;
    for (const rest of ['', 'process.exit()', 'await session.close()', 'for (;;) await session.run({ x: { dims: [1], data: Float32Array.of(1) } }, {});']) {
      const workers = [1, 2].map(() => new Worker(script(rest), { eval: true }));
      if (rest.startsWith('for')) setTimeout(() => workers.forEach((worker) => worker.terminate()), 500);
      await Promise.all(workers.map((worker) => once(worker, 'exit')));
    }`);
});
