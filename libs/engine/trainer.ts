// A training run from options to adapter or weights. It blocks its thread: training.ts runs it in a worker.
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { readAdapter, writeAdapter } from '#models/adapter-files.js';
import { composeAdapters } from '#models/adapter-algebra.js';
import { LORA_TARGETS } from '#models/types.js';
import { adamwUpdate, clipScale, globalNorm, zeroMoments } from './adamw.js';
import { encodeCheckpoint, restoreCheckpoint } from './checkpoint-blob.js';
import { TrainingError } from './errors/training.error.js';
import { objectiveOf, retainTerms } from './objectives/objectives.js';
import { initialLora, type ParameterStore, storeParameters } from './parameters.js';
import { Reference } from './reference.js';
import { planRun, type StepRow } from './row-set.js';
import { learningRateAt } from './schedule.js';
import { buildStepGraph, type Term } from './step-graph.js';
import { StepRunner } from './step-runner.js';
import { loadTrainingModel, type TrainingModel } from './training-model.js';
import type { TrainOptions, TrainProgress, TrainResult } from './training-options.js';

export interface RunHooks {
  /** Called between runs of the graph; throws to stop. */
  readonly checkAbort: () => void;
  readonly onProgress: (progress: TrainProgress) => void;
  readonly onCheckpoint: (step: number, bytes: Uint8Array) => Promise<void>;
  readonly resumeFrom?: Uint8Array;
}

const DEFAULT_MICRO_BATCH_TOKENS = 512;

/** Everything a step needs, ready to run. */
export interface Run {
  readonly model: TrainingModel;
  readonly store: ParameterStore;
  readonly runner: StepRunner;
  close(): Promise<void>;
}

export async function openRun(options: TrainOptions): Promise<Run> {
  checkOptions(options);
  const model = await loadTrainingModel(options);
  const lora = loraShape(options);
  const graph = buildStepGraph({ config: model.config, maxLength: options.maxLength, ...(lora ? { lora } : {}), terms: termsOf(options) });
  const initial = lora ? initialLora(options.seed) : (name: string) => model.weights.get(name)!.data;
  const store = storeParameters(graph.parameters, initial);
  const references = await openReferences(options, model);
  const runner = await StepRunner.create(graph, store, model.weights, options.threads, {
    config: model.config,
    dropout: lora?.dropout ?? 0,
    seed: options.seed,
    maxTokens: options.microBatchTokens ?? DEFAULT_MICRO_BATCH_TOKENS,
    references,
    divergence: options.retainTerms.includes('klr'),
  });
  const close = async (): Promise<void> => {
    await runner.close();
    await Promise.all(Object.values(references).map((reference) => reference.close()));
  };
  return { model, store, runner, close };
}

export async function runTraining(options: TrainOptions, hooks: RunHooks): Promise<TrainResult> {
  const started = performance.now();
  const run = await openRun(options);
  try {
    const { step, tokens, finalLoss } = await trainSteps(options, run, hooks);
    return { ...resultOf(options, run), steps: step, tokens, finalLoss, seconds: (performance.now() - started) / 1000 };
  } finally {
    await run.close();
  }
}

async function trainSteps(options: TrainOptions, { model, store, runner }: Run, hooks: RunHooks) {
  const { seed, maxSteps, warmupRatio, weightDecay, maxGradNorm } = options;
  const { totalSteps, rowsOf } = planRun(model.forget.length, options.batchSize * options.gradientAccumulation, options.epochs, maxSteps, seed);
  const moments = zeroMoments(store.values.length);
  const buffers = [store.values, moments.first, moments.second];
  const run = fingerprint(options);
  let state = { step: 0, tokens: 0, finalLoss: Number.NaN };
  if (hooks.resumeFrom) state = restoreCheckpoint(run, hooks.resumeFrom, buffers);

  while (state.step < totalSteps) {
    const begun = performance.now();
    const rows = rowsOf(state.step).flatMap((index) => stepRows(options, model, index));
    const losses = await runner.run(state.step, rows, hooks.checkAbort);
    const gradNorm = globalNorm(runner.gradients);
    if (!Number.isFinite(gradNorm)) throw new TrainingError(`the gradient of step ${state.step + 1} is not finite: try a lower learning rate`);
    const learningRate = learningRateAt(state.step, totalSteps, warmupRatio, options.learningRate);
    const step = state.step + 1;
    const update = { step, learningRate, weightDecay, gradientScale: clipScale(gradNorm, maxGradNorm) };
    adamwUpdate(store.values, runner.gradients, moments, store.segments, update);
    state = { step, tokens: state.tokens + losses.tokens, finalLoss: losses.loss };
    hooks.onProgress({
      step,
      totalSteps,
      loss: losses.loss,
      forgetLoss: losses.forget,
      ...(options.retainTerms.includes('gdr') ? { retainLoss: losses.retain } : {}),
      ...(options.retainTerms.includes('klr') ? { klLoss: losses.kl } : {}),
      gradNorm,
      learningRate,
      tokensPerSecond: (losses.tokens / (performance.now() - begun)) * 1000,
    });
    const due = options.checkpointSteps > 0 && step % options.checkpointSteps === 0 && step < totalSteps;
    if (due) await hooks.onCheckpoint(step, encodeCheckpoint(run, { ...state, buffers }));
  }
  return state;
}

