// From a run's options to everything that its steps need.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readVerified } from '#models/checkpoints/sums/read-verified.js';
import type { Weight } from '#models/tensors/half-tensor.js';
import { type Compute, precisionsOn } from '#runtime/compute.js';
import { ConstantsFile } from '#runtime/constants-file.js';
import { checkDevice } from '#runtime/device-check.js';
import type { Feed } from '#runtime/graph-session.js';
import { TrainingError } from '../errors/training.error.js';
import { reachOf } from '../examples/example-positions.js';
import type { SideName } from '../objectives/side.js';
import type { TrainOptions } from '../training-options.js';
import { type Initial, initialLora, type ParameterStore, storeParameters } from './parameters.js';
import { Reference } from './reference.js';
import type { ReplicaPart } from './replica-protocol.js';
import { ReplicatedRunner, startReplica } from './replica.js';
import { fitRun } from './run-memory.js';
import {
  checkAsked,
  goalOf,
  groupingOf,
  maxLengthOf,
  replicasFor,
  shapeOf,
  stepCosts,
} from './run-shape.js';
import type { Asked, ReferenceValue } from './sides.js';
import { buildStepGraph, frozenInput, type Goal } from './step-graph.js';
import { type Runner, StepRunner } from './step-runner.js';
import {
  planTraining,
  referenceWeights,
  type TrainingModel,
  type TrainingPlan,
} from './training-model.js';

/** Everything a step needs, ready to run. */
export interface Run {
  readonly model: TrainingModel;
  readonly store: ParameterStore;
  readonly runner: Runner;
  readonly goal: Goal;
  /** Which sides a step takes in. */
  readonly asked: Asked;
  /** From weights in memory to ready for the first step, of the slowest replica. */
  readonly startSeconds: number;
  close(): Promise<void>;
}

const computeOf = ({ device = 'cpu', threads }: TrainOptions): Compute => ({ device, threads });

/** @param temporary where files go that the opening alone needs. */
export async function openRun(options: TrainOptions, temporary = tmpdir()): Promise<Run> {
  const { device = 'cpu', precision } = options;
  if (options.target.length === 0) throw new TrainingError('there is no row to train on');
  if (device !== 'cpu' && precision === 'int8')
    throw new TrainingError(
      `precision int8: device ${device} has no kernels for it; expected ${precisionsOn(device).join(' or ')}`,
    );
  if (device !== 'cpu' && precision === 'float16') await checkDevice(device, precision);
  const folder = precision === 'int8' ? await mkdtemp(join(temporary, 'constants-')) : undefined;
  const others = Array.from({ length: replicasFor(options) - 1 }, startReplica);
  const closeOthers = () => Promise.all(others.map((replica) => replica.close()));
  try {
    const plan = await planTraining(options);
    const { halfWeights, replicas: of } = fitRun(options, plan);
    const each = { ...options, threads: Math.floor(options.threads / of) };
    if (of <= others.length) await closeOthers();
    const part = (index: number): ReplicaPart => ({ halfWeights, rank: { index, of }, folder });
    const task = { options: { ...each, target: [], retain: [] }, examples: plan.examples };
    const opening =
      of === 1
        ? []
        : others.map((replica, i) => replica.call('open', { ...task, part: part(i + 1) }));
    const [run, ...starts] = await Promise.all([openReplica(each, plan, part(0)), ...opening]);
    if (of === 1) return run;
    const close = async (): Promise<void> => {
      await Promise.all([run.close(), closeOthers()]);
    };
    return {
      ...run,
      runner: new ReplicatedRunner(run.runner, run.store, others),
      startSeconds: Math.max(run.startSeconds, ...starts),
      close,
    };
  } catch (error) {
    await closeOthers();
    throw error;
  } finally {
    if (folder) await rm(folder, { recursive: true });
  }
}

