// The thread that holds a model: running a session blocks it, and nothing but it.

import { readAdapter } from '#models/adapters/adapter-files.js';
import { NO_ADAPTER } from '#models/adapters/adapter.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { readServedWeights } from '#models/checkpoints/served-weights.js';
import { readVerified } from '#models/checkpoints/sums/read-verified.js';
import { textPart } from '#models/vision/adapter-parts.js';
import { BlockFile } from '#runtime/block-file.js';
import { type Served as ServedCalls, serve } from '#thread/serve.js';
import type { ServedCall } from '#thread/served-call.js';
import { type LaneOptions, Lanes, type Served } from './batching/lanes.js';
import { UnknownAdapterError } from './errors/unknown-adapter.error.js';
import { OpenCalls } from './open-calls.js';
import type { GenerationProtocol, ModelOptions } from './protocol.js';
import type { Chunk } from './running/chunk.js';

/** As much of a prompt as makes its tokens cheap, and as takes about one more decode step. */
const PROMPT_TOKENS = { promptTokens: 512, promptTokensBeside: 16 };

async function readModel(
  options: ModelOptions,
  blocks: BlockFile | undefined,
): Promise<Pick<LaneOptions, 'config' | 'weights' | 'tokenizer'>> {
  const checkpoint = await openCheckpoint(options.modelPath);
  const weights = await readServedWeights(checkpoint, { ...options, blocks });
  return { config: checkpoint.config, weights, tokenizer: await checkpoint.tokenizer() };
}

async function open(options: ModelOptions): Promise<ServedCalls<GenerationProtocol>> {
  const { compute, maxBatch, maxContext, kvBytes, prefixBytes } = options;
  const openCalls = new OpenCalls();
  const blocks = options.precision === 'float32' ? undefined : await BlockFile.open();
  const reading = readVerified(options.modelPath, () => readModel(options, blocks));
  const model = await reading.catch((error: unknown) => {
    blocks?.close();
    throw error;
  });
  const lanes = new Lanes({
    ...model,
    maxContext,
    compute,
    limits: { maxBatch, ...PROMPT_TOKENS },
    events: openCalls,
    kvBytes,
    prefixBytes,
  });
  const { config } = model;
  const adapters = new Map<string, Served>();
  let working: Promise<void> | undefined;

  const work = async (): Promise<void> => {
    do await lanes.takeRound();
    while (!lanes.isIdle);
    working = undefined;
  };
  const wake = (): void => {
    working ??= work();
  };
  const answer = <R>(call: ServedCall<Chunk>, begin: () => void, atOnce?: boolean): Promise<R> => {
    const answered = openCalls.answer<R>(call, begin, () => lanes.cancel(call.id), atOnce);
    wake();
    return answered;
  };
  const servedBy = (key: string | undefined): Served => {
    if (key === undefined) return lanes.base;
    const served = adapters.get(key);
    if (!served) throw new UnknownAdapterError(key);
    return served;
  };

  return {
    calls: {
      generate({ owner, prompt, adapter, options: sequence }, call) {
        const { lane, adapter: rows } = servedBy(adapter);
        const begin = (): void =>
          lane.generator.generate({ id: call.id, owner }, prompt, rows, sequence);
        return answer(call, begin, sequence.atOnce);
      },
      score({ owner, items, adapter, kind }, call) {
        const { lane, adapter: rows } = servedBy(adapter);
        return answer(call, () => lane.generator.score({ id: call.id, owner }, items, rows, kind));
      },
      sweep({ owner, items, adapter, sweep }, call) {
        const { lane, adapter: rows } = servedBy(adapter);
        return answer(call, () => lane.generator.sweep({ id: call.id, owner }, items, rows, sweep));
      },
      async loadAdapter({ adapter, files, scale = 1, rounding }) {
        const read = files ? textPart(config, { ...readAdapter(files), scale }) : NO_ADAPTER;
        adapters.set(adapter, await lanes.serve(read, rounding));
      },
      unloadAdapter(adapter) {
        const served = adapters.get(adapter);
        adapters.delete(adapter); // sequences under way keep theirs
        if (served) lanes.retire(served);
        wake();
      },
      figures() {
        const { queries: prefixQueries, hits: prefixHits } = lanes.found;
        const kvUsage = lanes.kvBytes / kvBytes;
        return { kvUsage, preemptions: openCalls.preemptions, prefixQueries, prefixHits };
      },
      forget: (owner) => lanes.forget(owner),
      keepNothing: () => lanes.keepNothing(),
    },
    async close() {
      await working;
      await lanes.closeAll();
      blocks?.close();
    },
  };
}

await serve<GenerationProtocol>(open);
