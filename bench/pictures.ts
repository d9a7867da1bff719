// npm run bench:pictures: the time between a stream's tokens, alone and while pictures are looked at
// beside it, and what a picture takes. Random weights of SmolVLM-256M's shape: a tile of 512 pixels is
// 1,024 patches and 64 tokens.

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { GenerationEngine } from '#generation/generation.js';
import { median } from '#metrics/statistics.js';
import { Vision } from '#vision/vision.js';
import { writeRandomModel } from './random-model.js';
import { shapes } from './shapes.js';

const { values: args } = parseArgs({
  options: {
    tokens: { type: 'string', default: '100' },
    threads: { type: 'string', default: '2' },
    /** Of the tower, one after the other. */
    vision: { type: 'string', default: '1,2' },
    /** How much its threads give way. */
    nice: { type: 'string', default: '0,10' },
  },
});
const TOKENS = Number(args.tokens);
const PICTURE = 'test/golden/vision-chat/one.png';

const shape = {
  model_type: 'smolvlm',
  image_token_id: 300,
  scale_factor: 4,
  vision_config: {
    hidden_size: 768,
    intermediate_size: 3072,
    num_hidden_layers: 12,
    num_attention_heads: 12,
    image_size: 512,
    patch_size: 16,
  },
  text_config: { ...shapes['smollm2-135m'], vocab_size: 49_280 },
  tie_word_embeddings: true,
};
const processor = {
  image_processor_type: 'SmolVLMImageProcessor',
  size: { longest_edge: 512 },
  max_image_size: { longest_edge: 512 },
  do_image_splitting: false,
};

const folder = mkdtempSync(join(tmpdir(), 'lethe-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true }));
const modelPath = join(folder, 'model');
await writeRandomModel(modelPath, shape, 'F16');
writeFileSync(join(modelPath, 'preprocessor_config.json'), JSON.stringify(processor));
cpSync(PICTURE, join(folder, 'picture.png'));
const bytes = readFileSync(join(folder, 'picture.png'));
// Threads do not keep a process alive.
setInterval(() => undefined, 60_000);
const engine = await GenerationEngine.load({
  modelPath,
  threads: Number(args.threads),
  maxBatch: 8,
});

async function stream(): Promise<number[]> {
  const gaps: number[] = [];
  let last = performance.now();
  const prompt = Array.from({ length: 20 }, (_, i) => 1 + 7 * i);
  for await (const _ of engine.generate({ prompt, maxTokens: TOKENS, ignoreEos: true })) {
    gaps.push(performance.now() - last);
    last = performance.now();
  }
  return gaps.slice(1).toSorted((a, b) => a - b);
}

const read = () => Promise.resolve({ bytes });

async function look(eyes: Vision, signal: AbortSignal): Promise<number> {
  const start = performance.now();
  await eyes.look({ hash: 'picture', isWhole: true, read }, { owner: 'a', room: 1024, signal });
  return performance.now() - start;
}

const rows: object[] = [];
function row(beside: string, gaps: readonly number[], pictures: readonly number[]): void {
  const at = (share: number): string =>
    gaps[Math.floor(share * (gaps.length - 1))]?.toFixed(1) ?? '';
  const seconds = pictures.length > 0 ? (median(pictures) / 1000).toFixed(2) : '';
  rows.push({ beside, median: at(0.5), p90: at(0.9), longest: at(1), 's a picture': seconds });
}

await stream();
row('nothing', await stream(), []);
const cases = args.vision
  .split(',')
  .flatMap((threads) =>
    args.nice.split(',').map((nice) => [Number(threads), Number(nice)] as const),
  );
for (const [threads, nice] of cases) {
  const options = {
    modelPath,
    device: 'cpu',
    threads,
    nice,
    cacheBytes: 0,
    maxWaiting: 8,
  } as const;
  const name = `${threads} of the tower, nice ${nice}`;
  const eyes = new Vision(options);
  const over = new AbortController();
  // The first reads the weights.
  await look(eyes, over.signal);
  row(`no stream, ${name}`, [], [await look(eyes, over.signal)]);
  const taken: number[] = [];
  const looking = (async () => {
    while (!over.signal.aborted) taken.push(await look(eyes, over.signal));
  })().catch(() => undefined);
  row(`pictures, ${name}`, await stream(), taken);
  over.abort();
  await looking;
  await eyes.close();
}
console.log(`ms between a stream's tokens, ${args.threads} threads of the text, beside`);
console.table(rows);
process.exit();
