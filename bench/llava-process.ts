// Asks a model about a picture. Arguments: a model, a picture, the model's layers.

import { readFile } from 'node:fs/promises';
import { item } from '#collections/items.js';
import { GenerationEngine } from '#generation/generation.js';
import { Vision } from '#vision/vision.js';

/** In seconds, but for the last two. */
export interface Asked {
  readonly load: number;
  /** The tower's weights included, which are read with the first picture. */
  readonly firstLook: number;
  readonly look: number;
  readonly prompt: number;
  readonly token: number;
  readonly decoToken: number;
  readonly promptTokens: number;
  /** The process's largest resident set, in GB. */
  readonly memory: number;
}

const [TOKENS, THREADS] = [64, 2];
const IMAGE_TOKEN = 32_000;
const [modelPath, picture, layers] = process.argv.slice(2) as [string, string, string];

async function timed<T>(work: () => Promise<T>): Promise<[seconds: number, result: T]> {
  const start = performance.now();
  const result = await work();
  return [(performance.now() - start) / 1000, result];
}

const [load, engine] = await timed(() =>
  GenerationEngine.load({
    modelPath,
    threads: THREADS,
    maxBatch: 1,
    maxContext: 1024,
    precision: 'int8',
  }),
);
const vision = new Vision({
  modelPath,
  device: 'cpu',
  threads: THREADS,
  cacheBytes: 0,
  maxWaiting: 1,
});
const bytes = await readFile(picture);
const look = () =>
  timed(() =>
    vision.look(
      { hash: picture, isWhole: false, read: () => Promise.resolve({ bytes, type: 'image/png' }) },
      { owner: 'bench', room: 1024, signal: new AbortController().signal },
    ),
  );
const [firstLook] = await look();
const [seconds, { features }] = await look();

const placeholders = Array.from({ length: item(features.dims, 0) }, () => IMAGE_TOKEN);
const words = (count: number): number[] =>
  Array.from({ length: count }, (_, i) => 100 + ((i * 37) % 30_000));
const prompt = [...words(12), ...placeholders, ...words(16)];

/** @returns seconds to the first token, and for each after it. */
async function answer(more: object): Promise<[number, number]> {
  const start = performance.now();
  let first = 0;
  let tokens = 0;
  const request = { prompt, maxTokens: TOKENS, imageToken: IMAGE_TOKEN, features: [features] };
  for await (const chunk of engine.generate({ ...request, ...more })) {
    if (tokens === 0) first = performance.now();
    tokens += chunk.tokenIds.length;
  }
  if (tokens < TOKENS) throw new Error(`expected ${TOKENS} tokens, found ${tokens}`);
  return [(first - start) / 1000, (performance.now() - first) / 1000 / (tokens - 1)];
}

const [prefill, token] = await answer({});
/** 20 to 28 of 32, as DeCo's authors take them. */
const at = (share: number): number => Math.round(share * Number(layers));
const window = Array.from({ length: at(0.875) - at(0.625) + 1 }, (_, i) => at(0.625) + i);
const [, decoToken] = await answer({
  decoding: { strategy: 'deco', layers: window, alpha: 0.6, topP: 0.9, topK: 20 },
});
const asked: Asked = {
  load,
  firstLook,
  look: seconds,
  prompt: prefill,
  token,
  decoToken,
  promptTokens: prompt.length,
  memory: (process.resourceUsage().maxRSS * 1024) / 1e9,
};
await vision.close();
await engine.close();
process.send?.(asked);
process.disconnect?.();
