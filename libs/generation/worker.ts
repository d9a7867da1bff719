// The thread that holds a model: running a session blocks it, and nothing but it.
import { parentPort, workerData } from 'node:worker_threads';
import { toData } from '#failure/failure-data.js';
import { readAdapter } from '#models/adapters/adapter-files.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { expectedTensors } from '#models/passes/trace.js';
import type { Weight } from '#models/tensors/half-tensor.js';
import { Lanes, type Served } from './batching/lanes.js';
import { UnknownAdapterError } from './errors/unknown-adapter.error.js';
import type { Reply, Request, WorkerOptions } from './protocol.js';

/** Prompt tokens between two decode steps: about as much time as a few of them. */
const PREFILL_TOKENS = 512;

const port = parentPort!;
const post = (reply: Reply): void => port.postMessage(reply);

async function start({
  modelPath,
  compute,
  maxBatch,
  maxContext,
  halfWeights,
}: WorkerOptions): Promise<void> {
  const checkpoint = await openCheckpoint(modelPath);
  const weights = new Map<string, Weight>();
  for (const [name, dims] of expectedTensors(checkpoint.config)) {
    const half = halfWeights && dims.length > 1 ? await checkpoint.readHalf?.(name) : undefined;
    weights.set(name, half ?? { dims, data: await checkpoint.read(name) });
  }
  const lanes = new Lanes({
    config: checkpoint.config,
    weights,
    tokenizer: await checkpoint.tokenizer(),
    maxContext,
    compute,
    limits: { maxBatch, prefillTokens: PREFILL_TOKENS },
    events: {
      chunk: (id, chunk) => post({ type: 'chunk', id, chunk }),
      scored: (id, scores) => post({ type: 'scored', id, scores }),
      failed: (id, error) => post({ type: 'failed', id, failure: toData(error) }),
    },
  });
  const adapters = new Map<string, Served>();
  const state = { isRunning: false, isClosing: false };

  const servedBy = (key: string | undefined): Served => {
    const served = key === undefined ? lanes.base : adapters.get(key);
    if (!served) throw new UnknownAdapterError(key!);
    return served;
  };

  const accept = async (request: Request): Promise<void> => {
    switch (request.type) {
      case 'generate': {
        const { lane, adapter } = servedBy(request.adapter);
        return lane.generator.generate(request.id, request.prompt, adapter, request.options);
      }
      case 'score': {
        const { lane, adapter } = servedBy(request.adapter);
        return lane.generator.score(request.id, request.items, adapter);
      }
      case 'cancel':
        return lanes.cancel(request.id);
      case 'loadAdapter':
        adapters.set(request.adapter, await lanes.serve(readAdapter(request.files)));
        return post({ type: 'loaded', id: request.id });
      case 'unloadAdapter': {
        const served = adapters.get(request.adapter);
        adapters.delete(request.adapter); // sequences under way keep theirs
        return served && lanes.retire(served);
      }
      case 'close':
        state.isClosing = true;
    }
  };

  const run = async (): Promise<void> => {
    if (state.isRunning) return;
    state.isRunning = true;
    do await lanes.step();
    while (!state.isClosing && !lanes.isIdle);
    state.isRunning = false;
    if (!state.isClosing) return;
    port.close();
    await lanes.closeAll();
  };

  port.on('message', (request: Request) => {
    const failed = (error: unknown): void => {
      if (!('id' in request)) throw error;
      post({ type: 'failed', id: request.id, failure: toData(error) });
    };
    void accept(request).catch(failed).then(run);
  });
}

try {
  await start(workerData as WorkerOptions);
  post({ type: 'ready' });
} catch (error) {
  post({ type: 'broken', failure: toData(error) });
}
