// From a job's payload to what the engine is asked for: the model, the parent adapter, the rows,
// the numbers.

import { type TrainSet, trainSetSchema } from '#contracts/artifacts.js';
import type { NumberedExample } from '#contracts/dataset/dataset.js';
import { conversationOf } from '#contracts/examples.js';
import type { Payload } from '#contracts/jobs.js';
import { type TuningRow, tuningSetSchema } from '#contracts/knowledge-tuning-set.js';
import { chooseObjective, objectives } from '#contracts/objectives/index.js';
import type { Precision } from '#contracts/precision.js';
import { type Artifact, jobSpace } from '#contracts/spaces.js';
import { findModel } from '#models/checkpoints/model-folders.js';
import type { EncodedExample } from '#models/text/encode-example.js';
import type { ArtifactSpace, TenantStore } from '#platform/artifacts/artifact-store.js';
import { readExampleSet } from '#platform/artifacts/example-set.js';
import { collect, readStretches } from '#platform/artifacts/stretches.js';
import { MissingInputError } from '#platform/errors/missing-input.error.js';
import { precisionsOn } from '#runtime/compute.js';
import { checkChoices } from '#training/check-choices.js';
import { TrainingError } from '#training/errors/training.error.js';
import { shownAs } from '#training/run/shown-as.js';
import type { TargetExample, Trainable, TrainOptions } from '#training/training-options.js';
import type { Env } from './env.js';
import { lookAtPictures, type ShowingRow } from './pictures.js';

type Train = Payload<'train'>;

/**
 * @throws UnusableSetError, MissingInputError, TrainingError, UnknownModelError,
 * ArtifactNotFoundError, the signal's reason
 */
export async function trainOptions(
  payload: Train,
  tenant: TenantStore,
  env: Env,
  signal: AbortSignal,
): Promise<TrainOptions> {
  checkChoices(payload);
  const { hyperparameters: h, model } = payload;
  const modelPath = await findModel(model.base, env.MODEL_DIRS);
  const { MEMORY_LIMIT: memoryLimit, THREADS: threads, DEVICE: device } = env;
  const sets = {
    target: await readTarget(payload, tenant),
    retain: payload.retain ? await readRetain(payload, payload.retain, tenant) : [],
  };
  const start = {
    modelPath,
    parentAdapter: model.adapter && (await readAdapter(tenant, model.adapter)),
    parent: h.parent_adapter,
    trainable: trainableOf(h),
  };
  const making = await shownAs(start);
  const looking = {
    modelPath,
    device,
    threads,
    making,
    maxLength: h.max_length,
    memoryLimit,
    signal,
  };
  return {
    ...(await lookAtPictures<TextExample, typeof sets>(sets, tenant, looking)),
    ...start,
    objective: payload.objective,
    retainTerms: payload.retainTerms,
    targetWeight: h.forget_weight,
    retainWeight: h.retain_weight,
    klWeight: h.kl_weight,
    mask: payload.mask,
    epochs: h.n_epochs,
    maxSteps: h.max_steps,
    batchSize: h.batch_size,
    gradientAccumulation: h.gradient_accumulation,
    learningRate: h.learning_rate,
    warmupRatio: h.warmup_ratio,
    weightDecay: h.weight_decay,
    maxGradNorm: h.max_grad_norm,
    maxLength: h.max_length,
    seed: payload.seed,
    threads,
    device,
    precision: precisionOf(h.precision, env),
    memoryLimit,
    recompute: h.recompute ?? env.RECOMPUTE,
    checkpointSteps: env.CHECKPOINT_STEPS,
  };
}

function trainableOf(h: Train['hyperparameters']): Trainable {
  if (h.trainable === 'full') return { type: 'full' };
  return {
    type: 'lora',
    r: h.lora_r,
    alpha: h.lora_alpha,
    dropout: h.lora_dropout,
    rslora: h.use_rslora,
    targetModules: h.lora_targets,
    layers: h.lora_layers,
    modulesToSave: h.modules_to_save,
  };
}

