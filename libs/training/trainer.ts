// A training run from options to adapter or weights. It blocks its thread: training.ts runs it in a
// worker.

import { chooseMask, type ChosenMask } from '#contracts/masks/index.js';
import { objectives } from '#contracts/objectives/index.js';
import { encodeCheckpoint, restoreCheckpoint } from './checkpoint-blob.js';
import { LeftError } from './errors/left.error.js';
import { TrainingError } from './errors/training.error.js';
import { planRun, stepUnits } from './examples/step-examples.js';
import { fingerprint } from './fingerprint.js';
import { maskGradients } from './masks/gradient-masks.js';
import { ObjectiveState } from './objectives/objective-state.js';
import { adamwUpdate, clipScale, globalNorm } from './optimizer/adamw.js';
import { learningRateAt } from './optimizer/learning-rate.js';
import { LOSS_SCALE, LossScale } from './optimizer/loss-scale.js';
import { openRun, type Run } from './run/open-run.js';
import type { Goal } from './run/step-graph.js';
import type { Runner } from './run/step-runner.js';
import { resultOf } from './train-result.js';
import type { TrainOptions, TrainProgress, TrainResult } from './training-options.js';

export interface RunHooks {
  /** Called between passes; throws to stop: a LeftError to leave a checkpoint. */
  readonly checkAbort: () => void;
  readonly onProgress: (progress: TrainProgress) => void;
  readonly onCheckpoint: (step: number, bytes: Uint8Array) => Promise<void>;
  readonly resumeFrom?: Uint8Array;
  readonly folder?: string;
}

export async function runTraining(options: TrainOptions, hooks: RunHooks): Promise<TrainResult> {
  const started = performance.now();
  const run = await openRun(options, hooks.folder);
  try {
    const { step, tokens, finalLoss } = await trainSteps(options, run, hooks);
    return {
      ...resultOf(options, run.model, run.store),
      steps: step,
      tokens,
      finalLoss,
      seconds: (performance.now() - started) / 1000,
    };
  } finally {
    await run.close();
  }
}

async function trainSteps(options: TrainOptions, run: Run, hooks: RunHooks) {
  const { model, store, runner, goal } = run;
  const { moments } = store;
  const { seed, maxSteps, warmupRatio, weightDecay, maxGradNorm } = options;
  const { totalSteps, epochOf, examplesOf } = planRun(
    model.target.length,
    options.batchSize * options.gradientAccumulation,
    options.epochs,
    maxSteps,
    seed,
    options.shuffle,
  );
  const numbers = new ObjectiveState(goal.objective);
  const mask = options.mask && chooseMask(options.mask);
  const cutRows = [model.target, model.alternate, model.retain]
    .flat()
    .filter(({ isCut }) => isCut).length;
  const scale = options.precision === 'float16' ? new LossScale() : undefined;
  const buffers = [
    store.values,
    moments.first,
    moments.second,
    numbers.values,
    ...(scale ? [scale.values] : []),
  ];
  const identity = fingerprint(options);
  let state = { step: 0, tokens: 0, finalLoss: Number.NaN };
  if (hooks.resumeFrom) state = restoreCheckpoint(identity, hooks.resumeFrom, buffers);
  let saved = state.step;
  const save = async (): Promise<void> => {
    if (options.checkpointSteps === 0 || state.step === saved) return;
    saved = state.step;
    await hooks.onCheckpoint(state.step, encodeCheckpoint(identity, { ...state, buffers }));
  };
  // Until all its passes are done, a step has changed nothing.
  const whole = <T>(passes: Promise<T>): Promise<T> =>
    passes.catch(async (error: unknown) => {
      if (LeftError.isInstance(error)) await save();
      throw error;
    });

  while (state.step < totalSteps) {
    const begun = performance.now();
    const epoch = epochOf(state.step);
    const units = examplesOf(state.step).flatMap((index) => stepUnits(run, index, epoch));
    const own = numbers.read();
    const take = (given: Readonly<Record<string, number>>) =>
      runner.run(state.step, units, given, hooks.checkAbort);
    const losses = await whole(
      scale
        ? scale.run((factor) => take({ ...own, [LOSS_SCALE]: factor }), runner.gradients)
        : take(own),
    );
    if (mask) maskStep(mask, goal, runner);
    const gradNorm = globalNorm(runner.gradients);
    checkFinite(state.step + 1, losses.loss, gradNorm);
    const learningRate = learningRateAt(state.step, totalSteps, warmupRatio, options.learningRate);
    const step = state.step + 1;
    const update = {
      step,
      learningRate,
      weightDecay,
      gradientScale: clipScale(gradNorm, maxGradNorm),
    };
    adamwUpdate(store.values, runner.gradients, moments, store.segments, update);
    numbers.advance({ epoch: epochOf(state.step), retainLoss: losses.retained });
    state = { step, tokens: state.tokens + losses.tokens, finalLoss: losses.loss };
    hooks.onProgress({
      step,
      totalSteps,
      loss: losses.loss,
      targetLoss: losses.target,
      ...(options.retainTerms.includes('gdr') ? { retainLoss: losses.gdr } : {}),
      ...(options.retainTerms.includes('klr') ? { klLoss: losses.klr } : {}),
      ...(numbers.values.length > 0 ? { state: own } : {}),
      ...(cutRows > 0 ? { cutRows } : {}),
      ...(scale ? { lossScale: scale.factor } : {}),
      gradNorm,
      learningRate,
      tokensPerSecond: (losses.tokens / (performance.now() - begun)) * 1000,
    });
    if (step % options.checkpointSteps === 0 && step < totalSteps) await save();
  }
  return state;
}

/** Numbers that ran away never come back: every parameter would be NaN after the update. */
function checkFinite(step: number, loss: number, gradNorm: number): void {
  const lost = Object.entries({ loss, gradient: gradNorm }).find(
    ([, size]) => !Number.isFinite(size),
  );
  if (lost)
    throw new TrainingError(
      `the ${lost[0]} of step ${step} is not finite (${lost[1]}): try a lower learning_rate`,
    );
}

/**
 * Masks look at the sides' own losses: weights aside, and ascent on a likelihood taken as its
 * descent.
 */
function maskStep(mask: ChosenMask, { objective, targetWeight }: Goal, runner: Runner): void {
  const factor = (objectives[objective.type].ascent ? -1 : 1) / (targetWeight || 1);
  const target = runner.gradientsOf('target');
  for (const { data } of target.values()) for (let i = 0; i < data.length; i++) data[i]! *= factor;
  maskGradients(mask, {
    step: runner.gradientsOf('all'),
    forget: target,
    retain: runner.gradientsOf('retain'),
  });
}
