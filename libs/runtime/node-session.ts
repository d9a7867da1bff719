// A session of onnxruntime-node: on any device and platform. It keeps a copy of the constants that it
// is handed, and copies what a run gives.

import type { Feed, Feeds } from './feed.js';
import * as ort from './onnxruntime.js';
import type { Session, SessionOptions } from './session-type.js';

export async function openNodeSession(
  graph: Uint8Array,
  { device, threads, constants, folder }: SessionOptions,
): Promise<Session> {
  const session = await ort.InferenceSession.create(graph, {
    executionProviders: [device],
    externalData: Array.from(constants, ([path, { data }]) => ({
      path,
      data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    })),
    ...(folder
      ? { extra: { session: { model_external_initializers_file_folder_path: folder } } }
      : {}),
    intraOpNumThreads: threads,
    // Graphs are built as they are to run: fusing again would only take time.
    graphOptimizationLevel: 'disabled',
    // Planning by pattern keeps a block for each tensor size: it raises a pass's peak memory by half.
    enableMemPattern: false,
    logSeverityLevel: 3,
  });
  return new NodeSession(session);
}

class NodeSession implements Session {
  private held: Readonly<Record<string, ort.Tensor>> = {};

  constructor(private readonly session: ort.InferenceSession) {}

  get inputNames(): readonly string[] {
    return this.session.inputNames;
  }

  get outputNames(): readonly string[] {
    return this.session.outputNames;
  }

  hold(feeds: Feeds): void {
    this.held = tensorsOf(feeds);
  }

  async run(feeds: Feeds, into: Feeds): Promise<Map<string, Float32Array>> {
    const outputs = this.outputNames.map((name) => [
      name,
      into[name] ? toTensor(into[name]) : null,
    ]);
    const results = await this.session.run(
      { ...this.held, ...tensorsOf(feeds) },
      Object.fromEntries(outputs),
    );
    return new Map(
      Object.entries(results).map(([name, tensor]) => [
        name,
        (into[name] ?? tensor).data as Float32Array,
      ]),
    );
  }

  async close(): Promise<void> {
    await this.session.release();
  }
}

const tensorsOf = (feeds: Feeds): Record<string, ort.Tensor> =>
  Object.fromEntries(Object.entries(feeds).map(([name, feed]) => [name, toTensor(feed)]));

function toTensor({ dims, data }: Feed): ort.Tensor {
  if (data instanceof Float32Array) return new ort.Tensor('float32', data, dims);
  if (data instanceof Uint16Array) return halfTensor(data, dims);
  return data instanceof Uint8Array
    ? new ort.Tensor('uint8', data, dims)
    : new ort.Tensor('int64', data, dims);
}

/**
 * On Node 24 a tensor turns halves into a Float16Array, which onnxruntime-node 1.30's native side
 * takes for an empty one.
 */
const halfTensor = (data: Uint16Array, dims: readonly number[]): ort.Tensor =>
  Object.defineProperty(new ort.Tensor('float16', data, dims), 'data', { value: data });
