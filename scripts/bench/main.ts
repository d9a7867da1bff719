// Times a LoRA training step on the shape of SmolLM2-135M (random weights) next to the matrix product's peak,
// in turns: the speed of a machine drifts, the ratio of neighbours does not.
import { parseArgs } from 'node:util';
import type { GatedDecoderConfig } from '#models/blocks/gated-decoder.js';
import * as m from '#onnx/math.js';
import { Graph } from '#onnx/graph.js';
import { GraphSession } from '#engine/graph-session.js';
import { Random } from '#engine/random.js';
import { openRun, stepUnits } from '#engine/trainer.js';
import type { TrainOptions } from '#engine/training-options.js';

const { values: args } = parseArgs({
  options: {
    tokens: { type: 'string', default: '512' },
    length: { type: 'string', default: '128' },
    steps: { type: 'string', default: '7' },
    threads: { type: 'string', default: '2' },
    dropout: { type: 'string', default: '0' },
    json: { type: 'boolean', default: false },
  },
});
const [tokens, length, steps, threads] = [args.tokens, args.length, args.steps, args.threads].map(Number) as [number, number, number, number];
const dropout = Number(args.dropout);

const config: GatedDecoderConfig = {
  modelType: 'llama',
  vocabSize: 49_152,
  hiddenSize: 576,
  intermediateSize: 1536,
  numHiddenLayers: 30,
  numAttentionHeads: 9,
  numKeyValueHeads: 3,
  headDim: 64,
  rmsNormEps: 1e-5,
  rope: { dim: 64, theta: 100_000 },
  maxPositionEmbeddings: 8192,
  tieWordEmbeddings: true,
};
const LABEL_SHARE = 4; // one token in four is a label
const RANK = 8;

/** Multiplications and additions of one step, counted as two operations a pair; the frozen weights have no gradient of their own. */
function stepOperations(): { flops: number; labels: number } {
  const { hiddenSize: h, intermediateSize: inner, headDim, vocabSize, numHiddenLayers: layers } = config;
  const [query, keyValue] = [config.numAttentionHeads * headDim, config.numKeyValueHeads * headDim];
  const matrices: [number, number][] = [[query, h], [keyValue, h], [keyValue, h], [h, query], [inner, h], [inner, h], [h, inner]];
  const frozen = matrices.reduce((sum, [out, wide]) => sum + out * wide, 0);
  const adapters = matrices.reduce((sum, [out, wide]) => sum + RANK * (out + wide), 0);
  const labels = Math.floor(length / LABEL_SHARE) * (tokens / length);
  const perToken = layers * (2 * 2 * frozen + 3 * 2 * adapters + 3 * 4 * length * query);
  return { flops: tokens * perToken + labels * 2 * 2 * vocabSize * h, labels };
}

async function gemmBench(): Promise<() => Promise<number>> {
  const [rows, inner, columns, repeats] = [512, 1536, 1536, 8];
  const graph = new Graph();
  const weight = graph.input('w', [inner, columns]);
  let x = graph.input('x', [rows, inner]);
  for (let i = 0; i < repeats; i++) x = m.gemm(graph, x, weight);
  graph.output('y', m.max(graph, x));
  const random = (dims: number[]) => ({ dims, data: new Float32Array(dims[0]! * dims[1]!).map(() => Math.random() / inner) });
  const session = await GraphSession.create(graph, { device: 'cpu', threads }, new Map([['w', random([inner, columns])]]));
  const x0 = random([rows, inner]);
  return async () => {
    const start = performance.now();
    await session.run({ x: x0 }, {});
    return (2 * rows * inner * columns * repeats) / (performance.now() - start) / 1e6;
  };
}

const random = new Random('bench');
const rows = Array.from({ length: tokens / length }, () => ({
  ids: Array.from({ length }, () => random.below(config.vocabSize)),
  labelStart: length - Math.floor(length / LABEL_SHARE),
}));
const options: TrainOptions = {
  scratch: config,
  trainable: { type: 'lora', r: RANK, alpha: 16, dropout },
  objective: 'sft',
  retainTerms: [],
  forget: rows,
  retain: [],
  epochs: 1,
  batchSize: rows.length,
  gradientAccumulation: 1,
  learningRate: 1e-4,
  warmupRatio: 0,
  weightDecay: 0,
  maxGradNorm: 1,
  maxLength: length,
  seed: 0,
  threads,
  checkpointSteps: 0,
  microBatchTokens: tokens,
};
const median = (x: number[]): number => x.toSorted((a, b) => a - b)[x.length >> 1]!;

const peak = await gemmBench();
const run = await openRun(options);
const batch = rows.flatMap((_, index) => stepUnits(run, index));
const { flops, labels } = stepOperations();
const times: number[] = [];
const peaks: number[] = [];
for (let step = 0; step <= steps; step++) {
  const gemm = await peak();
  const start = performance.now();
  await run.runner.run(step, batch, {}, () => {});
  // The first turn warms up: memory is allocated, weights are touched.
  if (step > 0) [times[step - 1], peaks[step - 1]] = [performance.now() - start, gemm];
}
await run.close();
const seconds = median(times) / 1000;
const gflops = flops / seconds / 1e9;
const gemmGflops = median(peaks);
const share = median(times.map((ms, i) => flops / ms / 1e6 / peaks[i]!));
const report = { tokens, length, labels, threads, dropout, secondsPerStep: seconds, tokensPerSecond: tokens / seconds, gflops, gemmGflops, shareOfPeak: share, peakMemoryMb: process.resourceUsage().maxRSS / 1024 };
const rounded = Object.fromEntries(Object.entries(report).map(([key, value]) => [key, Number(value.toPrecision(4))]));
if (args.json) console.log(JSON.stringify(rounded));
else console.table(rounded);
