// npm run bench:int8: what 8 bits do to the gradient of a LoRA step on SmolLM2-135M-Instruct with
// real KnowUnDo batches. Both precisions see the same adapter: float32 trains it, and from time to
// time 8 bits are asked about the same step.

import { parseArgs } from 'node:util';
import type { Precision } from '#contracts/precision.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { linearKinds } from '#models/passes/trace.js';
import { cosine } from '#testing/cosine.js';
import { stepUnits } from '#training/examples/step-examples.js';
import { globalNorm } from '#training/optimizer/adamw.js';
import { openRun, type Run } from '#training/run/open-run.js';
import { readBatches, requireInputs } from './inputs.js';
import { loraOptions, update } from './lora-run.js';

const { values: args } = parseArgs({
  options: {
    model: { type: 'string', default: '.lethe/models/smollm2-135m-instruct' },
    data: { type: 'string', default: '.lethe/knowundo/full.jsonl' },
    steps: { type: 'string', default: '31' },
    every: { type: 'string', default: '10' },
    threads: { type: 'string', default: '2' },
  },
});
const [steps, every, threads] = [args.steps, args.every, args.threads].map(Number) as [
  number,
  number,
  number,
];
const [RANK, BATCH, MAX_LENGTH, RATE] = [32, 8, 256, 1e-3] as const;

await requireInputs({ model: args.model, data: args.data });
const checkpoint = await openCheckpoint(args.model);
const batches = await readBatches(checkpoint, args.data, BATCH, steps, MAX_LENGTH);
const task = {
  model: args.model,
  batches,
  rank: RANK,
  alpha: 2 * RANK,
  targetModules: linearKinds(checkpoint.config),
  learningRate: RATE,
  maxLength: MAX_LENGTH,
  threads,
};
const open = (precision: Precision): Promise<Run> => openRun(loraOptions({ ...task, precision }));

/** Leaves the step's gradients in the run. */
async function lossOf(run: Run, step: number): Promise<number> {
  const units = batches[step]!.flatMap((_, i) => stepUnits(run, BATCH * step + i));
  return (await run.runner.run(step, units, {}, () => {})).loss;
}

const [exact, rough] = [await open('float32'), await open('int8')];
const rows: object[] = [];
for (let step = 0; step < steps; step++) {
  const loss = await lossOf(exact, step);
  if (step % every === 0) {
    rough.store.values.set(exact.store.values);
    const other = await lossOf(rough, step);
    const [gradients, others] = [exact.runner.gradients, rough.runner.gradients];
    rows.push({
      step,
      'loss, float32': loss.toFixed(3),
      'loss, int8': other.toFixed(3),
      'cosine of the gradients': cosine(gradients, others).toFixed(4),
      'ratio of their norms': (globalNorm(others) / globalNorm(gradients)).toFixed(4),
    });
  }
  update(exact, step + 1, RATE);
}
console.table(rows);
await exact.close();
await rough.close();
