// A graph that runs: inputs by name, sizes that vary fed along, weights in place.

import { blockRows, type BlockTensor, isBlocks } from '#models/tensors/block-tensor.js';
import { type HalfTensor, isHalf, rowsOf, widened } from '#models/tensors/half-tensor.js';
import { dimInput, type Graph } from '#onnx/graph.js';
import { declaredName } from '#onnx/half-inputs.js';
import { blockFeed, packedBlocks } from './block-feeds.js';
import type { Compute } from './compute.js';
import type { ConstantsFile } from './constants-file.js';
import { DeviceError } from './errors/device.error.js';
import * as ort from './onnxruntime.js';

export interface Feed {
  readonly dims: readonly number[];
  /** 16-bit numbers are halves. */
  readonly data: Float32Array | BigInt64Array | Uint16Array | Uint8Array;
}
export type Feeds = Readonly<Record<string, Feed>>;

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

export const int64 = (items: ArrayLike<number>): Feed => ({
  dims: [items.length],
  data: BigInt64Array.from(items as number[], BigInt),
});

export class GraphSession {
  private constructor(
    private readonly session: ort.InferenceSession,
    private readonly fixed: Readonly<Record<string, ort.Tensor>>,
  ) {}

  /**
   * On the CPU both maps are inputs that every pass shares, used in place. A device with memory of
   * its own is given all constants once, as the session starts.
   * @param constants such as weights; those the graph does not ask for are left out. Blocks are for
   * the CPU.
   * @param changing inputs whose contents change: the next pass sees it
   * @param file of the graph's constants that lie in one; once the session is open, it is not
   * needed
   * @throws DeviceError where the device is unavailable
   */
  static async create(
    graph: Graph,
    { device, threads }: Compute,
    constants: ReadonlyMap<string, Feed | BlockTensor>,
    changing: ReadonlyMap<string, Feed> = new Map(),
    file?: ConstantsFile,
  ): Promise<GraphSession> {
    const asked = [...constants].filter(([name]) => graph.inputType(name) && !changing.has(name));
    const blocks = new Map(
      asked.flatMap(([name, feed]) => (isBlocks(feed) ? [[name, feed] as const] : [])),
    );
    const used = asked.flatMap(([name, feed]) => (isBlocks(feed) ? [] : [[name, feed] as const]));
    const handed = device === 'cpu' ? [] : used;
    const isWidened = (name: string, feed: Feed): feed is HalfTensor =>
      isHalf(feed) && graph.inputType(name) === 'float32';
    const held = new Map<string, Feed>(
      handed.map(([name, feed]) => [name, isWidened(name, feed) ? widened(feed) : feed]),
    );
    const halves = new Map(
      used.flatMap(([name, feed]): [string, number][] =>
        isWidened(name, feed) && !held.has(name) ? [[name, feed.scale]] : [],
      ),
    );
    const bytes = graph.encode(
      new Map([...held].map(([name, { data }]) => [name, data.byteLength])),
      halves,
      file,
      blocks,
    );
    const packed = [...blocks].flatMap(([name, tensor]) => [...packedBlocks(name, tensor)]);
    const opened = ort.InferenceSession.create(bytes, {
      executionProviders: [device],
      externalData: [
        ...[...held].map(([path, { data }]) => ({
          path,
          data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
        })),
        ...packed.map(([path, data]) => ({ path, data })),
      ],
      ...(file
        ? { extra: { session: { model_external_initializers_file_folder_path: file.folder } } }
        : {}),
      intraOpNumThreads: threads,
      // Graphs are built as they are to run: fusing again would only take time.
      graphOptimizationLevel: 'disabled',
      // Planning by pattern keeps a block for each tensor size: it raises a pass's peak memory by
      // half.
      enableMemPattern: false,
      logSeverityLevel: 3,
    });
    const session = await opened.catch((error: Error) => {
      throw device === 'cpu' ? error : new DeviceError(device, error.message);
    });
    const shared = session.inputNames.flatMap((name) => {
      const view = graph.views.get(declaredName(name));
      const feed = changing.get(name) ?? constants.get(view?.input ?? declaredName(name));
      if (!feed) return [];
      if (isBlocks(feed))
        return [[name, toTensor(blockFeed(name, view ? blockRows(feed, view) : feed))]];
      return [[name, toTensor(view ? rowsOf(feed, view) : feed)]];
    });
    return new GraphSession(session, Object.fromEntries(shared));
  }

  /**
   * Runs the graph; feeds it does not ask for are left out.
   * @param sizes of the dimensions that vary
   * @param into where outputs are to be written; others get memory of their own
   */
  async run(
    feeds: Feeds,
    sizes: Readonly<Record<string, number>>,
    into: Feeds = {},
  ): Promise<Map<string, Float32Array>> {
    const all: Record<string, ort.Tensor> = { ...this.fixed };
    for (const name of this.session.inputNames) {
      const feed = feeds[name];
      if (feed) all[name] = toTensor(feed);
    }
    for (const [name, size] of Object.entries(sizes)) {
      const input = dimInput(name);
      if (this.session.inputNames.includes(input)) all[input] = toTensor(int64([size]));
    }
    const outputs = Object.fromEntries(
      this.session.outputNames.map((name) => [name, into[name] ? toTensor(into[name]) : null]),
    );
    const results = await this.session.run(all, outputs);
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
