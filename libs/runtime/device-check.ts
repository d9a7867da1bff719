// Finds out whether a device can be used here.

import { Graph } from '#onnx/graph.js';
import { add, cast } from '#onnx/math.js';
import type { Device } from './compute.js';
import { DeviceError } from './errors/device.error.js';
import { GraphSession } from './graph-session.js';

/**
 * Runs one addition there, in 16 bits where asked.
 * @throws DeviceError with the reason in one sentence.
 */
export async function checkDevice(
  device: Device,
  type: 'float32' | 'float16' = 'float32',
): Promise<void> {
  const graph = new Graph();
  const x = cast(graph, graph.input('x', [1]), type);
  graph.output('sum', cast(graph, add(graph, x, x), 'float32'));
  const session = await GraphSession.create(graph, { device, threads: 1 }, new Map());
  try {
    await session.run({ x: { dims: [1], data: Float32Array.of(1) } }, {});
  } catch (error) {
    throw new DeviceError(device, (error as Error).message);
  } finally {
    await session.close();
  }
}
