// The thread that holds a model: running a session blocks it, and nothing but it.
import { parentPort, workerData } from 'node:worker_threads';
import { readAdapter } from '#models/adapter-files.js';
import { openCheckpoint } from '#models/checkpoint.js';
import { expectedTensors } from '#models/trace.js';
import type { TensorData } from '#models/types.js';
import { UnknownAdapterError } from '../errors/unknown-adapter.error.js';
import { type LoadedAdapter, loadAdapter } from './adapter-rows.js';
import { Generator } from './generator.js';
import { ModelRunner } from './model-runner.js';
import type { Reply, Request, WorkerOptions } from './protocol.js';

/** Prompt tokens between two decode steps: about as much time as a few of them. */
const PREFILL_TOKENS = 512;

const port = parentPort!;
const post = (reply: Reply): void => port.postMessage(reply);
const nameAndMessage = (error: unknown): { name: string; message: string } => {
  const { name, message } = error as Error;
  return { name, message };
};

async function start({ modelPath, compute, maxBatch, maxContext }: WorkerOptions): Promise<void> {
  const checkpoint = await openCheckpoint(modelPath);
  const weights = new Map<string, TensorData>();
  for (const [name, dims] of expectedTensors(checkpoint.config)) weights.set(name, { dims, data: await checkpoint.read(name) });
  const runner = new ModelRunner({ config: checkpoint.config, weights, compute, maxContext });
  const generator = new Generator(runner, await checkpoint.tokenizer(), maxContext, { maxBatch, prefillTokens: PREFILL_TOKENS }, {
    chunk: (id, chunk) => post({ type: 'chunk', id, chunk }),
    scored: (id, scores) => post({ type: 'scored', id, scores }),
    failed: (id, error) => post({ type: 'failed', id, ...nameAndMessage(error) }),
  });
  const adapters = new Map<string, LoadedAdapter>();
  const state = { isRunning: false, isClosing: false };

  const adapterOf = (key: string | undefined): LoadedAdapter | undefined => {
    if (key === undefined) return undefined;
    const adapter = adapters.get(key);
    if (!adapter) throw new UnknownAdapterError(key);
    return adapter;
  };

  const accept = (request: Request): void => {
    switch (request.type) {
      case 'generate':
        return generator.generate(request.id, request.prompt, adapterOf(request.adapter), request.options);
      case 'score':
        return generator.score(request.id, request.items, adapterOf(request.adapter));
      case 'cancel':
        return generator.cancel(request.id);
      case 'loadAdapter':
        adapters.set(request.adapter, loadAdapter(readAdapter(request.files), checkpoint.config));
        return post({ type: 'loaded', id: request.id });
      case 'unloadAdapter':
        return void adapters.delete(request.adapter); // sequences under way keep theirs
      case 'close':
        state.isClosing = true;
    }
  };

  const run = async (): Promise<void> => {
    if (state.isRunning) return;
    state.isRunning = true;
    while (!state.isClosing && !generator.isIdle) await generator.step();
    state.isRunning = false;
    if (!state.isClosing) return;
    port.close();
    await runner.close();
  };

  port.on('message', (request: Request) => {
    try {
      accept(request);
    } catch (error) {
      if ('id' in request) post({ type: 'failed', id: request.id, ...nameAndMessage(error) });
      else throw error;
    }
    void run();
  });
}

try {
  await start(workerData as WorkerOptions);
  post({ type: 'ready' });
} catch (error) {
  post({ type: 'broken', ...nameAndMessage(error) });
}
