// transformers.js in a process of its own, so that neither side's threads wait in the other's turn.
// Arguments: its folder, that of the model, a dtype, the number of threads. Each message is a turn, answered
// by the milliseconds of each of its steps: a forward pass, without what `generate` does beside it.

import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Turn } from './turn.js';

type Tensor = object;
type Cache = object;
type Model = (inputs: {
  input_ids: Tensor;
  attention_mask: Tensor;
  past_key_values?: Cache;
}) => Promise<Readonly<Record<string, Tensor>>>;
interface TransformersJs {
  readonly env: { allowRemoteModels: boolean; localModelPath: string };
  readonly AutoModelForCausalLM: {
    from_pretrained(name: string, options: object): Promise<Model>;
  };
  readonly DynamicCache: new (entries: Record<string, Tensor>) => Cache;
  readonly Tensor: new (type: 'int64', data: BigInt64Array, dims: number[]) => Tensor;
}

const [folder, modelPath, dtype, threads] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
];
const require = createRequire(join(resolve(folder), 'package.json'));
const url = pathToFileURL(require.resolve('@huggingface/transformers')).href;
const peer = (await import(url)) as TransformersJs;
const { env, AutoModelForCausalLM, DynamicCache, Tensor: Ids } = peer;
env.allowRemoteModels = false;
env.localModelPath = dirname(resolve(modelPath));
const model = await AutoModelForCausalLM.from_pretrained(resolve(modelPath).split('/').at(-1)!, {
  dtype,
  device: 'cpu',
  session_options: { intraOpNumThreads: Number(threads), interOpNumThreads: 1 },
});

const ids = (rows: number, length: number, of: (i: number) => number): Tensor =>
  new Ids(
    'int64',
    BigInt64Array.from({ length: rows * length }, (_, i) => BigInt(of(i % length))),
    [rows, length],
  );

interface Read {
  readonly cache: Cache;
  readonly length: number;
}
/** What was read, by the number of rows. */
const reads = new Map<number, Read>();

async function read(rows: number, count: number, before?: Read): Promise<Read> {
  const length = (before?.length ?? 0) + count;
  const outputs = await model({
    input_ids: ids(rows, count, (i) => 300 + ((i * 37) % 40_000)),
    attention_mask: ids(rows, length, () => 1),
    ...(before ? { past_key_values: before.cache } : {}),
  });
  const kept = Object.entries(outputs)
    .filter(([name]) => name.startsWith('present.'))
    .map(([name, tensor]) => [name.replace('present', 'past_key_values'), tensor] as const);
  return { cache: new DynamicCache(Object.fromEntries(kept)), length };
}

async function take({ rows, past, steps, prompt }: Turn): Promise<number[]> {
  const times: number[] = [];
  let before = prompt ? undefined : (reads.get(rows) ?? (await read(rows, past)));
  for (let step = 0; step < steps; step++) {
    const started = performance.now();
    const after = await read(rows, prompt ?? 1, before);
    times.push(performance.now() - started);
    if (!prompt) before = after;
  }
  if (before) reads.set(rows, before);
  return times;
}

process.on('message', (turn: Turn) => {
  void take(turn).then((times) => process.send?.(times));
});
process.send?.([]);
