// npm run bench:int8: what 8 bits do to the gradient of a LoRA step on SmolLM2-135M-Instruct with real KnowUnDo batches. Both
// precisions see the same adapter: float32 trains it, and from time to time 8 bits are asked about the same step.
import { parseArgs } from 'node:util';
import { openCheckpoint } from '#models/checkpoint.js';
import type { Precision } from '#models/precision.js';
import { adamwUpdate, clipScale, globalNorm, zeroMoments } from '#engine/adamw.js';
import { stepUnits } from '#engine/row-set.js';
import { openRun, type Run } from '#engine/trainer.js';
import { readBatches } from './inputs.js';

const { values: args } = parseArgs({
  options: {
    model: { type: 'string', default: '.lethe/models/smollm2-135m-instruct' },
    data: { type: 'string', default: '.lethe/knowundo/full.jsonl' },
    steps: { type: 'string', default: '31' },
    every: { type: 'string', default: '10' },
    threads: { type: 'string', default: '2' },
  },
});
const [steps, every, threads] = [args.steps, args.every, args.threads].map(Number) as [number, number, number];
const [RANK, BATCH, MAX_LENGTH, RATE] = [32, 8, 256, 1e-3] as const;

const batches = await readBatches(await openCheckpoint(args.model), args.data, BATCH, steps, MAX_LENGTH);
const open = (precision: Precision): Promise<Run> =>
  openRun({
    modelPath: args.model,
    precision,
    trainable: { type: 'lora', r: RANK, alpha: 2 * RANK, dropout: 0 },
    objective: 'sft', retainTerms: [], forget: batches.flat(), retain: [], epochs: 1, batchSize: BATCH, gradientAccumulation: 1,
    learningRate: RATE, warmupRatio: 0, weightDecay: 0, maxGradNorm: 1, maxLength: MAX_LENGTH, seed: 0, threads, checkpointSteps: 0,
  });
/** Leaves the step's gradients in the run. */
async function lossOf(run: Run, step: number): Promise<number> {
  const units = batches[step]!.flatMap((_, i) => stepUnits(run, BATCH * step + i));
  return (await run.runner.run(step, units, {}, () => {})).loss;
}
const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0);

const [exact, rough] = [await open('float32'), await open('int8')];
const moments = zeroMoments(exact.store.values.length);
const rows: object[] = [];
for (let step = 0; step < steps; step++) {
  const loss = await lossOf(exact, step);
  const gradients = exact.runner.gradients;
  if (step % every === 0) {
    rough.store.values.set(exact.store.values);
    const other = await lossOf(rough, step);
    const [length, otherLength] = [globalNorm(gradients), globalNorm(rough.runner.gradients)];
    rows.push({
      step,
      'loss, float32': loss.toFixed(3),
      'loss, int8': other.toFixed(3),
      'cosine of the gradients': (dot(gradients, rough.runner.gradients) / (length * otherLength)).toFixed(4),
      'ratio of their norms': (otherLength / length).toFixed(4),
    });
  }
  const gradientScale = clipScale(globalNorm(gradients), 1);
  adamwUpdate(exact.store.values, gradients, moments, exact.store.segments, { step: step + 1, learningRate: RATE, weightDecay: 0, gradientScale });
}
console.table(rows);
await exact.close();
await rough.close();
