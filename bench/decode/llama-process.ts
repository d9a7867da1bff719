// node-llama-cpp in a process of its own, so that neither side's threads wait in the other's turn.
// Arguments: its folder, a GGUF file, the number of threads. Each message is a turn, answered by the
// milliseconds of each of its steps. `decodeBatch` is asked below its public API, which takes twice as
// long for the same kernel.

import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Turn } from './turn.js';

interface Context {
  initBatch(size: number): void;
  addToBatch(sequence: number, at: number, tokens: Uint32Array, logits: Uint32Array): void;
  decodeBatch(): Promise<void>;
  removeTokenCellsFromSequence(sequence: number, from: number, to: number): unknown;
}
interface Llama {
  loadModel(options: object): Promise<{
    createContext(options: object): Promise<{ readonly _ctx: Context }>;
  }>;
}

const [folder, modelPath, threads] = process.argv.slice(2) as [string, string, string];
const SEQUENCES = 17; // the last one reads prompts
const require = createRequire(join(resolve(folder), 'package.json'));
const peer = (await import(pathToFileURL(require.resolve('node-llama-cpp')).href)) as {
  getLlama(options: object): Promise<Llama>;
};
const llama = await peer.getLlama({
  gpu: false,
  build: 'never',
  skipDownload: true,
  maxThreads: Number(threads),
  logLevel: 'error',
});
const model = await llama.loadModel({ modelPath: resolve(modelPath), gpuLayers: 0 });
const { _ctx: context } = await model.createContext({
  sequences: SEQUENCES,
  contextSize: 1024,
  batchSize: 512,
  threads: Number(threads),
  flashAttention: true,
});

const lengths = Array.from({ length: SEQUENCES }, () => 0);
async function read(sequences: readonly number[], count: number): Promise<void> {
  context.initBatch(sequences.length * count);
  for (const sequence of sequences) {
    const tokens = Uint32Array.from({ length: count }, (_, i) => 300 + ((i * 37) % 40_000));
    context.addToBatch(sequence, lengths[sequence]!, tokens, Uint32Array.of(count - 1));
    lengths[sequence]! += count;
  }
  await context.decodeBatch();
}

async function take({ rows, past, steps, prompt }: Turn): Promise<number[]> {
  const times: number[] = [];
  const sequences = Array.from({ length: rows }, (_, i) => i);
  if (!prompt)
    for (const sequence of sequences) if (lengths[sequence] === 0) await read([sequence], past);
  for (let step = 0; step < steps; step++) {
    if (prompt) {
      context.removeTokenCellsFromSequence(SEQUENCES - 1, 0, -1);
      lengths[SEQUENCES - 1] = 0;
    }
    const started = performance.now();
    await (prompt ? read([SEQUENCES - 1], prompt) : read(sequences, 1));
    times.push(performance.now() - started);
  }
  return times;
}

process.on('message', (turn: Turn) => {
  void take(turn).then((times) => process.send?.(times));
});
process.send?.([]);