/** @throws TrainingError where the worker's device has none such. */
function precisionOf(asked: Precision | undefined, env: Env): Precision {
  const precision = asked ?? env.PRECISION;
  const possible = precisionsOn(env.DEVICE);
  if (!possible.includes(precision)) {
    throw new TrainingError(
      `hyperparameters.precision ${precision}: this worker's DEVICE is ${env.DEVICE}, which has no kernels for it; expected ${possible.join(', ')}, or a worker with another device`,
    );
  }
  return precision;
}

/** Before its pictures have been looked at. */
type TextExample = Omit<Exclude<TargetExample, EncodedExample>, 'messages' | 'shown'> & ShowingRow;

/**
 * What the objective is about: the target set, what augmentation made of it or of a knowledge base,
 * or pairs of both.
 */
async function readTarget(
  { objective: choice, target, jobId }: Train,
  tenant: TenantStore,
): Promise<TextExample[]> {
  const { rows, alternate } = objectives[chooseObjective(choice).type];
  if (rows !== 'augmented')
    return target
      ? (await readSet(tenant, target)).map(exampleOf)
      : readTuningSet(tenant.space(jobSpace(jobId)));
  const augmented = (await readAugmented(tenant.space(jobSpace(jobId)))).rows;
  if (alternate !== 'augmented') return augmented.map(augmentedExample);
  const originals = target ? await readSet(tenant, target) : [];
  return augmented.flatMap((row) => {
    const original = row.pair === undefined ? undefined : originals[row.pair];
    const { prefix, answer, ...asked } = augmentedExample(row);
    const safe = prefix === undefined ? answer : { prefix, answer };
    return original ? [{ ...asked, answer: original.example.answer, alternates: [safe] }] : [];
  });
}

/** The retain set, and what augmentation let the model say beside it. */
async function readRetain(
  { objective, jobId }: Train,
  retain: Artifact,
  tenant: TenantStore,
): Promise<TextExample[]> {
  const rows = (await readSet(tenant, retain)).map(exampleOf);
  if (objectives[chooseObjective(objective).type].rows !== 'augmented') return rows;
  const { neighbours } = await readAugmented(tenant.space(jobSpace(jobId)));
  return [...rows, ...neighbours];
}

function exampleOf({ line, example }: NumberedExample): TextExample {
  const { answer, alternates } = example;
  return { messages: conversationOf(example), answer, ...(alternates ? { alternates } : {}), line };
}

function augmentedExample(row: TrainSet['rows'][number]): TextExample {
  const { answer, prefix, line } = row;
  return {
    messages: conversationOf(row),
    answer,
    ...(prefix === undefined ? {} : { prefix }),
    ...(line === undefined ? {} : { line }),
  };
}

const readSet = (tenant: TenantStore, { space, hash }: Artifact): Promise<NumberedExample[]> =>
  readExampleSet(tenant.space(space), hash);

const readAdapter = (
  tenant: TenantStore,
  { space, hash }: Artifact,
): Promise<Record<string, Buffer>> => tenant.space(space).getBundle(hash);

const readAugmented = async (job: ArtifactSpace): Promise<TrainSet> =>
  trainSetSchema.parse(await readLeft(job));

async function readTuningSet(job: ArtifactSpace): Promise<TextExample[]> {
  const { stretches } = tuningSetSchema.parse(await readLeft(job));
  const rows = await collect(readStretches<TuningRow>(job, stretches));
  return rows.map(({ question, prefix, answer, isOpen }) => ({
    messages: [{ role: 'user', content: question }],
    answer,
    ...(prefix === undefined ? {} : { prefix }),
    ...(isOpen ? { isOpen } : {}),
  }));
}

async function readLeft(job: ArtifactSpace): Promise<unknown> {
  const hash = await job.getRef('augmented');
  if (!hash)
    throw new MissingInputError('the job names no set to train on, and augmentation has left none');
  return job.getJson(hash);
}
