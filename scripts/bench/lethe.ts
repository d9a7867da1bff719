// Our side of the comparison, as a process of its own (see contestant.ts): the trainer's own steps.
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { adamwUpdate, clipScale, globalNorm, zeroMoments } from '#engine/adamw.js';
import { openRun } from '#engine/trainer.js';
import { stepUnits } from '#engine/row-set.js';
import type { TrainOptions } from '#engine/training-options.js';
import type { Start, Task, Turn } from './contestant.js';

const task = JSON.parse(await readFile(process.argv[2]!, 'utf8')) as Task;
const rows = task.batches.flat();
const options: TrainOptions = {
  modelPath: task.model,
  precision: task.precision,
  trainable: { type: 'lora', r: task.rank, alpha: task.alpha, dropout: 0, targetModules: task.targetModules },
  objective: 'sft',
  retainTerms: [],
  forget: rows,
  retain: [],
  epochs: 1,
  batchSize: task.batches[0]!.length,
  gradientAccumulation: 1,
  learningRate: task.learningRate,
  warmupRatio: 0,
  weightDecay: 0,
  maxGradNorm: 1,
  maxLength: task.maxLength,
  seed: 0,
  threads: task.threads,
  checkpointSteps: 0,
};
const say = (message: Start | Turn): void => void process.stdout.write(`${JSON.stringify(message)}\n`);

const begun = performance.now();
const run = await openRun(options);
const { runner, store, startSeconds } = run;
say({ loadSeconds: (performance.now() - begun) / 1000 - startSeconds, startSeconds });
const moments = zeroMoments(store.values.length);
let step = 0;

for await (const line of createInterface({ input: process.stdin })) {
  const first = task.batches.slice(0, Number(line)).flat().length;
  const batch = task.batches[Number(line)]!.flatMap((_, i) => stepUnits(run, first + i));
  const from = performance.now();
  const cpu = process.cpuUsage();
  const losses = await runner.run(step++, batch, {}, () => {});
  const gradientScale = clipScale(globalNorm(runner.gradients), options.maxGradNorm);
  const { learningRate, weightDecay } = options;
  adamwUpdate(store.values, runner.gradients, moments, store.segments, { step, learningRate, weightDecay, gradientScale });
  const { user, system } = process.cpuUsage(cpu);
  say({
    seconds: (performance.now() - from) / 1000,
    cpuSeconds: (user + system) / 1e6,
    loss: losses.loss,
    peakMb: process.resourceUsage().maxRSS / 1024,
  });
}
process.exit();