/** One replica's part of a run, in the thread that calls. */
export async function openReplica(
  options: TrainOptions,
  plan: TrainingPlan,
  { halfWeights, rank, folder }: ReplicaPart,
): Promise<Run> {
  const goal = goalOf(options);
  const graph = buildStepGraph(shapeOf(options, plan, goal));
  checkAsked({ ...options, retain: plan.examples.retain }, goal, graph.asked);
  const fileOf = (name: string): ConstantsFile | undefined =>
    folder === undefined ? undefined : new ConstantsFile(join(folder, `${rank.index}.${name}`));
  const file = fileOf('start');
  const load = () => plan.load(halfWeights, file);
  // One replica looks for all: they read the same files.
  const checked = rank.index === 0 ? options.modelPath : undefined;
  const loading = checked === undefined ? load() : readVerified(checked, load);
  const model = await loading.finally(() => file?.close());
  const loaded = performance.now();
  const store = storeParameters(
    graph.parameters,
    rank.index === 0 ? initialValues(options, model) : noValues,
  );
  const start =
    graph.asked.references.size > 0 ? referenceWeights(model) : new Map<string, Weight>();
  const references = await openReferences(options, model, graph.asked, {
    reference: { weights: start, file },
    base: graph.asked.byReference().some(({ of }) => of === 'base')
      ? await loadBase(options, plan, halfWeights, fileOf('base'))
      : none,
  });
  const frozen = [...start].map(([name, tensor]) => [frozenInput(name), tensor] as const);
  const runner = await StepRunner.create(
    graph,
    store,
    new Map<string, Feed>([...model.weights, ...model.halves, ...frozen]),
    computeOf(options),
    {
      config: model.config,
      costs: stepCosts(options, model.config),
      rank,
      dropout: model.lora?.dropout ?? 0,
      seed: options.seed,
      examples: plan.examples,
      references,
    },
    file,
  );
  const close = async (): Promise<void> => {
    await runner.close();
    await Promise.all(
      Object.values(references)
        .flat()
        .map((reference) => reference.close()),
    );
  };
  return {
    model,
    store,
    runner,
    goal,
    asked: graph.asked,
    startSeconds: (performance.now() - loaded) / 1000,
    close,
  };
}

/** The others are sent the first one's values with each step. */
const noValues: Initial = () => undefined;

function initialValues({ seed }: TrainOptions, { weights, continued }: TrainingModel) {
  const fresh = initialLora(seed);
  return (name: string, dims: readonly number[]) =>
    (weights.get(name) ?? continued?.tensors.get(name))?.data ?? fresh(name, dims);
}

/** A model that references are asked of. */
interface AskedModel {
  readonly weights: ReadonlyMap<string, Feed>;
  readonly file: ConstantsFile | undefined;
}
const none: AskedModel = { weights: new Map(), file: undefined };

/** The base without the adapter that training starts from. */
async function loadBase(
  { parentAdapter: _adapter, parent: _parent, ...bare }: TrainOptions,
  { examples, parts }: TrainingPlan,
  halfWeights: boolean,
  file: ConstantsFile | undefined,
): Promise<AskedModel> {
  const plan = await planTraining(bare, examples, parts.seeing);
  const model = await plan.load(halfWeights, file).finally(() => file?.close());
  return { weights: referenceWeights(model), file };
}

async function openReferences(
  options: TrainOptions,
  model: TrainingModel,
  asked: Asked,
  models: Readonly<Record<ReferenceValue['of'], AskedModel>>,
): Promise<Partial<Record<SideName, Reference[]>>> {
  const limits = {
    ...groupingOf(options, model.config),
    maxLength: maxLengthOf(options, model.config),
    compute: computeOf(options),
    precision: options.precision ?? 'float32',
    shownAs: model.seeing,
  };
  const opened: Partial<Record<SideName, Reference[]>> = {};
  for (const { side, of, values } of asked.byReference()) {
    // No retain example beyond is ever paired.
    const examples = model[side].slice(0, model.target.length * options.epochs);
    const { weights, file } = models[of];
    const reference = await Reference.create(
      values,
      reachOf(side, asked),
      model.config,
      weights,
      examples,
      { ...limits, file },
    );
    opened[side] = [...(opened[side] ?? []), reference];
  }
  return opened;
}