/** A forget row and the retain row of the same index, modulo the retain set's length. */
export function stepRows({ retainTerms: terms }: TrainOptions, { forget, retain }: TrainingModel, index: number): StepRow[] {
  const row: StepRow = { ...forget[index]!, side: 'forget', index };
  if (terms.length === 0) return [row];
  const partner = index % retain.length;
  return [row, { ...retain[partner]!, side: 'retain', index: partner }];
}

function resultOf(options: TrainOptions, { model, store }: Run): Pick<TrainResult, 'adapter' | 'weights'> {
  const lora = loraShape(options);
  if (!lora) return { weights: new Map(store.tensors) };
  const { r, alpha, dropout, targetModules } = lora;
  const trained = { r, alpha, dropout, targetModules, tensors: store.tensors, ...(model.name ? { baseModel: model.name } : {}) };
  return { adapter: writeAdapter(options.parentAdapter ? composeAdapters(readAdapter(options.parentAdapter), trained) : trained) };
}

const loraShape = ({ trainable }: TrainOptions) =>
  trainable.type === 'lora' ? { ...trainable, targetModules: trainable.targetModules ?? [...LORA_TARGETS] } : undefined;

function termsOf(options: TrainOptions): Term[] {
  const { objective, npoBeta = 0.1, forgetWeight = 1, retainWeight = 1, klWeight = 1 } = options;
  const terms: Term[] = [{ name: 'forget', objective: objectiveOf(objective, npoBeta), weight: forgetWeight }];
  if (options.retainTerms.includes('gdr')) terms.push({ name: 'retain', objective: retainTerms.gdr, weight: retainWeight });
  if (options.retainTerms.includes('klr')) terms.push({ name: 'kl', objective: retainTerms.klr, weight: klWeight });
  return terms;
}

async function openReferences(options: TrainOptions, { config, weights, forget, retain }: TrainingModel) {
  const { maxLength, threads, microBatchTokens: maxTokens = DEFAULT_MICRO_BATCH_TOKENS } = options;
  const limits = { maxLength, threads, maxTokens };
  const partners = retain.slice(0, forget.length); // no row beyond is ever paired
  return {
    ...(options.objective === 'npo' ? { forget: await Reference.create('tokens', config, weights, forget, limits) } : {}),
    ...(options.retainTerms.includes('klr') ? { retain: await Reference.create('distribution', config, weights, partners, limits) } : {}),
  };
}

function checkOptions({ forget, retain, retainTerms: terms, trainable, objective }: TrainOptions): void {
  if (forget.length === 0) throw new TrainingError('there is no row to train on');
  if (terms.length > 0 && retain.length === 0) throw new TrainingError(`the retain terms ${terms.join(' and ')} need a retain set`);
  if (trainable.type === 'full' && (objective === 'npo' || terms.includes('klr'))) {
    throw new TrainingError('npo and klr measure against the base model, which only LoRA keeps: train an adapter');
  }
}

/**
 * Identifies a run for its checkpoints: data and hyperparameters. Where it runs is left out, as a run may go on in
 * another pod; with another number of threads its bytes differ by rounding from then on.
 */
function fingerprint({ modelPath = '', ...options }: TrainOptions): string {
  const run = { ...options, model: basename(modelPath), checkpointSteps: 0, threads: 0 };
  const text = JSON.stringify(run, (_key, value: unknown) => (value instanceof Uint8Array ? createHash('sha256').update(value).digest('hex') : value));
  return createHash('sha256').update(text).digest('hex');
}
