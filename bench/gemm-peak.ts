// The most that onnxruntime's matrix product reaches on this machine.

import { Graph } from '#onnx/graph.js';
import * as m from '#onnx/math.js';
import { GraphSession } from '#runtime/graph-session.js';

const [ROWS, INNER, REPEATS] = [512, 1536, 8] as const;

export interface Peak {
  /** GFLOP/s by wall clock and by CPU time of one thread. */
  readonly wall: number;
  readonly cpu: number;
}

/**
 * A chain of products [512, 1536] x [1536, 1536]: large enough for full speed, small enough to stay
 * in the cache.
 */
export async function gemmPeak(
  threads: number,
): Promise<{ measure(): Promise<Peak>; close(): Promise<void> }> {
  const graph = new Graph();
  const weight = graph.input('w', [INNER, INNER]);
  let x = graph.input('x', [ROWS, INNER]);
  const filled = (rows: number) => ({
    dims: [rows, INNER],
    data: new Float32Array(rows * INNER).fill(1 / INNER),
  });
  for (let i = 0; i < REPEATS; i++) x = m.gemm(graph, x, weight);
  graph.output('y', m.max(graph, x));
  const session = await GraphSession.create(
    graph,
    { device: 'cpu', threads },
    new Map([['w', filled(INNER)]]),
  );
  const feeds = { x: filled(ROWS) };
  return {
    measure: async () => {
      const from = performance.now();
      const cpu = process.cpuUsage();
      await session.run(feeds, {});
      const { user, system } = process.cpuUsage(cpu);
      const gflop = (2 * ROWS * INNER * INNER * REPEATS) / 1e9;
      return {
        wall: (gflop / (performance.now() - from)) * 1000,
        cpu: (gflop / (user + system)) * 1e6 * threads,
      };
    },
    close: () => session.close(),
  };
}
