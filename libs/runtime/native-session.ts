// A CPU session by onnxruntime's C API: constants, held inputs and outputs that have a place stay
// there, and the sessions of a thread share what they lay out for products. Memory whose address was
// handed over is kept in a field or a variable for as long as it is read.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { item } from '#collections/items.js';
import { zip } from '#collections/zip.js';
import type { ModelRecord } from '#onnx/encode.js';
import type { Feed, Feeds } from './feed.js';
import { giveBack } from './memory-map.js';
import { Names, NativeEnvironment } from './native-environment.js';
import type { Pointer } from './onnxruntime-c.js';
import type { Session, SessionOptions } from './session-type.js';

const OPTIMISE_NOTHING = 0;
const FOLDER = 'session.model_external_initializers_file_folder_path';

/** A file that is there and of which nothing is read. */
const NO_FILE = '.';

let loading: Promise<NativeEnvironment | undefined> | undefined;

/**
 * The model as a native session takes it. A location that is no file would have to be given its
 * contents (`AddExternalInitializers`), of which onnxruntime makes a copy to read the graph.
 */
export const inPlace = (
  model: ModelRecord,
  { constants }: Pick<SessionOptions, 'constants'>,
): ModelRecord => ({
  ...model,
  external: (model.external ?? []).map((constant) =>
    constants.has(constant.location) ? { ...constant, location: NO_FILE } : constant,
  ),
});

/** `undefined` where there is no such session. @param graph of a model whose constants are in place. */
export async function openNativeSession(
  graph: Uint8Array,
  options: SessionOptions,
): Promise<Session | undefined> {
  if (options.device !== 'cpu') return undefined;
  loading ??= NativeEnvironment.load();
  const environment = await loading;
  return environment && NativeSession.open(environment, graph, options);
}

class NativeSession implements Session {
  private readonly inputs: Names;
  private readonly outputs: Names;
  private isClosed = false;
  private readonly held = new Map<string, { readonly feed: Feed; readonly tensor: Pointer }>();

  private constructor(
    private readonly environment: NativeEnvironment,
    private readonly session: Pointer,
    /** Read by the session. */
    readonly constants: ReadonlyMap<string, Feed>,
    private readonly constantTensors: readonly Pointer[],
  ) {
    this.inputs = environment.names(session, 'Input');
    this.outputs = environment.names(session, 'Output');
  }

  static open(environment: NativeEnvironment, graph: Uint8Array, options: SessionOptions): Session {
    const { c, env } = environment;
    const tensors = Array.from(options.constants.values(), (feed) => environment.tensor(feed));
    const packed = environment.acquirePacked();
    const settings = settingsOf(environment, options, tensors);
    try {
      const args = [env, graph, graph.byteLength, settings, packed] as const;
      const session = c.get('CreateSessionFromArrayWithPrepackedWeightsContainer', ...args);
      return new NativeSession(environment, session, options.constants, tensors);
    } catch (error) {
      environment.releasePacked();
      for (const tensor of tensors) c.release('ReleaseValue', tensor);
      throw error;
    } finally {
      c.release('ReleaseSessionOptions', settings);
      // What other sessions have laid out is laid out, found to be there, and freed.
      c.trim();
      giveBack(Array.from(options.constants.values(), ({ data }) => data));
    }
  }

  get inputNames(): readonly string[] {
    return this.inputs.list;
  }

  get outputNames(): readonly string[] {
    return this.outputs.list;
  }

  hold(feeds: Feeds): void {
    for (const [name, feed] of Object.entries(feeds))
      this.held.set(name, { feed, tensor: this.environment.tensor(feed) });
  }

  async run(feeds: Feeds, into: Feeds): Promise<Map<string, Float32Array>> {
    // As onnxruntime-node does: messages of other threads come in between two runs.
    await nextTurn();
    if (this.isClosed) throw new Error('the session is closed');
    const { environment, session, inputs, outputs } = this;
    const own: Pointer[] = [];
    const tensor = (feed: Feed): Pointer => {
      const made = environment.tensor(feed);
      own.push(made);
      return made;
    };
    try {
      const given = BigUint64Array.from(
        inputs.list,
        (name) => this.held.get(name)?.tensor ?? tensor(feedOf(feeds, name)),
      );
      const results = BigUint64Array.from(outputs.list, (name) =>
        into[name] ? tensor(into[name]) : 0n,
      );
      const from = [inputs.pointers, given, given.length] as const;
      const to = [outputs.pointers, results.length, results] as const;
      environment.c.call('Run', session, null, ...from, ...to);
      own.push(...results.filter((result) => !own.includes(result)));
      return new Map(
        Array.from(results, (result, i) => {
          const name = item(outputs.list, i);
          const place = into[name]?.data as Float32Array | undefined;
          return [name, place ?? environment.floats(result)];
        }),
      );
    } finally {
      for (const made of own) environment.c.release('ReleaseValue', made);
    }
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    const { c } = this.environment;
    c.release('ReleaseSession', this.session);
    for (const { tensor } of this.held.values()) c.release('ReleaseValue', tensor);
    for (const tensor of this.constantTensors) c.release('ReleaseValue', tensor);
    this.environment.releasePacked();
    c.trim();
  }
}

function feedOf(feeds: Feeds, name: string): Feed {
  const feed = feeds[name];
  if (!feed) throw new Error(`the graph's input ${name} was not fed`);
  return feed;
}

/** The same as node-session.ts asks for. */
function settingsOf(
  { c }: NativeEnvironment,
  { threads, constants, folder }: SessionOptions,
  tensors: readonly Pointer[],
): Pointer {
  const settings = c.get('CreateSessionOptions');
  c.call('SetSessionGraphOptimizationLevel', settings, OPTIMISE_NOTHING);
  c.call('SetIntraOpNumThreads', settings, threads);
  c.call('DisableMemPattern', settings);
  if (folder) c.call('AddSessionConfigEntry', settings, FOLDER, folder);
  for (const [name, tensor] of zip([...constants.keys()], tensors))
    c.call('AddInitializer', settings, name, tensor);
  return settings;
}
