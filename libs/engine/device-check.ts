// Finds out whether a device can be used here.
import { Graph } from '#onnx/graph.js';
import { add } from '#onnx/math.js';
import type { Device } from './compute.js';
import { GraphSession } from './graph-session.js';

/** Runs one addition there. @throws DeviceError with the reason in one sentence. */
export async function checkDevice(device: Device): Promise<void> {
  const graph = new Graph();
  graph.output('sum', add(graph, graph.input('x', [1]), graph.scalar(1)));
  const session = await GraphSession.create(graph, { device, threads: 1 }, new Map());
  await session.run({ x: { dims: [1], data: Float32Array.of(1) } }, {});
  await session.close();
}
