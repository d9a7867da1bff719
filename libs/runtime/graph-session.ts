// A graph that runs: inputs by name, sizes that vary fed along, weights in place.

import { blockRows, type BlockTensor, isBlocks } from '#models/tensors/block-tensor.js';
import { type HalfTensor, isHalf, rowsOf, widened } from '#models/tensors/half-tensor.js';
import { dimInput, type Graph } from '#onnx/graph.js';
import { declaredName } from '#onnx/half-inputs.js';
import { blockFeed, packedBlocks } from './block-feeds.js';
import type { Compute } from './compute.js';
import type { ConstantsFile } from './constants-file.js';
import { DeviceError } from './errors/device.error.js';
import type { Feed, Feeds } from './feed.js';
import type { Session } from './session-type.js';
import { openSession } from './session.js';

export type { Feed, Feeds };

export const int64 = (items: ArrayLike<number>): Feed => ({
  dims: [items.length],
  data: BigInt64Array.from(items as number[], BigInt),
});

export class GraphSession {
  private constructor(private readonly session: Session) {}

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
    const model = graph.model(
      new Map([...held].map(([name, { data }]) => [name, data.byteLength])),
      halves,
      file,
      blocks,
    );
    const read = new Set(model.external.map(({ location }) => location));
    const packed = [...blocks].flatMap(([name, tensor]) => packedBlocks(name, tensor));
    const session = await openSession(model, {
      device,
      threads,
      constants: new Map([...held, ...packed].filter(([name]) => read.has(name))),
      folder: file?.folder,
    }).catch((error: Error) => {
      throw device === 'cpu' ? error : new DeviceError(device, error.message);
    });
    const shared = session.inputNames.flatMap((name) => {
      const view = graph.views.get(declaredName(name));
      const feed = changing.get(name) ?? constants.get(view?.input ?? declaredName(name));
      if (!feed) return [];
      if (isBlocks(feed)) return [[name, blockFeed(name, view ? blockRows(feed, view) : feed)]];
      return [[name, view ? rowsOf(feed, view) : feed]];
    });
    session.hold(Object.fromEntries(shared));
    return new GraphSession(session);
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
    const asked = this.session.inputNames;
    const fed = asked.flatMap((name) => (feeds[name] ? [[name, feeds[name]] as const] : []));
    const sized = Object.entries(sizes)
      .map(([name, size]) => [dimInput(name), int64([size])] as const)
      .filter(([name]) => asked.includes(name));
    return this.session.run(Object.fromEntries([...fed, ...sized]), into);
  }

  async close(): Promise<void> {
    await this.session.close();
  }
}
